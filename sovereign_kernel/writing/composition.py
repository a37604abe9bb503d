"""From the records of a run to a Draft. Pure: every statement about the run is rendered here, from its records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from sovereign_kernel.goal.coverage import is_supported
from sovereign_kernel.goal.dates import told
from sovereign_kernel.goal.limits import limits_told, unkept_limits
from sovereign_kernel.records import (
    BANNER,
    AnswerFit,
    Block,
    Claim,
    Conclusion,
    Decision,
    Draft,
    Goal,
    ModelUse,
    Paper,
    ProseSection,
    Section,
    Sentence,
    Status,
    Tribunal,
    Usage,
)
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.writing.effects import effects_of
from sovereign_kernel.writing.naming import own_name
from sovereign_kernel.writing.operators import Known, bearing, conclude
from sovereign_kernel.writing.paper_labels import author_label
from sovereign_kernel.writing.table import evidence_table

APPROVED = "Approved"
NO_ANSWER = "Nothing that was read answers this. The nearest is:"
NEAREST = 2
AGAINST = "Against this,"
SPEAKERS = "The authors "
"""How prose.third_person begins a sentence that began with "We"; the program knows who they are."""

_PREFACE = re.compile(
    r"^(?:The authors['’] )?(?:extensive |empirical |experimental |comprehensive |main )*(?:results?|experiments"
    r"|findings?"
    r"|evaluations?|analys[ei]s)(?: further| also)? (?P<verb>show|demonstrate|reveal|indicate|suggest|find"
    r"|confirm)s? that ",
    re.I,
)
"""Words that say no more than that there is a finding; a preface with more in it ("on ImageNet") stays."""


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
    question: Goal | None = None


def compose(dossier: Dossier, facts: RunFacts) -> Draft:
    """The draft: the writer's sentences, and around them what the program knows."""
    evidence = best_claims(dossier)
    effects = effects_of(evidence)
    concluded = conclusions(dossier)
    answer = tuple(_answer(dossier, facts, concluded))
    sections = (
        Section(heading="Answer", blocks=answer),
        Section(heading="Abstract", blocks=tuple(_abstract(dossier, facts, concluded))),
        Section(heading="Introduction", blocks=(Block(text=_question(dossier)), *_prose(dossier, "introduction"))),
        Section(heading="Methodology", blocks=tuple(Block(text=text) for text in _methodology(dossier, facts))),
        Section(heading="Results", blocks=_results(dossier, facts)),
        Section(heading="Uncertainties", blocks=tuple(Block(text=text) for text in _uncertainties(dossier))),
        Section(heading="Extracted Claims", blocks=()),
        Section(heading="References", blocks=()),
    )
    return Draft(
        kernel_version=facts.kernel_version,
        run_id=facts.run_id,
        created=facts.created,
        goal=dossier.goal.text,
        question=facts.question,
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
        table=evidence_table(dossier.goal, dossier.papers, evidence),
        effects=effects,
        conclusions=concluded,
        coverage=dossier.coverage,
        tribunal=Tribunal(rounds=dossier.rounds),
        decision=facts.decision,
        models=facts.models,
        cost=facts.cost,
        notices=facts.notices,
        settings=facts.settings,
    )


def best_claims(dossier: Dossier) -> tuple[Claim, ...]:
    """The firmly supported claims that the prose rests on, in its order, then the others that bear on the question."""
    supported = [claim for claim in dossier.claims if is_supported(claim)]
    ranked = sorted(supported, key=lambda claim: -(claim.bearing.nearness if claim.bearing else 0.0))
    order = {"answer": 0, "abstract": 1, "discussion": 2, "introduction": 3}
    told = [
        id
        for entry in sorted(dossier.sentences, key=lambda entry: order[entry.section])
        if entry.section != "introduction"
        for id in entry.claims
    ]
    by_id = {claim.id: claim for claim in supported}
    return tuple(by_id[id] for id in dict.fromkeys((*told, *(claim.id for claim in bearing(ranked)))) if id in by_id)


def conclusions(dossier: Dossier) -> tuple[Conclusion, ...]:
    """What code concludes from the claims; the same for a run, its writer and its audit."""
    evidence = best_claims(dossier)
    return conclude(
        Known(
            goal=dossier.goal,
            papers=dossier.papers,
            claims=evidence,
            effects=effects_of(evidence),
            contradictions=dossier.contradictions,
            carrying=tuple(
                dict.fromkeys(id for entry in dossier.sentences if entry.section == "answer" for id in entry.claims)
            ),
            names=labels(dossier.papers),
        )
    )


