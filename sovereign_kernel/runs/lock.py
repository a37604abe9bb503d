"""One process works on a run; the next is refused by name. The lock is the system's: it dies with its process."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sovereign_kernel.errors import BadRun
from sovereign_kernel.storage.atomic import is_temporary, storage_errors
from sovereign_kernel.storage.canonical_json import dumps
from sovereign_kernel.storage.plain_files import is_plain, read_plain, refuse_strange, write_plain
from sovereign_kernel.transport.clock import SystemClock

LOCK = "run.lock"
HOLDER = "run.holder.json"


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Holds the run's lock. Raises BadRun, naming the holder, when another holds it (also in this very process)."""
    from filelock import FileLock, Timeout

    refuse_strange(folder, LOCK, HOLDER)
    lock = FileLock(folder / LOCK, thread_local=False)
    with storage_errors("lock", folder):
        try:
            lock.acquire(timeout=0)
        except Timeout as exc:
            raise BadRun(
                f"run {folder.name} is in use by {_holder(folder)}", help="wait for it, or stop that process and resume"
            ) from exc
    try:
        me = {"pid": os.getpid(), "host": socket.gethostname(), "started": SystemClock().now()}
        _sweep(folder)
        write_plain(folder, HOLDER, dumps(me).encode())
        yield
    finally:
        (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def in_use(folder: Path) -> bool:
    """Whether a process holds the run's lock now; False where that cannot be told (a read-only folder)."""
    from filelock import FileLock, Timeout

    if not is_plain(folder, LOCK):
        return False
    lock = FileLock(folder / LOCK, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def _sweep(folder: Path) -> None:
    """Removes what writers that were killed left half written; nobody else writes while the lock is held."""
    for path in folder.rglob("*"):
        if is_temporary(path):
            path.unlink(missing_ok=True)


def _holder(folder: Path) -> str:
    try:
        holder = json.loads(read_plain(folder, HOLDER, limit=2**16))
        return f"process {holder['pid']:d} on {holder['host']} since {holder['started']}"
    except (BadRun, ValueError, TypeError, KeyError, RecursionError):
        return "another process"
