"""The limiter's promise holds for any pattern of askers; the budget's across threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.errors import BudgetSpent
from sovereign_kernel.models.limits import Budget, RateLimiter
from sovereign_kernel.models.prices import cost


class HandClock:
    """A clock that stands still but for its sleeps and `advance`."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> str:
        return "2026-01-01T00:00:00Z"

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@given(st.integers(1, 5), st.lists(st.floats(0, 100), max_size=40))
def test_no_minute_has_more_starts_than_allowed(per_minute: int, gaps: list[float]) -> None:
    clock = HandClock()
    limiter = RateLimiter(per_minute, clock)
    starts = []
    for gap in gaps:
        clock.time += gap
        limiter.wait()
        starts.append(clock.time)
    assert all(later - first >= 60 - 1e-6 for first, later in zip(starts, starts[per_minute:], strict=False))


def test_nobody_waits_below_the_limit() -> None:
    limiter = RateLimiter(10, HandClock())
    assert [limiter.wait() for _ in range(10)] == [0.0] * 10
    assert limiter.wait() == 60.0


def test_calls_are_counted_exactly_across_threads() -> None:
    budget = Budget(max_calls=50)

    def take(_: int) -> bool:
        try:
            budget.take()
        except BudgetSpent:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(take, range(200))) == 50


@pytest.mark.parametrize(
    ("limits", "spent", "named"),
    [
        ({"max_tokens": 10}, (10, None), "max_total_tokens"),
        ({"max_tokens": 10}, (None, 0.0), "max_total_tokens"),
        ({"max_cost": 0.5}, (1, 0.5), "max_cost"),
        ({"max_cost": 0.5}, (1, None), "max_cost"),
    ],
)
def test_what_is_spent_or_unknown_ends_the_run(
    limits: dict[str, float], spent: tuple[int | None, float | None], named: str
) -> None:
    budget = Budget(**limits)  # type: ignore[arg-type]
    budget.take()
    budget.spend(*spent)
    with pytest.raises(BudgetSpent) as caught:
        budget.take()
    assert named in caught.value.help


def test_unknown_amounts_do_not_matter_without_a_limit() -> None:
    budget = Budget(max_calls=5)
    budget.spend(None, None)
    budget.take()


def test_prices_are_of_the_provider_only() -> None:
    assert cost("https://api.openai.com/v1", "gpt-4.1-mini", 1_000_000, 1_000_000) == pytest.approx(2.0)
    assert cost("http://127.0.0.1:8000/v1", "gpt-4.1-mini", 1, 1) is None
    assert cost("https://api.openai.com/v1", "gpt-4.1-mini", None, 1) is None
    assert cost("https://api.openai.com/v1", "unheard-of", 1, 1) is None