def _answer(dossier: Dossier, facts: RunFacts, concluded: Sequence[Conclusion]) -> Iterator[Block]:
    """The direct sentence, what supports it, what contradicts it, under what conditions, what is not known."""
    prose = _prose(dossier, "answer")
    if facts.status == "INSUFFICIENT_EVIDENCE":
        if prose:
            yield Block(text=NO_ANSWER)
            yield from prose[:NEAREST]
            yield from _of_part(concluded, "unknown")
        yield from (Block(text=text) for text in _answer_limits(dossier, facts))
        return
    yield from (Block(text=text) for text in _presupposed(dossier))
    yield from _of_part(concluded, "lead")
    against = {entry.claims: entry for entry in concluded if entry.part == "against"}
    claims = {entry.id: entry.claims for entry in dossier.sentences}
    opposed = [block for block in prose if block.sentence and claims[block.sentence] in against]
    yield from (block for block in prose if block not in opposed)
    yield from _of_part(concluded, "support")
    yield from (block.model_copy(update={"text": f"{AGAINST} {block.text}"}) for block in opposed)
    told = {claims[block.sentence] for block in opposed if block.sentence}
    yield from _of_part([entry for entry in concluded if entry.claims not in told], "against")
    yield from _of_part(concluded, "conditions")
    yield from _of_part(concluded, "unknown")
    yield from (Block(text=text) for text in _answer_limits(dossier, facts))


def _abstract(dossier: Dossier, facts: RunFacts, concluded: Sequence[Conclusion]) -> Iterator[Block]:
    prose = _prose(dossier, "abstract")
    if not prose and facts.status != "INSUFFICIENT_EVIDENCE":
        yield from _of_part(concluded, "lead")
    yield from prose
    yield Block(text=_scope(dossier, facts))


def _of_part(concluded: Sequence[Conclusion], part: str) -> Iterator[Block]:
    return (Block(text=entry.text, claims=entry.claims) for entry in concluded if entry.part == part)


def _presupposed(dossier: Dossier) -> Iterator[str]:
    """What was read of what the question takes for granted."""
    taken = dossier.goal.presupposition
    match dossier.fit.presupposition if dossier.fit else None:
        case "denied":
            of = f", “{taken}”," if taken else ""
            yield f"What the question takes for granted{of} is denied by a paper that was read."
        case "open":
            yield "No paper that was read says this without exception, as the question takes for granted."


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
    own = own_name(dossier.paper(next(iter(papers))).title) if len(papers) == 1 else None
    if own and own not in sentence.text and said_by.endswith(")"):
        said_by = f"{said_by[:-1]}; {own})"
    return Block(text=attributed(sentence.text, said_by), sentence=sentence.id)


def attributed(text: str, said_by: str) -> str:
    """The sentence with its authors: in place of "The authors" where it begins so, before it otherwise."""
    if not said_by:
        return text
    if found := _PREFACE.match(text):
        verb = "find" if found["verb"].lower() == "show" else found["verb"].lower()
        return f"{said_by} {verb} that {text[found.end() :]}"
    return f"{said_by} {text.removeprefix(SPEAKERS)}" if text.startswith(SPEAKERS) else f"{said_by}: {text}"


def _answer_limits(dossier: Dossier, facts: RunFacts) -> Iterator[str]:
    """How far the answer goes, in the program's own words."""
    yield from unkept_limits(dossier.goal, dossier.papers)
    if not dossier.papers:
        dates = told(dossier.goal.since, dossier.goal.until)
        yield f"No paper{f' {dates}' if dates else ''} was found that speaks to the goal, so there is no answer."
        return
    if not dossier.claims:
        yield f"{_count(len(dossier.papers), 'paper was', 'papers were')} read, and no claim of theirs stands."
        return
    fit = dossier.fit
    if fit is not None and facts.status == "PARTIAL":
        yield from _short_of(dossier, fit)


def _short_of(dossier: Dossier, fit: AnswerFit) -> Iterator[str]:
    """Why the answer is no more than partial."""
    if fit.kind_met is False:
        lacking = {
            "how_much": "a number that answers it",
            "conditions": "a condition",
            "compare": "both sides of the comparison",
            "why": "a cause",
            "which": "a name or a rank",
        }
        if fit.kind in lacking:
            yield f"The sentences above do not give {lacking[fit.kind]}."
    told = " ".join(entry.text for entry in conclusions(dossier) if entry.part == "unknown")
    known = (*dossier.goal.conditions, *dossier.goal.datasets)
    limits = [limit for limit in fit.ignored if limit in known and f"“{limit}”" not in told]
    if limits:
        yield f"They do not keep to what the question limits itself to: {_list([f'“{limit}”' for limit in limits])}."
    if fit.unanswered:
        yield f"Not answered: {_list([f'“{question}”' for question in fit.unanswered])}."


def _scope(dossier: Dossier, facts: RunFacts) -> str:
    if not dossier.papers:
        return "No paper was read for this question."
    answering = {claim_id for entry in dossier.sentences if entry.section == "answer" for claim_id in entry.claims}
    behind = {claim.paper_id for claim in dossier.claims if claim.id in answering}
    verbatim = sum(claim.text == claim.quote.text for claim in dossier.claims)
    said = {
        "ANSWERED": f"the answer rests on {_count(len(behind), 'paper', 'papers')}",
        "PARTIAL": f"a partial answer rests on {_count(len(behind), 'paper', 'papers')}",
        "INSUFFICIENT_EVIDENCE": "none of them answers the question",
    }[facts.status]
    return (
        f"The abstracts of {_count(len(dossier.papers), 'paper', 'papers')} were read for this question; {said}. "
        f"{_count(len(dossier.claims), 'claim was', 'claims were')} taken from them, {verbatim} of them in the papers' "
        "own words."
    )


def _question(dossier: Dossier) -> str:
    facets = [facet.name for facet in dossier.coverage.facets]
    parts = f" The program looked for these parts of it: {_list(facets)}." if facets else ""
    goal = dossier.goal
    read = f" It was read as: {goal.question}" if goal.question.strip(" ?.") != goal.text.strip(" ?.") else ""
    return f"The goal of this review: {goal.text}{read}{parts}"


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
    yield from limits_told(dossier.goal)
    by = {use.purpose: f"{use.model} ({use.provider})" for use in facts.models if use.purpose != "embeddings"}
    if by:
        yield f"Language models: {_list([f'{purpose} by {model}' for purpose, model in sorted(by.items())])}."
    else:
        yield (
            "No language model was used. Claims are the papers' own sentences, chosen by how near they are in meaning "
            "to the question, by what its kind needs and by their role; the prose repeats them in the third person. "
            "Sentences that count, compare or sum up are computed from the claims that they name."
        )
    embedders = [f"{use.model} ({use.provider})" for use in facts.models if use.purpose == "embeddings"]
    if embedders:
        yield f"Passages and claims were embedded with {_list(embedders)} and searched with FAISS."
    yield (
        "Every claim carries a verbatim quote with its offsets, and was checked against it and what stands around it: "
        "quote, TF-IDF "
        "relevance, numbers, negation, direction, named things and scope, combined into a verdict and a calibrated "
        "probability. Every sentence of the prose was checked like a claim."
    )
    last = dossier.rounds[-1] if dossier.rounds else None
    if last:
        score = "no score" if last.score is None else f"a score of {last.score:.1f}"
        roles = _list([review.role.upper() for review in last.reviews])
        yield f"{roles} reviewed the draft in {_count(len(dossier.rounds), 'round', 'rounds')}; the last gave {score}."


def _results(dossier: Dossier, facts: RunFacts) -> tuple[Block, ...]:
    """What else the papers say that is near the question, paper by paper."""
    left = _prose(dossier, "answer")[NEAREST:] if facts.status == "INSUFFICIENT_EVIDENCE" else ()
    blocks = (*left, *_prose(dossier, "discussion"))
    if blocks:
        return blocks
    if not any(is_supported(claim) for claim in dossier.claims):
        return (Block(text="No supported claim was found, so there is no result to report."),)
    return (Block(text="What was read holds nothing near the question beyond the answer."),)


def _uncertainties(dossier: Dossier) -> Iterator[str]:
    yield "Abstracts were read, not full texts: what a paper reports elsewhere is not seen here."
    if dossier.coverage.uncovered:
        yield f"No supported claim has the words of: {_list(dossier.coverage.uncovered)}."
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


def title_of(goal: Goal) -> str:
    """The question, or the goal where that is not English: a title of a model's is checked by nothing."""
    return (goal.question if goal.language_ok else goal.text).strip()


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
