"""What is told of a run while it goes on: the graph's tasks as events. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sovereign_kernel.goal.plan import plan_lines
from sovereign_kernel.records import Claim, Contradiction, Decision, Goal, Review, Round
from sovereign_kernel.records.dossier import Extraction, SearchReport


@dataclass(frozen=True)
class Event:
    """`kind`: stage_started, stage_finished, plan, paper, claim, review, notice, round or decision.

    `text` is for people.
    """

    kind: str
    stage: str
    text: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


UNTOLD = "begin"
"""The node that only clears the state."""


def started(task: Mapping[str, Any]) -> Iterator[Event]:
    if task["name"] != UNTOLD:
        yield Event("stage_started", task["name"])


def finished(task: Mapping[str, Any]) -> Iterator[Event]:
    """Everything that a node brought, then that it is done."""
    stage, result = task["name"], task.get("result") or {}
    if stage == UNTOLD:
        return
    if isinstance(result.get("plan"), Goal):
        yield from _plan(stage, result["plan"])
        yield from (Event("notice", stage, notice) for notice in result.get("notices", ()))
    for reports in (result.get("searches", {}), result.get("extractions", {}), result.get("manuscripts", {})):
        for report in reports.values():
            yield from (Event("notice", stage, notice) for notice in report.notices)
            if isinstance(report, SearchReport):
                yield from _papers(stage, report)
    if stage == "verify":
        yield from (_claim(stage, claim) for claim in result.get("claims", ()) if claim.dropped is None)
    for review in result.get("reviews", {}).values():
        yield _review(stage, review)
    if stage == "tribunal":
        yield from (_round(stage, entry) for entry in result.get("rounds", ())[-1:])
    if stage == "policy" and isinstance(decision := result.get("decision"), Decision):
        yield Event(
            "decision",
            stage,
            f"{decision.policy} by rule {decision.rule}: {decision.reason}",
            {"policy": decision.policy},
        )
    yield Event("stage_finished", stage, _summary(stage, result))


def _plan(stage: str, goal: Goal) -> Iterator[Event]:
    """What was understood: one event a line of the plan, the first with the whole plan in its fields."""
    fields = goal.model_dump(mode="json")
    for number, told in enumerate(plan_lines(goal)):
        yield Event("plan", stage, told, {"plan": fields} if number == 0 else {})


def _papers(stage: str, report: SearchReport) -> Iterator[Event]:
    for paper in report.papers:
        yield Event("paper", stage, f"{paper.id} {paper.title}", {"id": paper.id, "title": paper.title})


def _claim(stage: str, claim: Claim) -> Event:
    verdict = claim.verification.verdict if claim.verification else None
    return Event(
        "claim", stage, f"{claim.id} {verdict or 'not verified'}: {claim.text}", {"id": claim.id, "verdict": verdict}
    )


def _review(stage: str, review: Review) -> Event:
    said = (
        f"absent: {review.absent}" if review.absent else "no score" if review.score is None else f"{review.score:.1f}"
    )
    return Event("review", stage, f"{review.role.upper()} {said}", {"role": review.role, "score": review.score})


def _round(stage: str, entry: Round) -> Event:
    score = "no score" if entry.score is None else f"{entry.score:.1f}"
    return Event(
        "round", stage, f"{entry.number}: {score}, {entry.outcome}", {"number": entry.number, "score": entry.score}
    )


def _summary(stage: str, result: Mapping[str, Any]) -> str:
    extractions = [taken for taken in result.get("extractions", {}).values() if isinstance(taken, Extraction)]
    if extractions:
        return f"{sum(len(taken.claims) for taken in extractions)} claims"
    if stage == "index":
        found = [entry for entry in result.get("contradictions", ()) if isinstance(entry, Contradiction)]
        return f"{len(found)} contradictions"
    if stage == "verify":
        return _verified([claim for claim in result.get("claims", ()) if claim.dropped is None])
    sentences = result.get("sentences", {})
    return f"{sum(len(entries) for entries in sentences.values())} sentences" if sentences else ""


def _verified(claims: Sequence[Claim]) -> str:
    """How many claims have which verdict."""
    verdicts = Counter(claim.verification.verdict if claim.verification else "not verified" for claim in claims)
    return ", ".join(f"{amount} {verdict.lower().replace('_', ' ')}" for verdict, amount in verdicts.most_common())
