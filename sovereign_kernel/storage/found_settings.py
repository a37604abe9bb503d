"""A sovereign.toml that only lies in the working directory and that nobody named: it may be a stranger's.

What it sets is told on standard error. What runs code, is sent keys, leads out of the folder or lowers a line that a
draft must reach is refused: the owner names the file, or it counts for nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sovereign_kernel.errors import BadSetting

NAMED_ONLY = {"roles", "nli", "base_url", "embedding_url", "arxiv_url", "cache_dir", "out"}
"""What runs code, is sent keys, or is trusted to hold what arXiv said."""
INSIDE = {"corpus", "policy", "runs_dir"}
"""Paths that such a file may name within its own folder."""
LINES = {"threshold", "tfidf_threshold"}
_told: set[str] = set()


def admit(path: Path, layer: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    """Tells what the file sets, once. Raises BadSetting for what only a file may set that its owner names."""
    for name in sorted(layer):
        if why := _objection(name, layer[name], defaults.get(name)):
            raise BadSetting(
                f"{path} in the working directory sets {name!r} to {layer[name]!r}, {why}",
                help=f"if the file is yours, name it: --config {path}, or SOVEREIGN_CONFIG={path}",
            )
    known = [f"{name} = {layer[name]!r}" for name in sorted(layer) if name in defaults]
    told = f"{path} in the working directory sets {', '.join(known)}"
    if known and told not in _told:
        _told.add(told)
        logging.getLogger("sovereign_kernel").warning("settings: %s", told)


def _objection(name: str, value: Any, default: Any) -> str | None:
    if name in NAMED_ONLY:
        return "which runs code or is sent your keys, or holds what is taken for arXiv's word"
    if name in INSIDE and not _stays_inside(value):
        return "which leads out of that folder"
    if name in LINES and isinstance(value, int | float) and value < default:
        return f"which lowers the line from {default}"
    return None


def _stays_inside(value: Any) -> bool:
    if not isinstance(value, str):
        return True  # no path: refused where its type is checked
    try:
        here = Path.cwd().resolve()
        return (here / value).resolve().is_relative_to(here)
    except (OSError, ValueError, RuntimeError):
        return False
