"""Files that are whole or not there, and the system's errors in the owner's words."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sovereign_kernel.errors import BadRun

TEMPORARY = ".tmp-"
_HELP = {
    errno.ENOSPC: "free some space on that disk, then `sovereign resume` goes on",
    errno.EDQUOT: "your disk quota is used up: free some space, then `sovereign resume` goes on",
    errno.EROFS: "that file system is read-only: name another folder with --out",
    errno.EACCES: "you may not write there: name another folder with --out, or change its permissions",
    errno.EPERM: "you may not write there: name another folder with --out, or change its permissions",
    errno.ENOTDIR: "a part of that path is a file: name another folder with --out",
    errno.ENAMETOOLONG: "that name is too long for the file system: name another folder with --out",
    errno.EFBIG: "the file would exceed the size limit (see `ulimit -f`)",
    errno.EMFILE: "too many files are open (see `ulimit -n`)",
    errno.ENFILE: "too many files are open on this machine: try again",
    errno.ELOOP: "a link leads back to itself: name another folder with --out",
    errno.EIO: "the disk reports a fault: check it",
    errno.ENOMEM: "there is not enough memory",
}


@contextmanager
def storage_errors(doing: str, path: Path) -> Iterator[None]:
    """Translates the system's OSError into BadRun, with what was being done and what to do next."""
    try:
        yield
    except OSError as exc:
        why = exc.strerror or type(exc).__name__
        raise BadRun(
            f"cannot {doing} {path}: {why}", help=_HELP.get(exc.errno or 0, "check the folder and its disk")
        ) from exc


def of_the_machine(error: OSError) -> BadRun | None:
    """The machine's or the owner's fault (a full disk, a folder that may not be opened, a name too long) as an error
    that says so; None for what may be ours."""
    if error.errno not in _HELP:
        return None
    where = f"{error.filename}: " if error.filename else ""
    return BadRun(f"{where}{error.strerror}", help=_HELP[error.errno])


def write_atomic(path: Path, content: bytes, durable: bool = True) -> None:
    """Puts `content` at `path` so that a reader, and a run killed in the middle, sees the old file or the new one.

    Written beside it, synced, renamed. Raises BadRun when the system refuses. Without `durable` nothing is synced: a
    kill still leaves a whole file, a power cut may not.
    """
    with storage_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            Path(temporary).chmod(0o666 & ~_UMASK)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        if durable:
            _sync_folder(path.parent)


def read_bytes(path: Path) -> bytes:
    with storage_errors("read", path):
        return path.read_bytes()


def is_temporary(path: Path) -> bool:
    """Whether `path` is what a killed `write_atomic` left behind."""
    return path.name.startswith(TEMPORARY)


def _sync_folder(folder: Path) -> None:
    """The rename itself must survive a power cut; where folders cannot be synced (Windows) there is nothing to do."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


_UMASK = _read_umask()  # once, at import: reading it sets it for a moment, which threads would see
