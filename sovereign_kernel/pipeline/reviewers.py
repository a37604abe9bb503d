"""How every reviewer works: it measures, then, if there is a language model, it argues about what it measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from sovereign_kernel.decision.tribunal import settle
from sovereign_kernel.errors import BadAnswer, BudgetSpent, ModelUnavailable
from sovereign_kernel.pipeline.roles import Role, Stage
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.records import Claim, Criterion, Mend, Objection, Paper, Review, Severity
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.screening.screen import objection
from sovereign_kernel.text.terms import stems

MOST_SENTENCES = 12
"""Sentences besides the answer, and contradictions, in one prompt."""

LONGEST_SEARCH = 12  # words
AROUND = 200
"""Characters before and after a quote."""

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
    search: str = Field("", description="with the mend `search`: what to search for, in a few words of the field")


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
        prompt = tools.prompt(name).fill(dossier=brief(dossier, name), measured=summary(measurement))
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


def brief(dossier: Dossier, role: str = "") -> dict[str, Any]:
    """What a reviewer's prompt is given: what its criteria need, and no more.

    All get the question, how it was read, and the answer with its claims. SKEPTIC gets the other prose and the
    contradictions; VALIDATOR the sentences that a model wrote; SYNTHESIZER what was read and is not in the answer. Each
    claim has its quote, its paper's title and year, and, where its words are not the quote's, what stands around it.
    """
    answer = [entry for entry in dossier.sentences if entry.section == "answer"]
    rest = [entry for entry in dossier.sentences if entry.section != "answer"]
    if role == "validator":
        rest = [entry for entry in rest if entry.written_by == "model"]
    shown = answer + ([] if role == "synthesizer" else rest[:MOST_SENTENCES])
    named = dict.fromkeys(claim_id for entry in shown for claim_id in entry.claims)
    claims = {claim.id: claim for claim in dossier.claims}
    found: dict[str, Any] = {
        "question": _asked(dossier),
        "sentences": [
            {"id": entry.id, "section": entry.section, "text": entry.text, "claims": list(entry.claims)}
            for entry in shown
        ],
        "claims": [claim_in_place(claims[claim_id], dossier) for claim_id in named if claim_id in claims],
    }
    if role in ("", "skeptic"):
        found["contradictions"] = [
            {"claim": entry.claim_id, "other_quote": entry.other_quote.text, "reason": entry.reason}
            for entry in dossier.contradictions[:MOST_SENTENCES]
        ]
    if role in ("", "synthesizer"):
        best = dossier.fit.best if dossier.fit else ()
        left = [claims[claim_id] for claim_id in best if claim_id in claims and claim_id not in named]
        found["read_but_not_in_the_answer"] = [claim_in_place(claim, dossier) for claim in left]
        found["papers_read"] = [_label(paper) for paper in dossier.papers]
    return found


def _asked(dossier: Dossier) -> dict[str, Any]:
    """The goal as it was read; what it does not say is left out."""
    parts = ("kind", "sides", "conditions", "presupposition", "sub_questions")
    told = {name: getattr(dossier.goal, name) for name in parts}
    return {"goal": dossier.goal.question} | {name: value for name, value in told.items() if value}


def claim_in_place(claim: Claim, dossier: Dossier) -> dict[str, Any]:
    """A claim with its paper's title and year, and the sentences around its quote where its words are not the
    quote's."""
    paper = next((paper for paper in dossier.papers if paper.id == claim.paper_id), None)
    told: dict[str, Any] = {"id": claim.id, "text": claim.text, "sources": 1 + len({e.paper_id for e in claim.also})}
    if paper is not None:
        told["paper"] = _label(paper)
    if claim.text != claim.quote.text:
        told["quote"] = claim.quote.text
        if paper is not None:
            told["around_the_quote"] = _around(paper, claim)
    failed = (
        [check.name for check in claim.verification.checks if check.outcome == "failed"] if claim.verification else []
    )
    return told | ({"failed_checks": failed} if failed else {})


def _label(paper: Paper) -> str:
    return f"{paper.title} ({(paper.published or 'no date')[:4]})"


def _around(paper: Paper, claim: Claim) -> str:
    start, end = max(0, claim.quote.start - AROUND), claim.quote.end + AROUND
    return " ".join(paper.text[start:end].split())


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
        "criteria": {entry.name: entry.value for entry in measurement.criteria if entry.value is not None},
        "objections": [f"{entry.target}: {entry.text}" for entry in measurement.objections[:MOST_SENTENCES]],
    }


def share(good: int, of: int) -> float | None:
    """good / of; None when there is nothing to take a share of."""
    return good / of if of else None


def _grounded(argument: Argument, dossier: Dossier) -> list[Objection]:
    """The objections whose target exists; a target that the model made up is no objection."""
    targets = {entry.id for entry in dossier.claims} | {entry.id for entry in dossier.sentences} | set(PROSE_SECTIONS)
    return [
        Objection(**entry.model_dump(exclude={"search"}), search=searchable(entry.search, dossier))
        for entry in argument.objections
        if entry.target in targets
    ]


def searchable(asked: str, dossier: Dossier) -> str:
    """A reviewer's search, if it may be one: a few words, one of them the question's, all of them words of the question
    or of what was read, and nothing that speaks to a machine. Otherwise "": what a model says may come from a paper."""
    words = stems(asked)
    known = set(stems(dossier.goal.text)).union(*(stems(paper.text) for paper in dossier.papers))
    wanted = len(asked.split()) <= LONGEST_SEARCH and bool(set(words) & set(stems(dossier.goal.text)))
    return " ".join(asked.split()) if wanted and known.issuperset(words) and objection(asked) is None else ""
