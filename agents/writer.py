"""WRITER: composes answer, abstract, introduction and discussion from claim ids only."""

import re
from typing import Any

from pydantic import BaseModel, Field

from sovereign_kernel.errors import BadAnswer, BudgetSpent, ModelUnavailable
from sovereign_kernel.ports import ChatModel
from sovereign_kernel.prose import stands_alone, third_person
from sovereign_kernel.records import Claim, ProseSection, Sentence
from sovereign_kernel.reviewing import claim_brief
from sovereign_kernel.roles import Dossier, Manuscript, Role, Stage
from sovereign_kernel.synthesis import is_firm, is_supported, met
from sovereign_kernel.toolkit import Toolkit

ANSWER_SENTENCES = 4
ABSTRACT_SENTENCES = 3
INTRODUCTION_SENTENCES = 2
OUTCOME = re.compile(
    r"\b(outperform|surpass|improv|reduc|achiev|increas|decreas|degrad|speed|gain|yield|than|faster|slower)\w*", re.I
)
"""A finding says that something became better, worse, more or less; "offers valuable insights" does not."""

FIGURE = re.compile(r"(?<![\w-])\d")
TOLD = ("result", "method", "objective")
"""Kinds of sentences in which a paper tells what it did and found; the others tell where it starts from."""


class WrittenSentence(BaseModel):
    section: ProseSection
    text: str = Field(description="one whole sentence that says no more than its claims say")
    claims: list[str] = Field(min_length=1, description="ids of the claims that it rests on")


class Written(BaseModel):
    """The model's answer."""

    sentences: list[WrittenSentence] = Field(description="in reading order")


def run(dossier: Dossier, tools: Toolkit) -> Manuscript:
    model = tools.chat(role.name)
    usable = tuple(claim for claim in dossier.claims if is_supported(claim))
    if model is None or not usable:
        return measured_manuscript(dossier, usable)
    try:
        return _written(dossier, usable, tools, model)
    except (BadAnswer, ModelUnavailable, BudgetSpent) as exc:
        notice = (
            f"The language model wrote no usable draft ({exc}); the prose was put together from the claims themselves."
        )
        return measured_manuscript(dossier, usable).model_copy(update={"notices": (notice,)})


def _written(dossier: Dossier, usable: tuple[Claim, ...], tools: Toolkit, model: ChatModel) -> Manuscript:
    prompt = tools.prompt(role.name).fill(
        goal=dossier.goal.question,
        claims=[claim_brief(claim) for claim in usable],
        contradictions=[{"claim": entry.claim_id, "reason": entry.reason} for entry in dossier.contradictions],
        not_covered=list(dossier.coverage.uncovered),
        objections=_objections(dossier),
        notes=list(dossier.owner_notes),
    )
    written = model.ask(role.name, prompt, Written)
    known = {claim.id for claim in usable}
    sentences = tuple(
        Sentence(
            id="", section=entry.section, text=" ".join(entry.text.split()), claims=tuple(claims), written_by="model"
        )
        for entry in written.sentences
        if entry.text.strip() and (claims := [claim_id for claim_id in entry.claims if claim_id in known])
    )
    if not _answers(sentences, dossier, tools):
        measured = measured_manuscript(dossier, usable).sentences
        sentences = (*(sentence for sentence in measured if sentence.section == "answer"), *sentences)
    return Manuscript(sentences=sentences)


def _answers(sentences: tuple[Sentence, ...], dossier: Dossier, tools: Toolkit) -> bool:
    """Whether a sentence of the model's answer will pass its check; a draft without an answer is none."""
    answer = [sentence for sentence in sentences if sentence.section == "answer"]
    found = tools.verifier.verify_all([(entry.text, dossier.source_of(entry.claims), None) for entry in answer])
    return any(map(is_firm, found))


def _objections(dossier: Dossier) -> list[dict[str, Any]]:
    """What the last round held against the draft."""
    reviews = dossier.rounds[-1].reviews if dossier.rounds else ()
    return [{"target": entry.target, "text": entry.text} for review in reviews for entry in review.objections]


def measured_manuscript(dossier: Dossier, usable: tuple[Claim, ...]) -> Manuscript:
    """Without a model: the claims that speak to the goal, each once, and findings before intentions.

    The answer covers as many facets as it can with findings; the abstract takes the next best from other papers; the
    introduction what the papers start from; the discussion the rest, by facet. Other claims stay in the table.
    """
    ranked = sorted(usable, key=lambda claim: (-_worth(claim, dossier), claim.id))
    to_goal = [claim for claim in ranked if met(claim.text, dossier.goal.facets)]
    findings = [claim for claim in to_goal if claim.kind in TOLD and OUTCOME.search(claim.text)]
    answer = _spread(findings or to_goal, dossier, ANSWER_SENTENCES)
    by_id = {claim.id: claim for claim in usable}
    first = [by_id[name] for name in dossier.owner_first if name in by_id]
    answer = first + [claim for claim in answer if claim not in first]
    rest = [claim for claim in to_goal if claim not in answer]
    abstract = _one_a_paper([claim for claim in rest if claim.kind in TOLD], ABSTRACT_SENTENCES)
    rest = [claim for claim in rest if claim not in abstract]
    introduction = _one_a_paper([claim for claim in rest if claim.kind not in TOLD], INTRODUCTION_SENTENCES)
    discussion = sorted(
        (claim for claim in rest if claim not in introduction),
        key=lambda claim: (_facet_place(claim, dossier), -_worth(claim, dossier)),
    )
    parts: tuple[tuple[ProseSection, list[Claim]], ...] = (
        ("answer", answer),
        ("abstract", abstract),
        ("introduction", introduction),
        ("discussion", discussion),
    )
    return Manuscript(
        sentences=tuple(
            Sentence(id="", section=section, text=third_person(claim.text), claims=(claim.id,), written_by="measured")
            for section, claims in parts
            for claim in claims
        )
    )


def _worth(claim: Claim, dossier: Dossier) -> float:
    """Facets joined, in the claim's own words and under its paper's title, the goal's subject counting twice; then a
    finding, figures, relevance, reading alone."""
    met_by = [facet.name for facet in dossier.coverage.facets if claim.id in facet.claims]
    joined = len(met_by) + (dossier.goal.subject in met_by)
    finding, figures = claim.kind == "result", bool(FIGURE.search(claim.text))
    return joined + 0.5 * finding + 0.5 * figures + (claim.relevance or 0.0) + 0.5 * stands_alone(claim.text)


def _facet_place(claim: Claim, dossier: Dossier) -> int:
    names = [facet.name for facet in dossier.goal.facets]
    return names.index(claim.facet) if claim.facet in names else len(names)


def _spread(ranked: list[Claim], dossier: Dossier, limit: int) -> list[Claim]:
    """Greedy cover of the facets, the most worthy first, then the next best up to the limit."""
    chosen: list[Claim] = []
    still_open = set(dossier.goal.facets)
    for claim in ranked:
        closes = still_open.intersection(met(claim.text, dossier.goal.facets))
        if closes and len(chosen) < limit:
            chosen.append(claim)
            still_open -= closes
    return chosen + [claim for claim in ranked if claim not in chosen][: limit - len(chosen)]


def _one_a_paper(ranked: list[Claim], limit: int) -> list[Claim]:
    best = {claim.paper_id: claim for claim in reversed(ranked)}
    return [claim for claim in ranked if best[claim.paper_id] is claim][:limit]


role = Role("writer", Stage.WRITE, "composes the draft from claim ids only", run)
