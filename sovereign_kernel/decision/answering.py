"""Does the answer answer the question? Measured on a dossier, so that a run and an audit find the same. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from sovereign_kernel.goal.coverage import status
from sovereign_kernel.goal.limits import unkept_limits
from sovereign_kernel.records import AnswerFit, Claim, Paper, Quote, Sentence, SourcedQuote, Status
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.relevance import Asked, Read, encode, fit
from sovereign_kernel.relevance.fit import line, weights_name
from sovereign_kernel.relevance.needs import absolutes, need_met
from sovereign_kernel.relevance.rarity import covered_share, question_words
from sovereign_kernel.text.sentences import split_sentences
from sovereign_kernel.verification.direction import direction
from sovereign_kernel.verification.evidence import read_pair
from sovereign_kernel.verification.polarity import polarity

LINE = line()
"""From this probability on a sentence answers; chosen on the tune halves by training/fit_answer_fit.py."""

NEAR = LINE / 2
"""Below this nothing of the question is answered."""

LEAD = 2
"""Sentences at the head of the answer that must hold it."""

KEPT = 0.5
"""A condition of the question is kept by a text that has half of its words, by rarity."""

MEANT = 0.4
"""Cosine from which other words may mean a condition."""

SAME_MATTER = 0.7
"""A claim speaks of what the question takes for granted when it has so much of its words, by rarity."""

RECALLED = 3
"""So many of the best sentences that were read are looked for in the answer (as in recall at 3)."""

QUERIES_WANTED, PAPERS_WANTED = 4, 10
"""What makes a search wide."""

LOOKED_AT = 12
"""Sentences of the papers, by cosine, whose fit is measured: the encoder reads each anew under its paper's title."""


def measured(dossier: Dossier) -> Dossier:
    """The dossier with the fit of its answer."""
    parts = replace(Dossier(dossier.goal), papers=dossier.papers, claims=dossier.claims, sentences=dossier.sentences)
    found = measure_fit(parts).model_copy(update={"offered": dossier.offered, "refused": dossier.refused})
    return replace(dossier, fit=found)


@lru_cache(maxsize=8)
def measure_fit(dossier: Dossier) -> AnswerFit:
    """How well the dossier's answer fits its question. Every reviewer asks, so the last ones are remembered."""
    asked = asked_of(dossier)
    answer = [sentence for sentence in dossier.sentences if sentence.section == "answer"]
    papers = {paper.id: paper for paper in dossier.papers}
    claims = {claim.id: claim for claim in dossier.claims}
    background = [text for paper in dossier.papers for text in sentences_of(paper)]
    told = [(sentence, _fit_of(asked, sentence, claims, papers, background)) for sentence in answer]
    lead = told[:LEAD]
    ranked = rank_claims(dossier, asked, background)
    found = _best_read(asked, dossier.papers, background)
    questions = dossier.goal.sub_questions
    first = answer[:1]
    return AnswerFit(
        probability=max((value for _, value in lead), default=None),
        sentences=tuple((sentence.id, value) for sentence, value in told),
        line=LINE,
        weights=weights_name(),
        kind=asked.kind,
        kind_met=_kind_met(asked, [sentence for sentence, _ in lead], claims, papers),
        presupposition=presupposed(dossier, asked),
        ignored=tuple(_ignored(dossier, [sentence for sentence, _ in lead], claims, papers)),
        unanswered=tuple(
            question for question in questions if not _answered(question, answer, claims, papers, background)
        ),
        sub_questions=len(questions),
        papers=independent(_papers_behind(first, claims, papers)),
        papers_in_answer=independent(_papers_behind(answer, claims, papers)),
        cited=_cited(dossier, dict(ranked)),
        recall=_recall([value for value, _ in found], [value for _, value in told]),
        best=tuple(claim_id for claim_id, _ in ranked[:RECALLED]),
        nearest=found[0][1] if found else None,
    )


def status_by_fit(fit: AnswerFit) -> Status:
    """ANSWERED: the first sentences fit, have what the kind needs, keep every condition, and no presupposition was
    denied. PARTIAL: they are near, or one of these is missing. Otherwise INSUFFICIENT_EVIDENCE."""
    value = fit.probability
    if value is None or value < NEAR:
        return "INSUFFICIENT_EVIDENCE"
    return "ANSWERED" if value >= fit.line and holds(fit) else "PARTIAL"


