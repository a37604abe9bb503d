"""Reviews in, a round out. Pure.

A reviewer's measured score is the weighted mean of its known criteria, times ten. Its score is the lower of what it
measured and what it argued, so that no eloquence lifts a draft. The tribunal's score is the lowest of the scores
present: a dimension that fails cannot be bought by the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sovereign_kernel.records import Criterion, Objection, Review, Round


def measured_score(criteria: Sequence[Criterion]) -> float | None:
    """10 * sum(weight * value) / sum(weight) over the criteria with a known value, 0 to 10, and at most ten times the
    value of each criterion that caps; None when none is known."""
    known = [(criterion.weight, criterion.value) for criterion in criteria if criterion.value is not None]
    heaviest = max((weight for weight, _ in known), default=0.0)
    if not heaviest:
        return None
    known = [(weight / heaviest, value) for weight, value in known]  # so that the smallest numbers do not vanish
    total = sum(weight for weight, _ in known)
    caps = [criterion.value for criterion in criteria if criterion.caps and criterion.value is not None]
    return round(10 * min([sum(weight * value for weight, value in known) / total, *caps]), 2)


def formula(criteria: Sequence[Criterion]) -> str:
    """The measured score's formula in words, as the draft shows it."""
    terms = " + ".join(f"{criterion.weight:g}·{criterion.name}" for criterion in criteria)
    caps = "".join(f"; at most 10 × {criterion.name}" for criterion in criteria if criterion.caps)
    return f"10 × ({terms}) / {sum(criterion.weight for criterion in criteria):g}; unknown criteria are left out{caps}"


def settle(
    role: str,
    criteria: Sequence[Criterion],
    objections: Sequence[Objection],
    argued: float | None = None,
    rationale: str = "",
) -> Review:
    """A reviewer's say. Without a measurement there is no score, whatever was argued."""
    measured = measured_score(criteria)
    score = measured if measured is None or argued is None else min(measured, argued)
    return Review(
        role=role,
        score=score,
        measured=measured,
        argued=argued,
        criteria=tuple(criteria),
        objections=tuple(objections),
        rationale=rationale,
        formula=formula(criteria),
    )


def absent(role: str, why: str) -> Review:
    """A reviewer that could not be heard."""
    return Review(role=role, absent=why)


def aggregate(reviews: Sequence[Review]) -> float | None:
    """The lowest of the scores present, 0 to 10; None when nobody was there to score."""
    return min((review.score for review in reviews if review.score is not None), default=None)


def sit(
    number: int, reviews: Sequence[Review], threshold: float, rounds_left: int, no_answer: float | None = None
) -> Round:
    """One sitting: `pass` at the line or above it; below it, `revise` while rounds are left, then `fail`.

    Without a score there is nothing to revise by, and nothing passes. `no_answer` is the score of a draft that says
    that nothing answers, and never makes it pass: whether to publish that is the owner's.
    """
    ordered = tuple(sorted(reviews, key=lambda review: review.role))
    score = aggregate(ordered)
    if score is not None and score >= threshold:
        return Round(number=number, score=score, outcome="pass", reviews=ordered, no_answer=no_answer)
    outcome: Literal["revise", "fail"] = "revise" if score is not None and rounds_left > 0 else "fail"
    return Round(number=number, score=score, outcome=outcome, reviews=ordered, no_answer=no_answer)
