"""Queries: those that were planned for the goal, then those from its own terms. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from sovereign_kernel.goal.facets import once, stems_of
from sovereign_kernel.records import Goal

_MOST_QUERY_WORDS = 16


def plan_queries(goal: Goal, count: int) -> tuple[str, ...]:
    """At most `count` distinct plain-text queries: the planned ones, then the whole topic, then its facets; fewer when
    the goal has no more.
    """
    return tuple(_take_distinct(itertools.chain(goal.queries, _candidates(goal, count)), count))


def _candidates(goal: Goal, count: int) -> Iterator[str]:
    """The whole goal; its subject with each share of the other facets, every second time in other words; then
    ever smaller parts.
    """
    names = [facet.name for facet in goal.facets]
    yield _query(goal.terms)
    subject = next((facet for facet in goal.facets if facet.name == goal.subject), None)
    if subject is not None:
        others = [name for name in names if name != subject.name]
        forms = [subject.name, *subject.terms[1:2]]
        for number, share in enumerate(_shares(others, count - 1)):
            yield _query([forms[number % len(forms)], *share])
        yield from (_query([subject.name, name]) for name in others)
    yield from (_query(pair) for pair in itertools.combinations(names, 2))
    yield from (_query([term]) for facet in goal.facets for term in facet.terms)
    if not names and not goal.papers:
        yield _query(goal.text.split())


def _shares(names: Sequence[str], count: int) -> Iterator[Sequence[str]]:
    """The names in `count` runs of even length, fewer when there are fewer names."""
    count = max(1, min(count, len(names)))
    for number in range(count):
        yield names[number * len(names) // count : (number + 1) * len(names) // count]


def _query(words: Iterable[str]) -> str:
    return " ".join(once(part for word in words for part in word.split())[:_MOST_QUERY_WORDS])


def _take_distinct(queries: Iterable[str], count: int) -> Iterator[str]:
    seen: set[frozenset[str]] = set()
    for query in queries:
        key = frozenset(stems_of(query)) or frozenset(query.split())
        if len(seen) < count and key and key not in seen:
            seen.add(key)
            yield query
