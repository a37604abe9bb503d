"""One polite queue for the whole machine: one request at a time, a gap between requests, in whichever process
they start.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sovereign_kernel.errors import SourceUnavailable
from sovereign_kernel.ports import Clock
from sovereign_kernel.sources.faults import Lasting, Passing
from sovereign_kernel.storage.cache_folder import writable

if TYPE_CHECKING:
    from filelock import FileLock

_LONGEST_PAUSE = 300.0  # seconds; no server's wish, and no clock set back, holds the machine longer
_QUEUE = 100  # how many gaps, and a minute, a request waits for a queue that does not move
_LONGEST_QUEUE = 7_200.0  # seconds, for one that does


class Turnstile:
    """Lets one request through at a time; the next may start `gap` seconds after the last one ended."""

    def __init__(self, folder: Path, gap: float, clock: Clock) -> None:
        folder = writable(folder)
        self._lock, self._stamp = folder / "arxiv.lock", folder / "arxiv.not-before"
        self._gap, self._clock = gap, clock

    @contextmanager
    def turn(self, patience: float) -> Iterator[None]:
        """Holds the machine's one connection.

        Raises SourceUnavailable when the queue does not move, or when arXiv has told this machine to stay away for
        longer than `patience` seconds.
        """
        from filelock import FileLock

        try:
            with self._queued(FileLock(self._lock, poll_interval=min(0.05, self._gap / 10 + 0.001))):
                pause = self.pause()
                if pause > patience + self._gap:
                    raise SourceUnavailable(
                        f"arXiv has asked this machine to wait; {pause:.0f} s are left",
                        help="try again then, or use the corpus",
                    )
                self._clock.sleep(pause)
                self._hold_off(self._gap)  # written before too, so that a killed process has counted
                rest = self._gap
                try:
                    yield
                except Passing as fault:  # a wish to wait binds the whole machine
                    rest = max(self._gap, fault.retry_after or 0.0)
                    raise
                except Lasting as fault:
                    rest = 0.0 if fault.unreachable else self._gap
                    raise
                finally:
                    self._hold_off(rest)
        except OSError as exc:
            raise SourceUnavailable(
                f"the queue for arXiv in {self._lock.parent} cannot be kept: {exc.strerror}",
                help="free some space there, name another folder with --cache-dir, or use the corpus",
            ) from exc

    @contextmanager
    def _queued(self, lock: FileLock) -> Iterator[None]:
        """Holds the lock. Waits for as long as the queue moves, and for `_QUEUE` gaps and a minute when it does not."""
        from filelock import Timeout

        limit = 60.0 + _QUEUE * self._gap
        end = self._clock.monotonic() + _LONGEST_QUEUE
        while True:
            before = self._read_stamp()
            try:
                lock.acquire(timeout=limit)
                break
            except Timeout as exc:
                if self._read_stamp() == before or self._clock.monotonic() > end:
                    raise SourceUnavailable(
                        f"other processes have kept arXiv's one connection for {limit:.0f} s",
                        help="end them, or use the corpus",
                    ) from exc
        try:
            yield
        finally:
            lock.release()

    def pause(self) -> float:
        """Seconds until the next request may start."""
        try:
            not_before = float(self._read_stamp())
        except ValueError:
            return 0.0
        return min(max(0.0, not_before - time.time()), _LONGEST_PAUSE)

    def _read_stamp(self) -> str:
        try:
            return self._stamp.read_text("ascii")
        except (OSError, UnicodeDecodeError):
            return ""

    def _hold_off(self, seconds: float) -> None:
        """Lets nobody on this machine through for so long. Wall time: it is shared by all processes."""
        self._stamp.write_text(repr(time.time() + min(seconds, _LONGEST_PAUSE)), "ascii")
