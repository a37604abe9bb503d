"""One request until it is answered: retried with backoff, jitter and Retry-After, under a total limit of time."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar
from urllib.parse import urlsplit

from sovereign_kernel.errors import BadAnswer, ModelUnavailable, PromptRefused, Refused, SovereignError
from sovereign_kernel.models.limits import Budget, RateLimiter, time_is_up
from sovereign_kernel.models.refusals import is_content_refusal, is_too_long
from sovereign_kernel.models.wire import WireError
from sovereign_kernel.ports import Clock
from sovereign_kernel.transport.tracing import untraced

T = TypeVar("T")

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
MALFORMED_LIMIT = 3
"""Times that a 2xx answer may be no answer at all (HTML, cut JSON) before it counts as bad."""
BROKEN_LIMIT = 5
"""Connections in a row that may be refused or broken: a server that is not there need not be waited for."""

_WANTED = re.compile(
    r"(?:parameter\.|['\"`])([a-z_]{3,40})['\"`]? (?:must|should|needs to) be (?:set to )?([a-z0-9.]{1,20})"
)

Failed = Callable[[WireError, int, float], None]
Next = Literal["as usual", "at once", "give up"]
"""What follows a failure: retried if it may pass; asked again at once, because the request was changed; or raised."""


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

    def send(
        self,
        request: Callable[[float], T],
        failed: Failed,
        then: Callable[[WireError], Next] = lambda error: "as usual",
    ) -> Answered[T]:
        """Calls `request(seconds left)` until it returns, telling `failed(error, attempt, seconds)` of each failure.

        `then(error)` says what follows; it may say "at once" a bounded number of times only.
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
                following = then(error)
                if following == "give up":
                    raise
                if following == "at once":
                    left -= seconds
                    continue
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


def translate(
    error: WireError, *, model: str, base_url: str, key_name: str, extra_body: Iterable[str] = ()
) -> SovereignError:
    """The owner's error behind a fault of the wire, in one line, with what to do next."""
    host = urlsplit(base_url).netloc
    told = f"{error.status or ''} {error.excerpt}".strip()
    if error.fault == "setup":
        return Refused(f"{host} cannot be used for {model}: {error.excerpt}", help=_setup(error, base_url))
    if error.fault == "malformed":
        return BadAnswer(
            f"{host} answered {model} with something unusable: {error.excerpt}",
            help="check that base_url ends where the server's API begins, usually in /v1; then resume the run",
        )
    if is_content_refusal(error):
        return PromptRefused(
            f"{host} refused this prompt for {model} because of what it says: {told}",
            help="another model or server may read it; nothing else of the run is concerned",
        )
    if is_too_long(error):
        return PromptRefused(
            f"{host} takes no prompt of this length for {model}: {told}",
            help="give the server a longer context, choose another model, or lower max_tokens or claims_per_paper",
        )
    if error.exhausted:
        return Refused(
            f"the quota or credit for {model} at {host} is used up: {told}",
            help="see to the account's plan and billing, or wait for the next period; then resume the run",
        )
    if error.status == 429:
        return ModelUnavailable(
            f"{host} limits how often {model} is asked: {told}",
            help="wait as long as it says, or lower requests_per_minute and parallel; then resume the run",
        )
    if error.passing:
        why = f"it answered {told}" if error.status else error.excerpt or error.fault
        return ModelUnavailable(
            f"{host} could not be reached for {model}: {why}",
            help="check base_url and the network, then resume the run; or go on without a model: --provider none",
        )
    if error.status in {401, 403}:
        said = f" ({error.excerpt})" if error.excerpt else ""
        return Refused(f"{key_name} was refused by {host}{said}", help=f"set {key_name} to a valid key for {host}")
    if error.status == 404:
        return Refused(
            f"{host} knows no model {model!r} (404 {error.excerpt})",
            help=f"GET {base_url}/models lists the models it has; choose one by --model, or mend base_url",
        )
    return Refused(f"{host} refused the request for {model}: {told}", help=_field_help(error, extra_body))


def _setup(error: WireError, base_url: str) -> str:
    if "should end in /v1" not in error.help:
        return error.help
    setting = error.help.split()[0]
    root = urlsplit(base_url)._replace(query="").geturl().removesuffix("/chat/completions").removesuffix("/embeddings")
    root = root.removesuffix("/v1")
    return f"set {setting} to {root}/v1, or to where else the server's API begins"


def _field_help(error: WireError, extra_body: Iterable[str]) -> str:
    """What to do about a request that is refused for a reason of its own."""
    own = next((name for name in extra_body if name.lower() in error.words), None)
    if own is not None:
        return f"the setting extra_body sends {own!r}: take it out, or give it another value"
    wanted = _WANTED.search(error.words)
    example = f"{wanted[1]}={wanted[2]}" if wanted else "NAME=VALUE"
    return (
        f"fields that it wants in the request are given by --extra-body {example} (the setting extra_body), the length "
        "of answers by max_tokens; or choose another model or server"
    )
