"""The tribunal's arithmetic."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from sovereign_kernel.decision.tribunal import absent, aggregate, formula, measured_score, settle, sit
from sovereign_kernel.records import Criterion, Review

share = st.floats(0, 1)
score = st.floats(0, 10)
criteria = st.lists(
    st.builds(Criterion, name=st.text("abc", min_size=1), value=st.none() | share, weight=st.floats(0, 5)), max_size=6
)
HUNDREDTH = 0.0051


def scored(value: float | None, role: str = "r") -> Review:
    return Review(role=role, score=value)


@given(criteria, st.none() | score)
def test_a_score_never_exceeds_what_was_measured(found: list[Criterion], argued: float | None) -> None:
    review = settle("r", found, [], argued, "Trust me.")
    if review.measured is None:
        assert review.score is None
    else:
        assert review.score is not None and review.score <= review.measured
        assert argued is None or review.score <= argued


@given(criteria)
def test_the_measured_score_lies_between_its_criteria(found: list[Criterion]) -> None:
    known = [entry.value for entry in found if entry.value is not None and entry.weight > 0]
    measured = measured_score(found)
    if measured is not None and known:
        assert 10 * min(known) - HUNDREDTH <= measured <= 10 * max(known) + HUNDREDTH


@given(criteria, share)
def test_an_unknown_criterion_changes_nothing(found: list[Criterion], weight: float) -> None:
    unknown = Criterion(name="unknown", value=None, weight=weight)
    assert measured_score([*found, unknown]) == measured_score(found)


@given(st.lists(share, min_size=1, max_size=5), st.integers(0, 4), share)
def test_a_better_criterion_never_lowers_the_score(values: list[float], place: int, better: float) -> None:
    place %= len(values)
    assume(better >= values[place])
    before = [Criterion(name=str(n), value=value, weight=1) for n, value in enumerate(values)]
    after = [*before[:place], before[place].model_copy(update={"value": better}), *before[place + 1 :]]
    assert (measured_score(after) or 0) >= (measured_score(before) or 0)


@given(st.lists(score, min_size=1, max_size=6))
def test_the_aggregate_lies_between_the_scores_and_is_no_mean_that_can_be_bought(values: list[float]) -> None:
    found = aggregate([scored(value) for value in values])
    assert found is not None
    assert min(values) - HUNDREDTH <= found <= max(values) + HUNDREDTH
    assert found <= sum(values) / len(values) + HUNDREDTH


@given(st.lists(score, min_size=1, max_size=6), st.integers(0, 5), score)
def test_a_better_review_never_lowers_the_aggregate(values: list[float], place: int, better: float) -> None:
    place %= len(values)
    assume(better >= values[place])
    before = aggregate([scored(value) for value in values])
    after = aggregate([scored(better if n == place else value) for n, value in enumerate(values)])
    assert before is not None and after is not None and after >= before


@given(st.lists(score, max_size=5), st.permutations(range(6)))
def test_a_zero_gives_zero_and_order_is_nothing(values: list[float], order: list[int]) -> None:
    reviews = [scored(value, str(n)) for n, value in enumerate((0.0, *values))]
    assert aggregate(reviews) == 0
    shuffled = [reviews[place] for place in order if place < len(reviews)]
    assert sit(1, shuffled, 6.5, 1) == sit(1, reviews, 6.5, 1)


@given(st.lists(score, max_size=4), st.integers(0, 3))
def test_the_absent_have_no_weight(values: list[float], away: int) -> None:
    there = [scored(value) for value in values]
    assert aggregate([*there, *(absent(str(n), "away") for n in range(away))]) == aggregate(there)


@given(st.integers(0, 4), st.integers(0, 3))
def test_nobody_there_is_no_score_and_nothing_passes(away: int, left: int) -> None:
    sitting = sit(1, [absent(str(n), "away") for n in range(away)], 0.0, left)
    assert sitting.score is None and sitting.outcome == "fail"


@given(st.lists(score, min_size=1, max_size=4), st.floats(0, 10), st.integers(0, 3))
def test_outcomes(values: list[float], line: float, left: int) -> None:
    sitting = sit(1, [scored(value, str(n)) for n, value in enumerate(values)], line, left)
    assert sitting.score is not None
    wanted = "pass" if sitting.score >= line else "revise" if left > 0 else "fail"
    assert sitting.outcome == wanted


def test_two_tens_do_not_buy_a_zero() -> None:
    assert aggregate([scored(10.0), scored(10.0), scored(0.0)]) == 0.0
    assert aggregate([scored(9.0), scored(9.0), scored(2.0)]) == 2.0


def test_the_formula_can_be_recalculated_by_hand() -> None:
    found = [Criterion(name="a", value=0.5, weight=3), Criterion(name="b", value=1.0, weight=1)]
    assert formula(found) == "10 × (3·a + 1·b) / 4; unknown criteria are left out"
    assert measured_score(found) == 6.25
