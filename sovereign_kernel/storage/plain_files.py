"""The one door to the files of a run's folder, which may come from a stranger: only plain files of that folder's own.

A symbolic link, a FIFO, a device, a socket, or a file that has a second name elsewhere (a hard link) is never opened,
read, written or waited for; nor is anything behind a linked subfolder. The folder itself may be reached by a link: its
owner named it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from sovereign_kernel.errors import BadRun
from sovereign_kernel.storage.atomic import storage_errors, write_atomic

READ_LIMIT = 512 * 2**20  # bytes; a file of a run that is larger is not read into memory
HELP = "a run's folder holds plain files only: restore it from a copy (`cp -RL` makes files of links that you trust)"
_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def strangeness(status: os.stat_result) -> str | None:
    """What an entry is, in words, when it is no plain file with one name; None when it is one."""
    if not stat.S_ISREG(status.st_mode):
        return _KINDS.get(stat.S_IFMT(status.st_mode), "no plain file")
    return "a file with a second name elsewhere (a hard link)" if status.st_nlink > 1 else None


def is_plain(folder: Path, name: str) -> bool:
    """Whether there is a plain file at `name` (relative, with '/'), behind no link."""
    try:
        status = _status(folder, name)
    except (OSError, BadRun):
        return False
    return status is not None and strangeness(status) is None


def refuse_strange(folder: Path, *names: str, doing: str = "open") -> None:
    """Raises BadRun when one of these is there and is no plain file: asked before another library opens them."""
    for name in names:
        with storage_errors(doing, folder / name):
            status = _status(folder, name)
        if status is not None and (what := strangeness(status)):
            raise refusal(folder / name, what)


def open_plain(folder: Path, name: str, flags: int = os.O_RDONLY) -> int:
    """A descriptor of the file at `name`. Raises BadRun for what is no plain file, else what the system raises."""
    status = _status(folder, name)
    if status is not None and (what := strangeness(status)):
        raise refusal(folder / name, what)  # before it is opened: opening a device may do something
    descriptor = os.open(folder / name, flags | _SAFE | _BINARY, 0o644)
    if what := strangeness(os.fstat(descriptor)):
        os.close(descriptor)
        raise refusal(folder / name, what)
    return descriptor


def read_plain(folder: Path, name: str, limit: int = READ_LIMIT) -> bytes:
    """The file's content. Raises BadRun, also when it has more than `limit` bytes."""
    with storage_errors("read", folder / name):
        descriptor = open_plain(folder, name)
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(limit + 1) if os.fstat(descriptor).st_size <= limit else None
    if content is None or len(content) > limit:
        raise BadRun(f"{folder / name} has more than {limit // 2**20:,} MB, and is not read", help=HELP)
    return content


def digest(folder: Path, name: str) -> str:
    """SHA-256 of the file's content, hexadecimal. Raises BadRun."""
    with storage_errors("read", folder / name), os.fdopen(open_plain(folder, name), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_plain(folder: Path, name: str, content: bytes, durable: bool = True) -> None:
    """`write_atomic` into the folder, never through a link. Raises BadRun."""
    refuse_strange(folder, name, doing="write")
    write_atomic(folder / name, content, durable)


def refusal(path: Path, what: str) -> BadRun:
    return BadRun(f"{path} is {what}, which is never opened", help=HELP)


def _status(folder: Path, name: str) -> os.stat_result | None:
    """The entry's own status, no link followed; None where there is none. Raises BadRun for a name that leads out, or
    that lies behind something else than a folder."""
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts or "\x00" in name:
        raise BadRun(f"{name!r} is no name of a file in {folder}", help=HELP)
    place = folder
    for part in parts[:-1]:
        place = place / part
        try:
            mode = place.lstat().st_mode
        except FileNotFoundError:
            return None
        if stat.S_ISREG(mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not stat.S_ISDIR(mode):
            raise refusal(place, _KINDS.get(stat.S_IFMT(mode), "no folder"))
    try:
        return (folder / name).lstat()
    except FileNotFoundError:
        return None


@contextmanager
def appending(folder: Path, name: str) -> Iterator[int]:
    """A descriptor that appends to `name`, made when it is not there; closed afterwards."""
    descriptor = open_plain(folder, name, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
