"""WRITER: composes answer, abstract, introduction and discussion from claim ids only."""

from dataclasses import replace
from typing import Any

from pydantic import BaseModel, Field

from sovereign_kernel.errors import BadAnswer, BudgetSpent, ModelUnavailable
from sovereign_kernel.goal.coverage import is_supported
from sovereign_kernel.pipeline.nodes.verify import Checked, checked_sentences
from sovereign_kernel.pipeline.project import project_root
from sovereign_kernel.pipeline.reviewers import claim_brief
from sovereign_kernel.pipeline.roles import Role, Stage
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.ports import ChatModel
from sovereign_kernel.records import Claim, ProseSection, Sentence
from sovereign_kernel.records.dossier import Dossier, Manuscript
from sovereign_kernel.text.prompts import load_prompt
from sovereign_kernel.writing.composition import conclusions
from sovereign_kernel.writing.families import of_quantity
from sovereign_kernel.writing.naming import points_outside
from sovereign_kernel.writing.selection import NEAR, Ranked, one_a_paper, ranked
from sovereign_kernel.writing.third_person import third_person

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


class Mended(BaseModel):
    number: int = Field(description="the number of the sentence that failed")
    text: str = Field(description="one whole sentence that says no more than its claims say")
    claims: list[str] = Field(min_length=1, description="ids of the claims that it rests on")


class MendedSentences(BaseModel):
    """The model's second answer; a sentence that no claim says is left out."""

    sentences: list[Mended]


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
    goal = dossier.goal
    computed = conclusions(replace(dossier, sentences=()))
    prompt = tools.prompt(role.name).fill(
        goal=goal.question,
        kind=goal.kind,
        outline=list(goal.sub_questions or (facet.name for facet in goal.facets)),
        claims=[_told(claim) for claim in usable],
        computed=[{"text": entry.text, "claims": list(entry.claims)} for entry in computed if entry.part == "lead"],
        contradictions=[{"claim": entry.claim_id, "reason": entry.reason} for entry in dossier.contradictions],
        not_covered=list(dossier.coverage.uncovered),
        objections=_objections(dossier),
        notes=list(dossier.owner_notes),
    )
    known = {claim.id for claim in usable}
    said = {entry.text for entry in computed}
    sentences = tuple(
        sentence
        for entry in model.ask(role.name, prompt, Written).sentences
        if (sentence := _sentence(entry.section, entry.text, entry.claims, known)) and sentence.text not in said
    )
    checked = checked_sentences(sentences, dossier, tools)
    checked, notice = _mended(checked, usable, dossier, tools, model)
    sentences = tuple(entry.sentence for entry in checked)
    if not any(entry.refused is None and entry.sentence.section == "answer" for entry in checked):
        measured = measured_manuscript(dossier, usable).sentences
        sentences = (*(sentence for sentence in measured if sentence.section == "answer"), *sentences)
    return Manuscript(sentences=sentences, notices=(notice,) if notice else ())


def _mended(
    checked: tuple[Checked, ...], usable: tuple[Claim, ...], dossier: Dossier, tools: Toolkit, model: ChatModel
) -> tuple[tuple[Checked, ...], str | None]:
    """The sentences, those that failed handed back once, all in one call; and how many were."""
    failed = [place for place, entry in enumerate(checked) if entry.refused is not None]
    if not failed:
        return checked, None
    named = {id for place in failed for id in checked[place].sentence.claims}
    prompt = load_prompt(project_root() / "prompts" / "mending.md").fill(
        goal=dossier.goal.question,
        claims=[_told(claim) for claim in usable if claim.id in named],
        failed=[
            {
                "number": place,
                "text": checked[place].sentence.text,
                "claims": list(checked[place].sentence.claims),
                "why": checked[place].refused,
            }
            for place in failed
        ],
    )
    try:
        answer = model.ask(role.name, prompt, MendedSentences).sentences
    except (BadAnswer, ModelUnavailable, BudgetSpent) as exc:
        return checked, f"{_sentences(len(failed))} failed and could not be handed back: {exc}."
    known = {claim.id for claim in usable}
    again = {
        entry.number: sentence
        for entry in answer
        if entry.number in failed
        and (sentence := _sentence(checked[entry.number].sentence.section, entry.text, entry.claims, known))
    }
    found = dict(zip(again, checked_sentences(tuple(again.values()), dossier, tools), strict=True))
    passed = sum(entry.refused is None for entry in found.values())
    notice = (
        f"{_sentences(len(failed))} of {len(checked)} failed the first check and went back to the language model "
        f"with the reason; {passed} passed as written again."
    )
    return tuple(found.get(place, entry) for place, entry in enumerate(checked)), notice


def _sentences(count: int) -> str:
    return f"{count} written {'sentence' if count == 1 else 'sentences'}"


def _sentence(section: ProseSection, text: str, claims: list[str], known: set[str]) -> Sentence | None:
    """A sentence with those of its claims that there are; None without text or claims."""
    named = tuple(dict.fromkeys(claim for claim in claims if claim in known))
    if not named or not text.strip():
        return None
    return Sentence(id="", section=section, text=" ".join(text.split()), claims=named, written_by="model")


def _told(claim: Claim) -> dict[str, Any]:
    """A claim as the writer's model sees it: with what it is about."""
    about = {entry.name: entry.text for entry in claim.aspects}
    return {**claim_brief(claim), **({"about": about} if about else {})}


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
    close = [entry for entry in told if entry.score >= CLOSE * told[0].score]
    led = _behind_lead(dossier, entries)
    if dossier.goal.kind == "whether" and led:
        close = []  # what says neither yes nor no is no answer beside what does
    elif led and (quantities := dossier.goal.quantities):
        close = [entry for entry in close if any(of_quantity(entry.text, quantity) for quantity in quantities)]
    answer = one_a_paper([*_first(dossier.owner_first, entries), *led, *close], ANSWER_SENTENCES) or list(entries[:1])
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


def _behind_lead(dossier: Dossier, entries: tuple[Ranked, ...]) -> list[Ranked]:
    """What the computed first sentence is made from, each stance first once, then the nearest."""
    lead = next((found for found in conclusions(replace(dossier, sentences=())) if found.part == "lead"), None)
    behind = [entry for entry in entries if lead and entry.claim.id in lead.claims and not points_outside(entry.text)]
    first: dict[str | None, Ranked] = {}
    for entry in behind:
        first.setdefault(entry.claim.bearing.stance if entry.claim.bearing else None, entry)
    return list(dict.fromkeys((*first.values(), *behind)))


def _first(owner_first: tuple[str, ...], entries: tuple[Ranked, ...]) -> list[Ranked]:
    """What the owner wants to come first."""
    by_id = {entry.claim.id: entry for entry in entries}
    return [by_id[name] for name in owner_first if name in by_id]


def _by_paper(entries: list[Ranked]) -> list[Ranked]:
    """In order, the claims of one paper together."""
    order = list(dict.fromkeys(entry.claim.paper_id for entry in entries))
    return sorted(entries, key=lambda entry: order.index(entry.claim.paper_id))


role = Role("writer", Stage.WRITE, "composes the draft from claim ids only", run)