def holds(fit: AnswerFit) -> bool:
    """Whether nothing but the probability stands between the answer and the question."""
    astray = fit.kind_met is False or fit.presupposition in ("denied", "open") or fit.ignored or fit.unanswered
    return not astray


def no_answer(dossier: Dossier) -> float | None:
    """0 to 10: how well founded it is that nothing that was read answers. Mean of: queries asked, of four; the share of
    them that was answered; papers read, of ten; whether the nearest paper is named in the draft's answer. None for a
    draft that answers at least in part."""
    fit = dossier.fit
    if fit is None or status_by_fit(fit) != "INSUFFICIENT_EVIDENCE":
        return None
    queries = dossier.coverage.queries
    asked = len({query.text for query in queries})
    heard = sum(query.error is None for query in queries) / len(queries) if queries else 0.0
    claims, papers = {claim.id: claim for claim in dossier.claims}, {paper.id: paper for paper in dossier.papers}
    told = {
        paper.id
        for paper in _papers_behind((entry for entry in dossier.sentences if entry.section == "answer"), claims, papers)
    }
    named = float(fit.nearest is not None and fit.nearest.paper_id in told)
    parts = (min(1.0, asked / QUERIES_WANTED), heard, min(1.0, len(papers) / PAPERS_WANTED), named)
    return round(10 * sum(parts) / len(parts), 2)


def status_of(dossier: Dossier) -> Status:
    """By the fit; by the facets in drafts of before it was measured."""
    if dossier.fit is None:
        return status(dossier.coverage.facets, len(unkept_limits(dossier.goal, dossier.papers)))
    return status_by_fit(dossier.fit)


def asked_of(dossier: Dossier) -> Asked:
    """What is asked, as the goal was read."""
    goal = dossier.goal
    question = goal.topic if goal.kind == "paper" and goal.papers else goal.question
    return Asked(question or goal.text, goal.kind, goal.sides)


def rank_claims(dossier: Dossier, asked: Asked, background: Sequence[str]) -> list[tuple[str, float]]:
    """The claims with their probabilities, best first."""
    papers = {paper.id: paper for paper in dossier.papers}
    known = [claim for claim in dossier.claims if claim.paper_id in papers]
    values = fit(asked, [_read(claim.text, papers[claim.paper_id]) for claim in known], background)
    pairs = [(claim.id, value) for claim, value in zip(known, values, strict=True)]
    return sorted(pairs, key=lambda pair: -pair[1])


def sentences_of(paper: Paper) -> tuple[str, ...]:
    """The sentences of an abstract, without the title."""
    return tuple(paper.text[start:end] for start, end in _spans(paper))


def independent(papers: Iterable[Paper]) -> int:
    """How many groups of papers share no author: papers of the same people do not confirm each other. A paper without
    authors stands for itself."""
    groups: list[set[str]] = []
    for paper in papers:
        names = {" ".join(name.lower().split()) for name in paper.authors} or {paper.id}
        touching = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names] + [names.union(*touching)]
    return len(groups)


def presupposed(dossier: Dossier, asked: Asked) -> Literal["met", "denied", "open"] | None:
    """ "denied": a claim on it says the opposite, by negation or direction; "open": it leaves no exception ("always",
    "every") and no claim on it says so; "met" otherwise. None where nothing is taken for granted."""
    taken = dossier.goal.presupposition
    strict = absolutes(taken or asked.question)
    if not taken and not (strict and asked.kind in ("why", "how", "which")):
        return None
    subject = taken or asked.question
    close = [claim.text for claim in dossier.claims if covered_share(subject, claim.text) >= SAME_MATTER]
    if any(_denies(subject, text) for text in close):
        return "denied"
    return "met" if not strict or any(absolutes(text) & strict for text in close) else "open"


def _denies(taken: str, said: str) -> bool:
    pair = read_pair(taken, said)
    return any(signal(pair).outcome == "failed" for signal in (polarity, direction))


def _fit_of(
    asked: Asked, sentence: Sentence, claims: dict[str, Claim], papers: dict[str, Paper], background: Sequence[str]
) -> float:
    """The best of the sentence under each of its papers: what it says must fit, not what its claims say."""
    behind = _papers_behind([sentence], claims, papers)
    return max(fit(asked, [_read(sentence.text, paper) for paper in behind], background), default=0.0)


