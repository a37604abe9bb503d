"""Standard output and standard error that are closed, full or too small: told in a line, or borne, never a defect.

What cannot be shown on standard output ends the command with one line; what cannot be said on standard error is lost.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import TextIO

from sovereign_kernel.errors import SovereignError

BAD_OUTPUT = 2


class OutputLost(SovereignError):
    """Standard output takes nothing more."""

    exit_code = BAD_OUTPUT


class _Output(io.FileIO):
    """Standard output that says what is wrong with it, once; a reader that went away is left to the caller."""

    lost = False

    def write(self, content: object, /) -> int:
        if self.lost:
            return memoryview(content).nbytes  # type: ignore[arg-type]
        try:
            return super().write(content)  # type: ignore[arg-type]
        except BrokenPipeError:
            raise
        except OSError as exc:
            self.lost = True
            raise OutputLost(
                f"standard output cannot be written: {exc.strerror}",
                help="what was computed is kept in the run's folder: `sovereign show RUN` prints it again",
            ) from exc


class _Error(io.FileIO):
    """Standard error that fails in silence: there is nowhere left to say so."""

    def write(self, content: object, /) -> int:
        try:
            return super().write(content)  # type: ignore[arg-type]
        except OSError:
            return memoryview(content).nbytes  # type: ignore[arg-type]


def prepare() -> None:
    """Call it first: a closed descriptor would otherwise be given to the next file that is opened, and what is printed
    would go into that file."""
    _open_closed_ones()
    sys.stdout = _text(_Output(1, "w", closefd=False), sys.stdout)
    sys.stderr = _text(_Error(2, "w", closefd=False), sys.stderr, line_buffering=True)


def finish() -> None:
    """Writes what is still buffered. Raises OutputLost, or BrokenPipeError."""
    if sys.stdout is not None:
        sys.stdout.flush()


def forget_output() -> None:
    """Nothing more is written to standard output, not even at the end of the process."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)


def _open_closed_ones() -> None:
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError as exc:
            if exc.errno != errno.EBADF:
                raise
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one


def _text(raw: io.FileIO, before: TextIO | None, line_buffering: bool = False) -> TextIO:
    encoding = getattr(before, "encoding", None) or "utf-8"
    lines = line_buffering or raw.isatty()
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=lines)
