"""Several rankings into one: reciprocal rank fusion, with versions and duplicates of a paper merged. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sovereign_kernel.records import Paper
from sovereign_kernel.sources.terms import tokens

K = 60  # Cormack, Clarke and Buettcher, Reciprocal rank fusion outperforms Condorcet, SIGIR 2009
_SAME_WORDS = 0.5  # the share of two abstracts' words that both have
_SHORTEST_TITLE = 3  # two papers both called "Editorial" need not be one


@dataclass(frozen=True)
class Merged:
    """A paper that went up in another: the same paper's older version, or the same title under another id."""

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
    """The same, with an account of what was merged. The oldest id in its newest version stands for
    all; ties break by id."""
    groups = _groups([paper for ranking in rankings for paper in ranking])
    scores: dict[str, float] = {}
    for ranking in rankings:
        seen: set[str] = set()
        for paper in ranking:
            head = groups[paper.id]
            if head not in seen:  # a paper counts once in a ranking, at its best rank
                seen.add(head)
                scores[head] = scores.get(head, 0.0) + 1 / (K + len(seen))
    members: dict[str, dict[tuple[str, int | None], Paper]] = {}
    for ranking in rankings:
        for paper in ranking:
            members.setdefault(groups[paper.id], {}).setdefault((paper.id, paper.version), paper)
    standing = {head: _standing(tuple(group.values())) for head, group in members.items()}
    ranked = sorted(
        ((standing[head], score) for head, score in scores.items()), key=lambda pair: (-pair[1], pair[0].id)
    )
    merged = tuple(
        Merged(paper, standing[head].id, _reason(paper, standing[head]))
        for head, group in members.items()
        for paper in group.values()
        if (paper.id, paper.version) != (standing[head].id, standing[head].version)
    )
    return Fusion(tuple(ranked), merged)


def _groups(papers: Sequence[Paper]) -> dict[str, str]:
    """Every id to the id that stands for its group: the same id, or the same title over much the same abstract.

    A title alone does not do: anybody can give a paper the title of another, and would take its place.
    """
    by_title: dict[tuple[str, ...], list[Paper]] = {}
    groups: dict[str, str] = {}
    for paper in sorted(papers, key=_age):
        if paper.id in groups:
            continue
        title = tuple(tokens(paper.title))
        alike = by_title.setdefault(title, []) if len(title) >= _SHORTEST_TITLE else []
        head = next((other for other in alike if _same_text(paper, other)), paper)
        groups[paper.id] = groups.get(head.id, head.id)
        alike.append(paper)
    return groups


def _same_text(one: Paper, other: Paper) -> bool:
    first, second = (frozenset(tokens(paper.text[len(paper.title) :])) for paper in (one, other))
    return len(first & second) >= _SAME_WORDS * len(first | second)


def _age(paper: Paper) -> tuple[str, str, int, str]:
    return paper.published or "9999", paper.id, paper.version or 0, paper.sha256


def _standing(group: Sequence[Paper]) -> Paper:
    """Of one paper under several ids the first that was published, in its newest version."""
    first = min(group, key=_age).id
    return max((paper for paper in group if paper.id == first), key=lambda paper: (paper.version or 0, paper.sha256))


def _reason(paper: Paper, into: Paper) -> str:
    if paper.id == into.id:
        return f"another version of {into.id}; the newest is kept"
    return f"the same title as {into.id}"
