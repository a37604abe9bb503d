"""CLAIM-EXTRACTOR: takes claims out of every paper, each with a verbatim quote. A claim without one does not exist."""

from pydantic import BaseModel, Field

from sovereign_kernel.errors import BadAnswer, BudgetSpent, ModelUnavailable
from sovereign_kernel.ports import ChatModel
from sovereign_kernel.prose import stands_alone
from sovereign_kernel.records import Claim, Paper, Quote
from sovereign_kernel.rhetoric import sentence_roles
from sovereign_kernel.roles import Dossier, Extraction, Role, Stage
from sovereign_kernel.synthesis import met, says_the_same
from sovereign_kernel.text import split_sentences
from sovereign_kernel.toolkit import Toolkit
from sovereign_kernel.verification import align

ON_GOAL = 0.4
"""Weight of relevance to the goal against the sentence's role, when claims are chosen without a model."""

ASTRAY_ALLOWED = 1
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
    """The paper's own sentences, chosen by role (results before methods), relevance to the goal and diversity.

    A sentence scores 0.6 * (P(result) + P(method) / 2 + P(objective) / 3) * stands alone + 0.4 * share of the goal's
    facets that it speaks to. Of the sentences that speak to no facet only the best is taken.
    """
    spans = [span for span in split_sentences(paper.text) if span[0] > len(paper.title)]
    sentences = [paper.text[start:end] for start, end in spans]
    facets = dossier.goal.facets
    scored: list[tuple[float, bool, int]] = []
    for place, (sentence, kind) in enumerate(zip(sentences, sentence_roles(sentences), strict=True)):
        told = kind.result + kind.method / 2 + kind.objective / 3
        speaks = len(met(sentence, facets))
        if kind.other < 0.5 and stands_alone(sentence) > 0.3:
            on_goal = speaks / len(facets) if facets else 0.0
            scored.append(((1 - ON_GOAL) * told * stands_alone(sentence) + ON_GOAL * on_goal, speaks > 0, place))
    chosen: list[int] = []
    astray = 0
    for _, on_goal, place in sorted(scored, reverse=True):
        repeats = any(says_the_same(sentences[place], sentences[other]) for other in chosen)
        if len(chosen) < limit and not repeats and (on_goal or astray < ASTRAY_ALLOWED):
            chosen.append(place)
            astray += not on_goal
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
