"""WRITER: composes answer, abstract, introduction and discussion from claim ids only."""

from typing import Any

from pydantic import BaseModel, Field

from sovereign_kernel.errors import BadAnswer, BudgetSpent, ModelUnavailable
from sovereign_kernel.ports import ChatModel
from sovereign_kernel.prose import third_person
from sovereign_kernel.records import Claim, ProseSection, Sentence
from sovereign_kernel.reviewing import claim_brief
from sovereign_kernel.roles import Dossier, Manuscript, Role, Stage
from sovereign_kernel.synthesis import is_firm, is_supported
from sovereign_kernel.toolkit import Toolkit
from sovereign_kernel.writing.selection import NEAR, Ranked, one_a_paper, ranked

ANSWER_SENTENCES = 4
INTRODUCTION_SENTENCES = 2
DISCUSSION_SENTENCES = 6
CLOSE = 0.75
"""What a further sentence of the answer must be of the best one's nearness to the question."""

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
    """Without a model: the claims nearest to the question, one a paper, each as its paper says it.

    The answer takes the best of the nearest papers; the introduction what papers start from; the discussion what
    else is near. What is not near stays in the list of claims.
    """
    entries = ranked(dossier.goal, usable, dossier.papers)
    near = [entry for entry in entries if entry.score >= NEAR]
    told = [entry for entry in near if entry.claim.kind in TOLD] or near
    answer = _first(dossier.owner_first, entries) + one_a_paper(
        [entry for entry in told if entry.score >= CLOSE * told[0].score], ANSWER_SENTENCES
    )
    answer = list(dict.fromkeys(answer)) or list(entries[:1])
    rest = [entry for entry in near if entry not in answer]
    introduction = one_a_paper([entry for entry in rest if entry.claim.kind not in TOLD], INTRODUCTION_SENTENCES)
    discussion = _by_paper([entry for entry in rest if entry.claim.kind in TOLD][:DISCUSSION_SENTENCES])
    parts: tuple[tuple[ProseSection, list[Ranked]], ...] = (
        ("answer", answer),
        ("introduction", introduction),
        ("discussion", discussion),
    )
    return Manuscript(
        sentences=tuple(
            Sentence(
                id="", section=section, text=third_person(entry.text), claims=(entry.claim.id,), written_by="measured"
            )
            for section, entries in parts
            for entry in entries
        )
    )


def _first(owner_first: tuple[str, ...], entries: tuple[Ranked, ...]) -> list[Ranked]:
    """What the owner wants to come first."""
    by_id = {entry.claim.id: entry for entry in entries}
    return [by_id[name] for name in owner_first if name in by_id]


def _by_paper(entries: list[Ranked]) -> list[Ranked]:
    """In order, the claims of one paper together."""
    order = list(dict.fromkeys(entry.claim.paper_id for entry in entries))
    return sorted(entries, key=lambda entry: order.index(entry.claim.paper_id))


role = Role("writer", Stage.WRITE, "composes the draft from claim ids only", run)
