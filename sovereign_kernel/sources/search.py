"""Asks all queries side by side, falls back when arXiv is not there, fuses, and accounts for every paper that
is not kept.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from sovereign_kernel.errors import SourceUnavailable
from sovereign_kernel.ports import Source
from sovereign_kernel.records import DroppedPaper, Paper, Query
from sovereign_kernel.sources.arxiv.client import ArxivSource
from sovereign_kernel.sources.corpus import CorpusSource
from sovereign_kernel.sources.fusion import fuse_and_tell, look_alikes
from sovereign_kernel.sources.nearness import LEAST, Nearness, Placed

Policy = Literal["auto", "arxiv", "corpus"]
AUTO_PATIENCE = 5.0  # seconds that `auto` gives arXiv's first answer
PER_QUERY = 25
_MOST_AT_ONCE = 8


@dataclass(frozen=True)
class Found:
    """What a search brought: the papers kept, best first, and the whole account of how they came to be those.

    `hits` counts the papers that came back, over all queries, repeats included.
    """

    papers: tuple[Paper, ...] = ()
    queries: tuple[Query, ...] = ()
    hits: int = 0
    dropped: tuple[DroppedPaper, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Asked:
    query: Query
    papers: tuple[Paper, ...] = ()
    error: SourceUnavailable | None = None


def collect(
    goal: str | None,
    queries: Sequence[str],
    policy: Policy,
    arxiv: ArxivSource,
    corpus: CorpusSource,
    keep: int = 10,
    per_query: int = PER_QUERY,
) -> Found:
    """Asks every query for `per_query` papers and keeps the best `keep` that are about the goal.

    `goal` None, for a goal that is not English: the queries alone tell what it is about. Papers of a corpus that is the
    owner's own list are ranked, and none is called off the goal, unless all are far from it.

    Raises SourceUnavailable when policy "arxiv" got no answer at all; with "auto" the corpus answers instead, and a
    notice says so. Nothing found, or nothing that is about the goal, is an empty result.
    """
    asked, notices = _ask_all(tuple(dict.fromkeys(queries)), policy, arxiv, corpus, per_query)
    fused = fuse_and_tell([answer.papers for answer in asked])
    found = [paper for paper, _ in fused.ranked]
    placed = Nearness(goal, queries, corpus.lexicon(), corpus.vectors).placed(found) if found else ()
    named = any(place.cosine >= LEAST for place in placed) and corpus.names_its_papers
    dropped = [
        DroppedPaper(paper_id=_name(merged.paper), title=merged.paper.title, reason=merged.reason)
        for merged in fused.merged
    ]
    kept: list[Placed] = []
    for rank, place in enumerate(placed, start=1):
        reason = None if named and place.paper.source == "corpus" else place.objection
        if reason is None and len(kept) >= keep:
            reason = f"place {rank} of {len(placed)}; the best {keep} are kept"
        if reason is None:
            kept.append(place)
        else:
            dropped.append(DroppedPaper(paper_id=place.paper.id, title=place.paper.title, reason=reason))
    hits = sum(len(answer.papers) for answer in asked)
    papers = tuple(place.paper for place in kept)
    notices += _remarks(kept)
    return Found(papers, tuple(answer.query for answer in asked), hits, tuple(dropped), tuple(notices))


def _remarks(kept: Sequence[Placed]) -> list[str]:
    """What the reader must know of the papers that are kept."""
    far = [place.paper.id for place in kept if place.objection]
    said = [f"{place.paper.id} is marked as withdrawn." for place in kept if place.paper.withdrawn]
    said += [
        f"{place.paper.id} says the goal's words over and over; only what it says besides counted for its place."
        for place in kept
        if place.stuffed
    ]
    said += [
        f"{one.id} ({one.published or 'no date'}) and {other.id} ({other.published or 'no date'}) have abstracts of "
        "much the same words. Both are kept, but one may be a copy of the other: they are not two witnesses."
        for one, other in look_alikes([place.paper for place in kept])
    ]
    if far:
        said.append(f"Kept because the corpus names them, though not near the goal in meaning: {', '.join(far)}.")
    return said


def _ask_all(
    queries: tuple[str, ...], policy: Policy, arxiv: ArxivSource, corpus: CorpusSource, limit: int
) -> tuple[list[_Asked], list[str]]:
    if not queries:
        return [], []
    with ThreadPoolExecutor(min(_MOST_AT_ONCE, len(queries)), thread_name_prefix="search") as pool:
        if policy == "corpus":
            return list(pool.map(lambda query: _ask(corpus, query, limit), queries)), []
        if policy == "arxiv":
            asked = list(pool.map(lambda query: _ask(arxiv, query, limit), queries))
            failed = [answer for answer in asked if answer.error]
            if len(failed) == len(asked) and failed[0].error:
                raise failed[0].error
            return asked, [
                f"arXiv did not answer the query {answer.query.text!r}: {answer.error}." for answer in failed
            ]
        first = _ask(arxiv.in_a_hurry(AUTO_PATIENCE), queries[0], limit)
        gone = threading.Event()
        if first.error:
            gone.set()

        def ask(query: str) -> list[_Asked]:
            """arXiv's answer; once arXiv has failed a query, the corpus's answer, beside the failure if this
            query met it.
            """
            if gone.is_set():
                return [_ask(corpus, query, limit)]
            answer = _ask(arxiv, query, limit)
            if answer.error is None:
                return [answer]
            gone.set()
            return [answer, _ask(corpus, query, limit)]

        head = [first, _ask(corpus, queries[0], limit)] if first.error else [first]
        asked = [*head, *(answer for answers in pool.map(ask, queries[1:]) for answer in answers)]
    errors = [answer.error for answer in asked if answer.error]
    return asked, [_fallback(errors[0], first.error is not None, corpus)] if errors else []


def _ask(source: Source, query: str, limit: int) -> _Asked:
    try:
        page = source.search(query, limit)
    except SourceUnavailable as exc:
        return _Asked(Query(text=query, source=source.name, error=str(exc)), error=exc)
    return _Asked(Query(text=query, source=source.name, hits=len(page.papers), cached=page.cached), page.papers)


def _fallback(error: SourceUnavailable, all_of_it: bool, corpus: CorpusSource) -> str:
    info = corpus.info()
    what = "The search" if all_of_it else "A part of the search"
    which = "embedded corpus" if info.licence else f"corpus {info.path.name}"
    span = f", {info.first} to {info.last}" if info.first else ""
    return f"{what} was made in the {which} ({info.records:,} records{span}) and not on arXiv: {error}."


def _name(paper: Paper) -> str:
    return paper.id if paper.version is None else f"{paper.id}v{paper.version}"