def _kind_met(
    asked: Asked, lead: Sequence[Sentence], claims: dict[str, Claim], papers: dict[str, Paper]
) -> bool | None:
    found = [
        need_met(asked.kind, asked.sides, asked.question, sentence.text, ". ".join(paper.title for paper in behind))
        for sentence in lead
        if (behind := _papers_behind([sentence], claims, papers))
    ]
    if not found:
        return False
    return None if None in found else any(found)


def _ignored(
    dossier: Dossier, lead: Sequence[Sentence], claims: dict[str, Claim], papers: dict[str, Paper]
) -> Iterable[str]:
    """What limits the question and is nowhere in the first sentences or their papers."""
    behind = _papers_behind(lead, claims, papers)
    text = " ".join([*(sentence.text for sentence in lead), *(paper.text for paper in behind)])
    for limit in (*dossier.goal.conditions, *dossier.goal.datasets):
        if question_words(limit) and covered_share(limit, text) < KEPT and not _near(limit, lead, behind):
            yield limit
    yield from unkept_limits(dossier.goal, dossier.papers)


def _near(limit: str, lead: Sequence[Sentence], behind: Sequence[Paper]) -> bool:
    """Whether a first sentence or a paper behind it says in other words what limits the question."""
    texts = [*(sentence.text for sentence in lead), *(paper.text for paper in behind)]
    return bool(texts) and float((encode(texts) @ encode([limit])[0]).max()) >= MEANT


def _answered(
    question: str,
    answer: Sequence[Sentence],
    claims: dict[str, Claim],
    papers: dict[str, Paper],
    background: Sequence[str],
) -> bool:
    asked = Asked(question)
    return any(_fit_of(asked, sentence, claims, papers, background) >= LINE for sentence in answer)


def _papers_behind(sentences: Iterable[Sentence], claims: dict[str, Claim], papers: dict[str, Paper]) -> list[Paper]:
    """The papers of the sentences' claims, further sources included, each once."""
    named = (claims[id] for sentence in sentences for id in sentence.claims if id in claims)
    ids = dict.fromkeys(id for claim in named for id in (claim.paper_id, *(entry.paper_id for entry in claim.also)))
    return [papers[id] for id in ids if id in papers]


def _cited(dossier: Dossier, values: dict[str, float]) -> float | None:
    best: dict[str, float] = {}
    for claim in dossier.claims:
        best[claim.paper_id] = max(best.get(claim.paper_id, 0.0), values.get(claim.id, 0.0))
    return round(sum(best.values()) / len(best), 4) if best else None


def _best_read(asked: Asked, papers: Sequence[Paper], background: Sequence[str]) -> list[tuple[float, SourcedQuote]]:
    """The sentences of all papers that answer best, best first."""
    places = [(paper, span) for paper in papers for span in _spans(paper)]
    if not places:
        return []
    cosines = encode([paper.text[start:end] for paper, (start, end) in places]) @ encode([asked.question])[0]
    order = sorted(range(len(places)), key=lambda place: -float(cosines[place]))[:LOOKED_AT]
    chosen = [places[place] for place in order]
    values = fit(asked, [_read(paper.text[start:end], paper) for paper, (start, end) in chosen], background)
    quotes = [
        SourcedQuote(paper_id=paper.id, quote=Quote(text=paper.text[start:end], start=start, end=end))
        for paper, (start, end) in chosen
    ]
    return sorted(zip(values, quotes, strict=True), key=lambda pair: -pair[0])


def _recall(read: Sequence[float], told: Sequence[float]) -> float | None:
    """The gain of the answer's best sentences over that of the best that was read (as nDCG without its discount; the
    gain is the probability). None where nothing that was read comes near."""
    best = read[:RECALLED]
    if not best or best[0] < NEAR:
        return None
    return round(min(1.0, sum(sorted(told, reverse=True)[: len(best)]) / sum(best)), 4)


def _read(text: str, paper: Paper) -> Read:
    return Read(text, paper.title, paper.text.removeprefix(paper.title).strip())


def _spans(paper: Paper) -> list[tuple[int, int]]:
    title_end = paper.text.find("\n\n")
    return [span for span in split_sentences(paper.text) if span[0] > title_end]
