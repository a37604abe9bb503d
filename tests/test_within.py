from __future__ import annotations

import threading
from contextvars import ContextVar

import pytest

from sovereign_kernel.transport import deadline as module
from sovereign_kernel.transport.deadline import OverdueError, within

WHOSE: ContextVar[str] = ContextVar("whose")


def test_the_result_is_the_works_own() -> None:
    WHOSE.set("the caller's")
    assert within(5.0, WHOSE.get) == "the caller's"


@pytest.mark.parametrize("error", [TimeoutError("its own"), ValueError("its own"), KeyboardInterrupt("its own")])
def test_so_is_the_error(error: BaseException) -> None:
    def work() -> None:
        raise error

    with pytest.raises(type(error), match="its own"):
        within(5.0, work)


def test_work_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE", 0.0)
    released = threading.Event()
    with pytest.raises(OverdueError, match=r"not done in 0\.05 s"):
        within(0.05, released.wait)
    released.set()
