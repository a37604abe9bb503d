"""The graph's checkpoints (SQLite) as files: opened only where they are plain files and ours, laid to rest before they
are hashed, set aside when they are damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sovereign_kernel.errors import BadRun
from sovereign_kernel.storage.atomic import storage_errors
from sovereign_kernel.storage.plain_files import is_plain, read_plain, refuse_strange

BESIDE = ("-wal", "-shm", "-journal")
OWN_TABLES = {
    "checkpoints": {
        "thread_id",
        "checkpoint_ns",
        "checkpoint_id",
        "parent_checkpoint_id",
        "type",
        "checkpoint",
        "metadata",
    },
    "writes": {
        "thread_id",
        "checkpoint_ns",
        "checkpoint_id",
        "task_id",
        "task_path",
        "idx",
        "channel",
        "type",
        "value",
    },
}
READ_LIMIT = 512 * 2**20  # bytes
DAMAGED = "checkpoints.damaged.sqlite"


@contextmanager
def opened(path: Path, check_same_thread: bool = True) -> Iterator[sqlite3.Connection]:
    """A connection to the checkpoints; neither they nor what SQLite lays beside them may be links. Raises BadRun."""
    refuse_strange(path.parent, path.name, *(path.name + suffix for suffix in BESIDE))
    with closing(sqlite3.connect(path, timeout=5, check_same_thread=check_same_thread)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")  # whatever a stranger's schema calls does nothing
        yield connection


def settle(path: Path) -> None:
    """Moves SQLite's write-ahead log into the file, so that its hash stays. A damaged file stays as it is."""
    if not is_plain(path.parent, path.name):
        return
    try:
        with opened(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        return


def set_aside(path: Path) -> Path:
    """Renames the checkpoints to `checkpoints.damaged.sqlite`."""
    aside = path.with_name(DAMAGED)
    with storage_errors("set aside", path):
        path.replace(aside)
        for suffix in BESIDE:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside


def is_sound(path: Path) -> bool:
    """Whether SQLite can read the file, and it holds the graph's own tables and nothing else."""
    try:
        with opened(path) as connection:
            whole = bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
            return whole and strange_schema(connection) is None
    except sqlite3.OperationalError as exc:
        return "locked" in str(exc)  # somebody else's lock is no damage
    except (sqlite3.Error, ValueError, OverflowError):
        return False


def strange_schema(connection: sqlite3.Connection) -> str | None:
    """What is in the schema besides the tables that LangGraph makes: triggers, views, other tables or columns."""
    for kind, name in connection.execute("SELECT type, name FROM sqlite_master"):
        if kind == "index" and str(name).startswith("sqlite_autoindex_"):
            continue
        if kind != "table" or name not in OWN_TABLES:
            return f"{kind} {name}"
        found = {column[1] for column in connection.execute(f"PRAGMA table_xinfo({name})")}
        if not {"thread_id", "checkpoint_id", "type"} <= found <= OWN_TABLES[name]:
            return f"table {name} with other columns"
    return None


@contextmanager
def in_memory(path: Path) -> Iterator[sqlite3.Connection]:
    """The checkpoints copied into memory, so that looking at them writes nothing. Raises BadRun or sqlite3.Error."""
    content = bytearray(read_plain(path.parent, path.name, READ_LIMIT))
    page = int.from_bytes(content[16:18]) or 1
    if len(content) % (65_536 if page == 1 else page):
        raise BadRun(f"{path} is cut", help="restore it from a copy")
    content[18:20] = b"\x01\x01" if len(content) >= 100 else content[18:20]  # a copy in memory has no write-ahead log
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as connection:
        connection.deserialize(bytes(content))
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection
