"""Queries: those that were planned for the goal, then those from its own terms, and from what the first papers call
things. Pure."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sovereign_kernel.goal.facets import once, stems_of
from sovereign_kernel.records import Goal, Paper
from sovereign_kernel.text.abbreviations import Lexicon, definitions, looks_abbreviated

_MOST_QUERY_WORDS = 16
_FIRST = 10  # papers, of which names are taken
_COMMON = 2  # papers that must have a name
_WRITTEN = re.compile(r"[A-Za-z][\w+-]*")


def plan_queries(goal: Goal, count: int) -> tuple[str, ...]:
    """At most `count` distinct plain-text queries: the planned ones, then the whole topic, then its facets; fewer when
    the goal has no more.
    """
    return tuple(_take_distinct(itertools.chain(goal.queries, _candidates(goal, count)), count))


def expand_queries(goal: Goal, papers: Sequence[Paper], lexicon: Lexicon, count: int = 2) -> tuple[str, ...]:
    """At most `count` further queries: the goal's subject with what the best papers call things and the goal does not.

    Names are long forms of abbreviations and names written short ("MoE", "LLaVA-1.5") that two of the first ten papers
    have, the commonest among them and rarest in the corpus first.
    """
    asked = frozenset(stems_of(goal.text))
    found: Counter[str] = Counter()
    for paper in papers[:_FIRST]:
        longs = {" ".join(long.lower().split()) for _, long in definitions(paper.text)}
        shorts = {word for word in _WRITTEN.findall(paper.text) if looks_abbreviated(word)}
        found.update(longs | shorts)

    def worth(name: str) -> float:
        new = [word for word in stems_of(name) if word not in asked]
        return found[name] * max(map(lexicon.idf, new), default=0.0)

    names = sorted((name for name in found if found[name] >= _COMMON and worth(name) > 0), key=lambda n: (-worth(n), n))
    subject = goal.subject or goal.topic
    return tuple(_take_distinct((_query([subject, name]) for name in names), count))


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
