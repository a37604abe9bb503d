"""How every reviewer works: it measures, then, if there is a language model, it argues about what it measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from sovereign_kernel.errors import BadAnswer, BudgetSpent, ModelUnavailable
from sovereign_kernel.records import Claim, Criterion, Mend, Objection, Review, Severity
from sovereign_kernel.roles import Dossier, Role, Stage
from sovereign_kernel.toolkit import Toolkit
from sovereign_kernel.tribunal import settle

PROSE_SECTIONS = ("answer", "abstract", "introduction", "discussion")


@dataclass(frozen=True)
class Measurement:
    """What a reviewer found by code alone. The criteria with their weights are its formula."""

    criteria: tuple[Criterion, ...]
    objections: tuple[Objection, ...] = ()


class ArguedObjection(BaseModel):
    target: str = Field(description="a claim id, a sentence id, or one of: answer, abstract, introduction, discussion")
    severity: Severity
    text: str = Field(description="what is wrong, in one sentence")
    mend: Mend


class Argument(BaseModel):
    """The model's answer; the reason comes before the score."""

    rationale: str = Field(description="two to four sentences: what decides the score")
    objections: list[ArguedObjection] = []
    score: float = Field(ge=0, le=10, description="0 worthless, 10 flawless")


def reviewer(name: str, about: str, measure: Callable[[Dossier], Measurement], *, argues: bool = True) -> Role:
    """A REVIEW role from a pure measurement. With `argues`, a prompt of the same name is needed once a model is
    there."""

    def run(dossier: Dossier, tools: Toolkit) -> Review:
        measurement = measure(dossier)
        model = tools.chat(name) if argues else None
        if model is None:
            return settle(name, measurement.criteria, measurement.objections)
        prompt = tools.prompt(name).fill(dossier=brief(dossier), measured=summary(measurement))
        try:
            argument = model.ask(name, prompt, Argument)
        except (BadAnswer, ModelUnavailable, BudgetSpent) as exc:
            unheard = settle(name, measurement.criteria, measurement.objections)
            return unheard.model_copy(update={"score": None, "absent": f"the language model was not heard: {exc}"})
        return settle(
            name,
            measurement.criteria,
            (*measurement.objections, *_grounded(argument, dossier)),
            argument.score,
            argument.rationale,
        )

    return Role(name=name, stage=Stage.REVIEW, about=about, run=run)


def brief(dossier: Dossier) -> dict[str, Any]:
    """What a reviewer's prompt is given: the goal, the claims with quotes and verdicts, the prose, what is missing."""
    return {
        "goal": dossier.goal.question,
        "claims": [claim_brief(claim) for claim in dossier.claims],
        "sentences": [
            {"id": entry.id, "section": entry.section, "text": entry.text, "claims": list(entry.claims)}
            for entry in dossier.sentences
        ],
        "contradictions": [
            {"claim": entry.claim_id, "other_quote": entry.other_quote.text, "reason": entry.reason}
            for entry in dossier.contradictions
        ],
        "not_covered": list(dossier.coverage.uncovered),
    }


def claim_brief(claim: Claim) -> dict[str, Any]:
    checked = claim.verification
    return {
        "id": claim.id,
        "text": claim.text,
        "quote": claim.quote.text,
        "sources": 1 + len({entry.paper_id for entry in claim.also}),
        "verdict": checked.verdict if checked else None,
        "failed_checks": [check.name for check in checked.checks if check.outcome == "failed"] if checked else [],
    }


def summary(measurement: Measurement) -> dict[str, Any]:
    return {
        "criteria": {entry.name: entry.value for entry in measurement.criteria},
        "objections": [f"{entry.target}: {entry.text}" for entry in measurement.objections],
    }


def share(good: int, of: int) -> float | None:
    """good / of; None when there is nothing to take a share of."""
    return good / of if of else None


def _grounded(argument: Argument, dossier: Dossier) -> list[Objection]:
    """The objections whose target exists; a target that the model made up is no objection."""
    targets = {entry.id for entry in dossier.claims} | {entry.id for entry in dossier.sentences} | set(PROSE_SECTIONS)
    return [Objection(**entry.model_dump()) for entry in argument.objections if entry.target in targets]
