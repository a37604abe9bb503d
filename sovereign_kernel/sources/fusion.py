"""Several rankings into one: reciprocal rank fusion, with versions and duplicates of a paper merged. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sovereign_kernel.records import Paper
from sovereign_kernel.sources.terms import tokens

K = 60  # Cormack, Clarke and Buettcher, Reciprocal rank fusion outperforms Condorcet, SIGIR 2009
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
    """The same, with an account of what was merged. The newest version stands for all; ties break by id."""
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
    standing = {head: max(group.values(), key=_newness) for head, group in members.items()}
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
    """Every id to the id that stands for its group: the same id, or the same title in the same words."""
    by_title: dict[tuple[str, ...], str] = {}
    groups: dict[str, str] = {}
    for paper in papers:
        title = tuple(tokens(paper.title))
        key = title if len(title) >= _SHORTEST_TITLE else (*title, "", paper.id)
        head = groups.get(paper.id) or by_title.get(key) or paper.id
        by_title.setdefault(key, head)
        groups.setdefault(paper.id, head)
    return groups


def _newness(paper: Paper) -> tuple[int, str, str, str]:
    return paper.version or 0, paper.published or "", paper.id, paper.sha256


def _reason(paper: Paper, into: Paper) -> str:
    if paper.id == into.id:
        return f"another version of {into.id}; the newest is kept"
    return f"the same title as {into.id}"
