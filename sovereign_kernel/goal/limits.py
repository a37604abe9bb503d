"""Whether a run kept to what its goal asks for: dates, named papers, a language that it could read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sovereign_kernel.goal.dates import told, within
from sovereign_kernel.goal.named_papers import is_named
from sovereign_kernel.records import Goal, NamedPaper, Paper


def missing_papers(goal: Goal, papers: Sequence[Paper]) -> tuple[NamedPaper, ...]:
    """The papers that the goal names and nobody found."""
    return tuple(named for named in goal.papers if not any(is_named(paper, named) for paper in papers))


def unkept_limits(goal: Goal, papers: Sequence[Paper]) -> tuple[str, ...]:
    """What the goal asks for and the run did not keep to, a sentence each; with one of them nothing is answered."""
    return tuple(_unkept(goal, papers))


def limits_told(goal: Goal) -> tuple[str, ...]:
    """What was searched within, a sentence each; empty where the goal sets no limit."""
    dates = told(goal.since, goal.until)
    return (f"Only papers {dates} were looked for, as the goal asks.",) if dates else ()


def _unkept(goal: Goal, papers: Sequence[Paper]) -> Iterator[str]:
    for named in missing_papers(goal, papers):
        yield f"The goal names {named.name}, which could not be found; other papers cannot answer for it."
    outside = [
        paper
        for paper in papers
        if not within(paper.published, goal.since, goal.until)
        and not any(is_named(paper, named) for named in goal.papers)
    ]
    if outside:
        dates = told(goal.since, goal.until)
        yield f"The goal asks for papers {dates}; of other dates, or of none, are {', '.join(p.id for p in outside)}."
    if not goal.language_ok:
        yield (
            "The goal is not in English, and nothing here could put it into English: only its Latin technical terms "
            "were looked for. Ask in English, or with a language model."
        )
