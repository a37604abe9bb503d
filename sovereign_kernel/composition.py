"""From the records of a run to a Draft. Pure: every statement about the run is rendered here, from its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from sovereign_kernel.prose import author_label
from sovereign_kernel.records import (
    BANNER,
    Block,
    Claim,
    Decision,
    Draft,
    ModelUse,
    Paper,
    ProseSection,
    Section,
    Sentence,
    Status,
    Tribunal,
    Usage,
)
from sovereign_kernel.roles import Dossier
from sovereign_kernel.synthesis import most_joined

APPROVED = "Approved"
SPEAKERS = "The authors "
"""How prose.third_person begins a sentence that began with "We"; the program knows who they are."""


@dataclass(frozen=True)
class RunFacts:
    """What a draft says of its run besides the dossier."""

    kernel_version: str
    run_id: str
    created: str
    title: str
    status: Status
    decision: Decision
    models: tuple[ModelUse, ...]
    cost: Usage
    notices: tuple[str, ...]
    settings: dict[str, Any]


def compose(dossier: Dossier, facts: RunFacts) -> Draft:
    """The draft: the writer's sentences, and around them what the program knows."""
    answer = (*_prose(dossier, "answer"), *(Block(text=text) for text in _answer_limits(dossier, facts)))
    sections = (
        Section(heading="Answer", blocks=answer),
        Section(heading="Abstract", blocks=(*_prose(dossier, "abstract"), Block(text=_scope(dossier)))),
        Section(heading="Introduction", blocks=(Block(text=_question(dossier)), *_prose(dossier, "introduction"))),
        Section(heading="Methodology", blocks=tuple(Block(text=text) for text in _methodology(dossier, facts))),
        Section(heading="Results", blocks=_results(dossier)),
        Section(heading="Uncertainties", blocks=tuple(Block(text=text) for text in _uncertainties(dossier))),
        Section(heading="Extracted Claims", blocks=()),
        Section(heading="References", blocks=()),
    )
    return Draft(
        kernel_version=facts.kernel_version,
        run_id=facts.run_id,
        created=facts.created,
        goal=dossier.goal.text,
        title=facts.title,
        banner=banner(facts.decision),
        status=facts.status,
        answer=" ".join(block.text for block in answer),
        sections=sections,
        papers=dossier.papers,
        claims=dossier.claims,
        dropped_claims=dossier.dropped,
        sentences=dossier.sentences,
        contradictions=dossier.contradictions,
        coverage=dossier.coverage,
        tribunal=Tribunal(rounds=dossier.rounds),
        decision=facts.decision,
        models=facts.models,
        cost=facts.cost,
        notices=facts.notices,
        settings=facts.settings,
    )


def banner(decision: Decision) -> str:
    """The banner stays until an owner has approved by name."""
    answer = decision.owner
    if answer and answer.action == "approve":
        return f"{APPROVED} for publication by {answer.owner}" + (f" at {answer.at}" if answer.at else "")
    return BANNER


def _prose(dossier: Dossier, section: ProseSection) -> tuple[Block, ...]:
    return tuple(_told(entry, dossier) for entry in dossier.sentences if entry.section == section)


def _told(sentence: Sentence, dossier: Dossier) -> Block:
    """The sentence, and whose finding it is: the program knows that from the claims."""
    claims = {claim.id: claim for claim in dossier.claims}
    papers = dict.fromkeys(claims[claim_id].paper_id for claim_id in sentence.claims if claim_id in claims)
    names = labels(dossier.papers)
    said_by = _list(list(dict.fromkeys(names[paper_id] for paper_id in papers)))
    return Block(text=attributed(sentence.text, said_by), sentence=sentence.id)


def attributed(text: str, said_by: str) -> str:
    """The sentence with its authors: in place of "The authors" where it begins so, before it otherwise."""
    if not said_by:
        return text
    return f"{said_by} {text.removeprefix(SPEAKERS)}" if text.startswith(SPEAKERS) else f"{said_by}: {text}"


def _answer_limits(dossier: Dossier, facts: RunFacts) -> Iterator[str]:
    """How far the answer goes, in the program's own words."""
    if not dossier.papers:
        yield "No paper was found that speaks to the goal, so there is no answer."
        return
    if not dossier.claims:
        yield f"{_count(len(dossier.papers), 'paper was', 'papers were')} read, and no claim of theirs stands."
        return
    if facts.status == "INSUFFICIENT_EVIDENCE":
        yield "The papers that were read do not answer the goal; what stands here is only near it."
    if dossier.coverage.uncovered:
        yield f"In the abstracts that were read, nothing was found on: {_list(dossier.coverage.uncovered)}."
    elif facts.status == "PARTIAL" and most_joined(dossier.coverage.facets) < len(dossier.coverage.facets):
        yield (
            "Each part of the goal is spoken to, but no claim joins them: "
            "the comparison that the goal asks for is not reported."
        )
    if dossier.contradictions:
        yield f"{_count(len(dossier.contradictions), 'contradiction', 'contradictions')} between papers stand below."


def _scope(dossier: Dossier) -> str:
    supported = sum(1 for claim in dossier.claims if claim.verification and claim.verification.verdict == "SUPPORTED")
    return (
        f"This draft rests on {_count(len(dossier.claims), 'claim', 'claims')} from "
        f"{_count(len({claim.paper_id for claim in dossier.claims}), 'paper', 'papers')}; "
        f"{supported} of them are supported by their source as far as the program can tell."
    )


def _question(dossier: Dossier) -> str:
    facets = [facet.name for facet in dossier.coverage.facets]
    parts = f" The program looked for these parts of it: {_list(facets)}." if facets else ""
    return f"The goal of this review: {dossier.goal.text}{parts}"


def _methodology(dossier: Dossier, facts: RunFacts) -> Iterator[str]:
    coverage = dossier.coverage
    names = {"arxiv": "arXiv", "corpus": "an offline corpus of arXiv abstracts"}
    answered = sorted({query.source for query in coverage.queries if query.error is None})
    silent = sorted({query.source for query in coverage.queries} - set(answered))
    asked = list(dict.fromkeys(query.text for query in coverage.queries))
    yield (
        f"{_count(len(asked), 'query was', 'queries were')} asked of "
        f"{_list([names.get(source, source) for source in answered]) or 'no source'}, by relevance: "
        f"{_list([f'“{text}”' for text in asked])}. "
        f"{''.join(f'{names.get(source, source)} did not answer. ' for source in silent)}"
        f"They brought {_count(coverage.hits, 'record', 'records')}; "
        f"{_count(len(dossier.papers), 'paper was', 'papers were')} kept and "
        f"{_count(len(coverage.dropped), 'was', 'were')} dropped. Only titles and abstracts were read."
    )
    by = {use.purpose: f"{use.model} ({use.provider})" for use in facts.models if use.purpose != "embeddings"}
    if by:
        yield f"Language models: {_list([f'{purpose} by {model}' for purpose, model in sorted(by.items())])}."
    else:
        yield (
            "No language model was used. Claims are the papers' own sentences, chosen by their role, their relevance "
            "to the goal and their diversity; the prose repeats them in the third person."
        )
    embedders = [f"{use.model} ({use.provider})" for use in facts.models if use.purpose == "embeddings"]
    if embedders:
        yield f"Passages and claims were embedded with {_list(embedders)} and searched with FAISS."
    yield (
        "Every claim carries a verbatim quote with its offsets, and was checked against its source: quote, TF-IDF "
        "relevance, numbers, negation, direction, named things and scope, combined into a verdict and a calibrated "
        "probability. Every sentence of the prose was checked like a claim."
    )
    last = dossier.rounds[-1] if dossier.rounds else None
    if last:
        score = "no score" if last.score is None else f"a score of {last.score:.1f}"
        roles = _list([review.role.upper() for review in last.reviews])
        yield f"{roles} reviewed the draft in {_count(len(dossier.rounds), 'round', 'rounds')}; the last gave {score}."


def _results(dossier: Dossier) -> tuple[Block, ...]:
    """The discussion, under the facet of the goal that each sentence's first claim speaks to most."""
    facets = {claim.id: claim.facet for claim in dossier.claims}
    blocks: list[Block] = []
    last: str | None = None
    for entry in dossier.sentences:
        if entry.section != "discussion":
            continue
        facet = facets.get(entry.claims[0])
        if facet and facet != last:
            blocks.append(Block(text=f"On {facet}:"))
            last = facet
        blocks.append(_told(entry, dossier))
    if blocks:
        return tuple(blocks)
    supported = any(claim.verification and claim.verification.verdict == "SUPPORTED" for claim in dossier.claims)
    if not supported:
        return (Block(text="No supported claim was found, so there is no result to report."),)
    return (
        Block(
            text="All supported claims that speak to the goal stand in the answer, the abstract and the introduction."
        ),
    )


def _uncertainties(dossier: Dossier) -> Iterator[str]:
    yield "Abstracts were read, not full texts: what a paper reports elsewhere is not seen here."
    if dossier.coverage.uncovered:
        yield f"No supported claim speaks to: {_list(dossier.coverage.uncovered)}."
    doubtful = [claim for claim in dossier.claims if claim.verification and claim.verification.verdict != "SUPPORTED"]
    for claim in doubtful:
        assert claim.verification
        verdict = {"PARTIAL": "only partly supported"}.get(
            claim.verification.verdict, claim.verification.verdict.lower().replace("_", " ")
        )
        reason = claim.verification.reasons[0] if claim.verification.reasons else "no reason recorded"
        yield f"Claim {claim.id} is listed as {verdict}: {reason}."
    for entry in dossier.contradictions:
        yield f"{entry.paper_id} and {entry.other_paper_id} disagree ({entry.claim_id}): {entry.reason}."
    withdrawn = [paper.id for paper in dossier.papers if paper.withdrawn]
    if withdrawn:
        yield f"Withdrawn by their authors: {_list(withdrawn)}."
    for query in dossier.coverage.queries:
        if query.error:
            yield f"The query “{query.text}” was not answered by {query.source}: {query.error}"
    for review in dossier.rounds[-1].reviews if dossier.rounds else ():
        if review.absent:
            yield f"{review.role.upper()} was absent from the last round: {review.absent}."


def title_of(goal: str, written: str) -> str:
    """The writer's title; without one, the goal."""
    return written or goal.strip()


def labels(papers: Sequence[Paper]) -> dict[str, str]:
    """Each paper's authors and year; where two papers share them, a letter tells them apart: (2025a), (2025b)."""
    plain = {paper.id: author_label(paper.authors, paper.published) for paper in papers}
    shared = {name: [id for id in plain if plain[id] == name] for name in plain.values()}
    return {
        id: name
        if len(shared[name]) == 1
        else f"{name.removesuffix(')')}{ascii_lowercase[shared[name].index(id) % 26]})"
        for id, name in plain.items()
    }


def standing(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    return tuple(claim for claim in claims if claim.dropped is None)


def _list(parts: Sequence[str]) -> str:
    parts = list(parts)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
