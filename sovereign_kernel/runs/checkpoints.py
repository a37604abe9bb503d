"""The graph's checkpoints (SQLite) as a file: laid to rest before they are hashed, set aside when they are damaged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sovereign_kernel.atomic import storage_errors

BESIDE = ("-wal", "-shm", "-journal")


def settle(path: Path) -> None:
    """Moves SQLite's write-ahead log into the file, so that its hash stays. A damaged file stays as it is."""
    if not path.is_file():
        return
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        return


def set_aside_damaged(path: Path) -> Path | None:
    """Renames checkpoints that SQLite cannot read to `checkpoints.damaged.sqlite`; None when there is no need."""
    if not path.is_file() or _is_sound(path):
        return None
    aside = path.with_name("checkpoints.damaged.sqlite")
    with storage_errors("set aside", path):
        path.replace(aside)
        for suffix in BESIDE:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError as exc:
        return "locked" in str(exc)  # somebody else's lock is no damage
    except sqlite3.DatabaseError:
        return False
