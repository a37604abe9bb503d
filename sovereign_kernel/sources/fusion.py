"""Several rankings into one list: versions of a paper merge; look-alikes under other ids stay apart and are told. Pure.

Only an id says that two records are one paper. Much the same words do not: anybody can copy an abstract under an
earlier date, and would take the honest paper's place.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sovereign_kernel.records import Paper
from sovereign_kernel.text.terms import tokens

K = 60  # Cormack, Clarke and Buettcher, Reciprocal rank fusion outperforms Condorcet, SIGIR 2009
_SAME_WORDS = 0.6  # the share of two abstracts' words that both have; of two abstracts on one topic it is below 0.3
_FEWEST_WORDS = 20  # two records that say "Withdrawn." need not be copies


@dataclass(frozen=True)
class Merged:
    """A version of a paper that went up in its newest one."""

    paper: Paper
    into: str
    reason: str


@dataclass(frozen=True)
class Fusion:
    ranked: tuple[tuple[Paper, float], ...] = ()
    merged: tuple[Merged, ...] = ()


def fuse(rankings: Sequence[Sequence[Paper]]) -> tuple[tuple[Paper, float], ...]:
    """Papers with their fused scores, best first: the sum over rankings of 1 / (60 + rank), rank from 1."""
    return fuse_and_tell(rankings).ranked


def fuse_and_tell(rankings: Sequence[Sequence[Paper]]) -> Fusion:
    """The same, with an account of what was merged. A paper's newest version stands for all; ties break by id."""
    scores: dict[str, float] = {}
    versions: dict[str, dict[int | None, Paper]] = {}
    for ranking in rankings:
        for rank, id in enumerate(dict.fromkeys(paper.id for paper in ranking), start=1):
            scores[id] = scores.get(id, 0.0) + 1 / (K + rank)
        for paper in ranking:
            versions.setdefault(paper.id, {}).setdefault(paper.version, paper)
    newest = {id: max(known.values(), key=_newness) for id, known in versions.items()}
    ranked = sorted(((newest[id], score) for id, score in scores.items()), key=lambda pair: (-pair[1], pair[0].id))
    merged = tuple(
        Merged(paper, id, f"another version of {id}; the newest is kept")
        for id, known in versions.items()
        for paper in known.values()
        if paper.version != newest[id].version
    )
    return Fusion(tuple(ranked), merged)


def look_alikes(papers: Sequence[Paper]) -> Iterator[tuple[Paper, Paper]]:
    """Pairs under different ids whose abstracts are of much the same words."""
    said = [frozenset(tokens(paper.text[len(paper.title) :])) for paper in papers]
    for (one, first), (other, second) in itertools.combinations(zip(papers, said, strict=True), 2):
        alike = len(first & second) >= _SAME_WORDS * len(first | second)
        if alike and min(len(first), len(second)) >= _FEWEST_WORDS:
            yield one, other


def _newness(paper: Paper) -> tuple[int, str]:
    return paper.version or 0, paper.sha256
