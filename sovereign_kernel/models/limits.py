"""How often, and how much: requests a minute, and a run's budget. Both are shared by all threads of a process."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from threading import Lock

from sovereign_kernel.errors import BudgetSpent
from sovereign_kernel.ports import Clock

_WINDOW = 60.0


class RateLimiter:
    """At most `per_minute` requests begin in any 60 seconds, in the order in which they asked."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._clock = clock
        self._starts: deque[float] = deque(maxlen=per_minute)
        self._lock = Lock()

    def wait(self, longest: float = math.inf) -> float | None:
        """Takes the next free start and sleeps until then. Returns the seconds slept; None, at once and without a
        start, when that would take longer than `longest` seconds."""
        with self._lock:
            now = self._clock.monotonic()
            full = len(self._starts) == self._starts.maxlen
            start = max(now, self._starts[0] + _WINDOW) if full else now
            if start - now > longest:
                return None
            self._starts.append(start)
        if start > now:
            self._clock.sleep(start - now)
        return start - now


class Budget:
    """What a run may spend on models; None is no limit. `time_left` tells the seconds until the run's time is up.

    Calls are counted before they are made, so the limit holds across threads. Tokens and cost are known afterwards:
    calls under way may exceed them once. Where a limit is set and a call's figure is unknown, the limit cannot be
    kept, so the next call is refused.
    """

    def __init__(
        self,
        max_calls: int | None = None,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        *,
        calls: int = 0,
        tokens: int | None = 0,
        cost: float | None = 0.0,
        time_left: Callable[[], float] = lambda: math.inf,
    ) -> None:
        self._limits = (max_calls, max_tokens, max_cost)
        self._calls, self._tokens, self._cost = calls, tokens, cost
        self.time_left = time_left
        self._lock = Lock()

    def take(self) -> None:
        """Counts one call that is about to be made. Raises BudgetSpent in place of it."""
        max_calls, max_tokens, max_cost = self._limits
        if self.time_left() <= 0:
            raise time_is_up()
        with self._lock:
            if max_calls is not None and self._calls >= max_calls:
                raise _spent(f"{self._calls} of {max_calls} model calls", "max_calls")
            if max_tokens is not None and (self._tokens is None or self._tokens >= max_tokens):
                raise _spent(f"{_or_unknown(self._tokens)} of {max_tokens} tokens", "max_total_tokens")
            if max_cost is not None and (self._cost is None or self._cost >= max_cost):
                raise _spent(f"{_or_unknown(self._cost)} of {max_cost} US dollars", "max_cost")
            self._calls += 1

    def spend(self, tokens: int | None, cost: float | None) -> None:
        """Adds what a call took; None makes the sum unknown."""
        with self._lock:
            self._tokens = None if tokens is None or self._tokens is None else self._tokens + tokens
            self._cost = None if cost is None or self._cost is None else self._cost + cost


def _or_unknown(amount: float | None) -> str:
    return "an unknown number" if amount is None else f"{amount:g}"


def time_is_up() -> BudgetSpent:
    return BudgetSpent("the run's time is up", help="raise max_seconds in a new run")


def _spent(what: str, setting: str) -> BudgetSpent:
    return BudgetSpent(f"the budget is spent: {what}", help=f"raise {setting} in a new run")
