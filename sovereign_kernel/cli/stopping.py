"""Ctrl-C: once asks the run to stop where it can go on later, twice stops at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

INTERRUPTED = 130
SHOW_CURSOR = "\x1b[?25h"


@contextmanager
def stop_on_interrupt() -> Iterator[threading.Event]:
    """Gives the event that the first Ctrl-C sets; the second ends the process (exit 130), whatever its threads do.

    The run's folder is written so that it survives this. Signals can only be taken in the main thread; elsewhere
    the event is never set.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            if sys.stderr.isatty():
                os.write(sys.stderr.fileno(), SHOW_CURSOR.encode())
            os._exit(INTERRUPTED)
        stop.set()
        with suppress(OSError):  # standard error may be full
            os.write(2, b"\nstopping when the calls in flight are done; Ctrl-C again stops at once\n")

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
