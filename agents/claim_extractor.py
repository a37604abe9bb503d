"""CLAIM-EXTRACTOR: takes claims out of every paper, each with a verbatim quote. A claim without one does not exist."""

from pydantic import BaseModel, Field

from sovereign_kernel.errors import BadAnswer, BudgetSpent, ModelUnavailable
from sovereign_kernel.goal.coverage import says_the_same
from sovereign_kernel.pipeline.roles import Role, Stage
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.ports import ChatModel
from sovereign_kernel.records import Claim, Paper, Quote
from sovereign_kernel.records.dossier import Dossier, Extraction
from sovereign_kernel.text.sentence_roles import sentence_roles
from sovereign_kernel.text.sentences import split_sentences
from sovereign_kernel.verification import align
from sovereign_kernel.writing.naming import points_outside, with_name
from sovereign_kernel.writing.selection import TOLD, near_to, told_share
from sovereign_kernel.writing.standalone import stands_alone

STANDS = 0.3
"""What does not stand by itself (see prose.stands_alone) so far is no claim: notes on code, hopes, fragments."""

MOST_TEXT = 24_000
"""Characters of a paper that are put into one question; arXiv's abstracts have at most about 2,000."""


class ExtractedClaim(BaseModel):
    quote: str = Field(description="words copied from the paper, exactly, a sentence or a part of one")
    claim: str = Field(
        description="what the paper claims there, in one whole sentence, with its numbers, hedges and conditions"
    )


class ExtractedClaims(BaseModel):
    """The model's answer for one paper; an empty list when nothing in it speaks to the goal."""

    claims: list[ExtractedClaim]


def run(dossier: Dossier, tools: Toolkit) -> Extraction:
    model = tools.chat(role.name)
    taken = tools.side_by_side(lambda paper: _from_paper(paper, dossier, tools, model), dossier.unread)
    return Extraction(
        read=tuple(paper.id for paper in dossier.unread),
        claims=tuple(claim for claims, _ in taken for claim in claims),
        notices=tuple(notice for _, notice in taken if notice),
    )


def _from_paper(
    paper: Paper, dossier: Dossier, tools: Toolkit, model: ChatModel | None
) -> tuple[list[Claim], str | None]:
    limit = tools.settings.claims_per_paper
    if model is None:
        return measured_claims(paper, dossier, limit), None
    read, unread = _readable(paper)
    prompt = tools.prompt(role.name).fill(
        goal=dossier.goal.question, limit=limit, paper={"title": paper.title, "text": read}
    )
    try:
        answer = model.ask(role.name, prompt, ExtractedClaims)
    except (BadAnswer, ModelUnavailable, BudgetSpent) as exc:
        notice = (
            f"No usable claims from the language model for {paper.id} ({exc}); its own result sentences were taken."
        )
        return measured_claims(paper, dossier, limit), notice
    claims: list[Claim] = []
    for entry in answer.claims[:limit]:
        quote = align(entry.quote, paper.text)
        if quote and quote.end > len(paper.title) and entry.claim.strip():  # a title is no finding
            claims.append(_claim(paper, " ".join(entry.claim.split()), quote, "model"))
    return claims, unread


def _readable(paper: Paper) -> tuple[str, str | None]:
    """As much of the paper as one question may hold, in whole sentences, and a notice of what is left over."""
    if len(paper.text) <= MOST_TEXT:
        return paper.text, None
    end = max((end for _, end in split_sentences(paper.text) if end <= MOST_TEXT), default=MOST_TEXT)
    return paper.text[:end], f"The model read the first {end:,} of {len(paper.text):,} characters of {paper.id}."


def measured_claims(paper: Paper, dossier: Dossier, limit: int) -> list[Claim]:
    """The paper's own sentences that are nearest to the question, whatever verb they have, each another statement.

    See `selection.bearing_of` for what a sentence is worth. One that points outside itself is taken last.
    """
    spans = [span for span in split_sentences(paper.text) if span[0] > len(paper.title)]
    sentences = [paper.text[start:end] for start, end in spans]
    goal = dossier.goal
    named = [with_name(sentence, paper.title) for sentence in sentences]
    near = near_to(goal, named, [paper.title] * len(sentences))
    worth: list[tuple[float, int]] = []
    for place, told in enumerate(map(told_share, sentence_roles(sentences))):
        alone = stands_alone(named[place])
        if alone > STANDS:
            outside = 0.7 if points_outside(named[place]) else 1.0
            worth.append(((near[place] + TOLD * told) * (0.5 + 0.5 * alone) * outside, place))
    chosen: list[int] = []
    for _, place in sorted(worth, key=lambda entry: (-entry[0], entry[1])):
        if len(chosen) < limit and not any(says_the_same(sentences[place], sentences[other]) for other in chosen):
            chosen.append(place)
    return [
        _claim(
            paper,
            sentences[place],
            Quote(text=sentences[place], start=spans[place][0], end=spans[place][1]),
            "measured",
        )
        for place in sorted(chosen)
    ]


def _claim(paper: Paper, text: str, quote: Quote, by: str) -> Claim:
    return Claim(id="", text=text, paper_id=paper.id, quote=quote, extracted_by=f"{role.name} ({by})")


role = Role("claim_extractor", Stage.EXTRACT, "takes claims out of every paper, each with a verbatim quote", run)
