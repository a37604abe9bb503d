"""Names of folders and files made from text that strangers wrote."""

from __future__ import annotations

import re
import unicodedata
from itertools import count
from pathlib import Path

from sovereign_kernel.storage.atomic import storage_errors
from sovereign_kernel.storage.canonical_json import sha256

SLUG_LIMIT = 48
NAME_LIMIT = 80


def slug(goal: str) -> str:
    """Lower-case ASCII words of `goal` joined by hyphens, at most 48 characters, cut between words; never empty."""
    folded = unicodedata.normalize("NFKD", goal[:4000]).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", folded)
    kept = ""
    for word in words:
        longer = f"{kept}-{word}" if kept else word[:SLUG_LIMIT]
        if len(longer) > SLUG_LIMIT:
            break
        kept = longer
    return kept or "goal"


def default_path(runs_dir: Path, goal: str, now: str) -> Path:
    """A new empty folder `runs_dir/2026-11-22-slug-of-goal`, or `…-2`, `…-3` when that is taken.

    The folder is made here, so that two processes that start at once get two names. `now` is ISO 8601. Raises BadRun.
    """
    with storage_errors("make a run's folder in", runs_dir):
        runs_dir.mkdir(parents=True, exist_ok=True)
        name = f"{now[:10]}-{slug(goal)}"
        for number in count(1):
            path = runs_dir / (name if number == 1 else f"{name}-{number}")
            try:
                path.mkdir()
            except FileExistsError:
                continue
            return path
    raise AssertionError("unreachable: count() does not end")


def source_name(paper_id: str) -> str:
    """The file name of a paper's text: the id itself where it is a plain name, else its safe letters and a hash."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", paper_id).lstrip(".")[:NAME_LIMIT]
    if safe and safe == paper_id:
        return f"{safe}.txt"
    return f"{safe or 'paper'}-{sha256(paper_id.encode(errors='surrogatepass'))[:8]}.txt"
