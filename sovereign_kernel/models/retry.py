"""One request until it is answered: retried with backoff, jitter and Retry-After, under a total limit of time."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from sovereign_kernel.errors import BadAnswer, ModelUnavailable, Refused, SovereignError
from sovereign_kernel.models.limits import Budget, RateLimiter, time_is_up
from sovereign_kernel.models.wire import WireError
from sovereign_kernel.ports import Clock
from sovereign_kernel.tracing import untraced

T = TypeVar("T")

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
MALFORMED_LIMIT = 3
"""Times that a 2xx answer may be no answer at all (HTML, cut JSON) before it counts as bad."""
BROKEN_LIMIT = 5
"""Connections in a row that may be refused or broken: a server that is not there need not be waited for."""

Failed = Callable[[WireError, int, float], None]


@dataclass(frozen=True)
class Answered(Generic[T]):
    """What came back; `seconds` is the last request's own time, `attempt` counts requests from 1."""

    value: T
    seconds: float
    attempt: int


@dataclass(frozen=True)
class Persistence:
    """`patience` bounds requests and waits of one question together, in seconds; the limiter's waits do not count.

    Nothing outlasts the run's own time, which the budget knows: neither a request, nor a wait, nor the limiter's queue.
    """

    limiter: RateLimiter
    clock: Clock
    patience: float
    budget: Budget | None = None

    def send(self, request: Callable[[float], T], failed: Failed) -> Answered[T]:
        """Calls `request(seconds left)` until it returns, telling `failed(error, attempt, seconds)` of each failure.

        Raises the last WireError when it will not pass, or not in time; BudgetSpent before a call that is not allowed.
        """
        left, attempt, malformed, broken = self.patience, 0, 0, 0
        while True:
            if self.budget is not None:
                self.budget.take()
            if self.limiter.wait(self._time_left()) is None:
                raise time_is_up()
            attempt += 1
            start = self.clock.monotonic()
            try:
                with untraced():
                    value = request(max(0.001, min(left, self._time_left())))
            except WireError as error:
                seconds = self.clock.monotonic() - start
                failed(error, attempt, seconds)
                malformed += error.fault == "malformed"
                broken = broken + 1 if error.fault == "connection" else 0
                wait = _wait(error, attempt)
                left -= seconds + wait
                hopeless = malformed >= MALFORMED_LIMIT or broken >= BROKEN_LIMIT
                if not error.passing or hopeless or left <= 0:
                    raise
                self.clock.sleep(max(0.0, min(wait, self._time_left())))
            else:
                return Answered(value, self.clock.monotonic() - start, attempt)

    def _time_left(self) -> float:
        return math.inf if self.budget is None else self.budget.time_left()


def _wait(error: WireError, attempt: int) -> float:
    """What the server asks for, but never less than the backoff: some ask for zero seconds, again and again."""
    backoff = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (attempt - 1)) * random.uniform(0.5, 1.0)
    return max(backoff, (error.retry_after or 0.0) + random.uniform(0.0, 0.1))


def translate(error: WireError, *, model: str, base_url: str, key_name: str) -> SovereignError:
    """The owner's error behind a fault of the wire, in one line, with what to do next."""
    host = urlsplit(base_url).netloc
    if error.fault == "malformed":
        return BadAnswer(
            f"{host} answered {model} with something unusable: {error.excerpt}",
            help="check that base_url ends where the server's API begins, usually in /v1; then resume the run",
        )
    if error.passing:
        why = f"it answered {error.status} {error.excerpt}".rstrip() if error.status else error.excerpt or error.fault
        return ModelUnavailable(
            f"{host} could not be reached for {model}: {why}",
            help="check base_url and the network, then resume the run; or go on without a model: --provider none",
        )
    if error.status in {401, 403}:
        return Refused(f"{key_name} was refused by {host}", help=f"set {key_name} to a valid key for {host}")
    if error.status == 404:
        return Refused(
            f"{host} knows no model {model!r} (404 {error.excerpt})",
            help=f"GET {base_url}/models lists the models it has; choose one by --model, or mend base_url",
        )
    return Refused(
        f"{host} refused the request for {model}: {error.status} {error.excerpt}",
        help="choose another model or server, or mend the setting that it names",
    )
