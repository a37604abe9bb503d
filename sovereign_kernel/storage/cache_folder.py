"""A folder that can be written, for caches and for the machine's queue."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def writable(folder: Path) -> Path:
    """The folder, made if need be; where it cannot be written, this user's own in the system's temporary folder."""
    if _can_write(folder):
        return folder.resolve()
    user = os.getuid() if hasattr(os, "getuid") else 0
    shared = Path(tempfile.gettempdir()) / f"sovereign-kernel-{user}"
    if _can_write(shared) and (not hasattr(os, "getuid") or shared.stat().st_uid == user):
        return shared
    return Path(tempfile.mkdtemp(prefix="sovereign-kernel-"))


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
