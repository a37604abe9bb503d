"""A bound of time on work that cannot be bounded from within: a server may send its headers a byte a minute."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

GRACE = 0.5
"""Seconds beyond the bound that work has to end by time-outs of its own, which can say more."""


class OverdueError(Exception):
    """The work was not done in time."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work()` returns or raises; OverdueError when that takes longer than `seconds` and a grace.

    Work that is overdue is left behind in its thread, which does not keep the process from ending. Bodies are read with
    a look at the clock, so such a thread soon ends; one that a server keeps in its headers ends when the server does.
    """
    ended: SimpleQueue[tuple[list[T], BaseException | None]] = SimpleQueue()
    context = copy_context()

    def run() -> None:
        try:
            ended.put(([context.run(work)], None))
        except BaseException as exc:  # noqa: BLE001 - whatever it is, it belongs to the caller
            ended.put(([], exc))

    Thread(target=run, name="within", daemon=True).start()
    try:
        results, error = ended.get(timeout=seconds + GRACE)
    except Empty as exc:
        raise OverdueError(f"not done in {seconds:g} s") from exc
    if error is None:
        return results[0]
    try:
        raise error
    finally:
        del error  # else it would hold this frame, and this frame it, with every socket in its traceback
