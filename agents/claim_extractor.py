"""CLAIM-EXTRACTOR: takes claims out of every paper, each with a verbatim quote. A claim without one does not exist."""

from pydantic import BaseModel, Field

from sovereign_kernel.errors import BadAnswer, BudgetSpent, ModelUnavailable
from sovereign_kernel.goal import speaks_to
from sovereign_kernel.ports import ChatModel
from sovereign_kernel.prose import stands_alone
from sovereign_kernel.records import Claim, Paper, Quote
from sovereign_kernel.rhetoric import sentence_roles
from sovereign_kernel.roles import Dossier, Extraction, Role, Stage
from sovereign_kernel.synthesis import says_the_same
from sovereign_kernel.text import split_sentences
from sovereign_kernel.toolkit import Toolkit
from sovereign_kernel.verification import align

ON_GOAL = 0.4
"""Weight of relevance to the goal against the sentence's role, when claims are chosen without a model."""


class ExtractedClaim(BaseModel):
    quote: str = Field(description="words copied from the paper, exactly, a sentence or a part of one")
    claim: str = Field(description="what the paper claims there, in one whole sentence, with its numbers, hedges and conditions")


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
    prompt = tools.prompt(role.name).fill(goal=dossier.goal.text, limit=limit, paper={"title": paper.title, "text": paper.text})
    try:
        answer = model.ask(role.name, prompt, ExtractedClaims)
    except (BadAnswer, ModelUnavailable, BudgetSpent) as exc:
        notice = f"No usable claims from the language model for {paper.id} ({exc}); its own result sentences were taken."
        return measured_claims(paper, dossier, limit), notice
    claims: list[Claim] = []
    for entry in answer.claims[:limit]:
        quote = align(entry.quote, paper.text)
        if quote and entry.claim.strip():
            claims.append(_claim(paper, " ".join(entry.claim.split()), quote, "model"))
    return claims, None


def measured_claims(paper: Paper, dossier: Dossier, limit: int) -> list[Claim]:
    """The paper's own sentences, chosen by role (results before methods), relevance to the goal and diversity.

    A sentence scores 0.6 * P(result or method) * stands alone + 0.4 * share of the goal's facets that it speaks to.
    """
    spans = [span for span in split_sentences(paper.text) if span[0] > len(paper.title)]
    sentences = [paper.text[start:end] for start, end in spans]
    facets = dossier.goal.facets
    scored = []
    for place, (sentence, kind) in enumerate(zip(sentences, sentence_roles(sentences), strict=True)):
        told = kind.result + 0.5 * kind.method + 0.3 * kind.objective
        on_goal = sum(speaks_to(sentence, facet) for facet in facets) / len(facets) if facets else 0.0
        if kind.other < 0.5 and stands_alone(sentence) > 0.3:
            scored.append(((1 - ON_GOAL) * told * stands_alone(sentence) + ON_GOAL * on_goal, place))
    chosen: list[int] = []
    for _, place in sorted(scored, reverse=True):
        if len(chosen) < limit and not any(says_the_same(sentences[place], sentences[other]) for other in chosen):
            chosen.append(place)
    return [
        _claim(paper, sentences[place], Quote(text=sentences[place], start=spans[place][0], end=spans[place][1]), "measured")
        for place in sorted(chosen)
    ]


def _claim(paper: Paper, text: str, quote: Quote, by: str) -> Claim:
    return Claim(id="", text=text, paper_id=paper.id, quote=quote, extracted_by=f"{role.name} ({by})")


role = Role("claim_extractor", Stage.EXTRACT, "takes claims out of every paper, each with a verbatim quote", run)
