"""How the offline index ranks papers for a query: BM25, then what of `Steps` has earned its place.

Measured by bench/retrieval.py on SciFact train (809 claims, 5,183 abstracts), nDCG@10 and recall@10: BM25 0.7053,
0.8150;
compounds (weight 0.5) 0.7084, 0.8157; phrases (0.1) 0.7083, 0.8126; both 0.7098, 0.8109; long forms (0.2) 0.7040,
0.8136; feedback (0.1) 0.7007, 0.8213. Only compounds raise both figures, so only they are kept.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sovereign_kernel.sources.lexicon import Lexicon, looks_abbreviated
from sovereign_kernel.sources.terms import british, stem, tokens
from sovereign_kernel.text import STOP_WORDS

TITLE_WEIGHT = 2.0
_MOST_TERMS = 64
_CANDIDATES = 200  # papers that the steps after BM25 look at
_FEEDBACK_PAPERS, _FEEDBACK_TERMS = 10, 20


@dataclass(frozen=True)
class Steps:
    """Weights of what is added to BM25's sum over the query's words; 0 leaves a step out.

    `phrases`: neighbouring words of the query, as a phrase. `compounds`: two words of the query written as one, or
    one that
    the query writes as two ("non coding", "noncoding"). `long_forms`: an abbreviation's long form, or the abbreviation
    of a long form. `feedback`: the words of the first papers (RM3; Abdul-Jaleel et al., TREC 2004).
    """

    phrases: float = 0.0
    compounds: float = 0.0
    long_forms: float = 0.0
    feedback: float = 0.0


CHOSEN = Steps(compounds=0.5)


@dataclass(frozen=True)
class Ranked:
    """Row numbers, best first, and how many rows have any word of the query."""

    numbers: tuple[int, ...]
    total: int


def search_index(index: sqlite3.Connection, query: str, limit: int, lexicon: Lexicon, steps: Steps = CHOSEN) -> Ranked:
    """The best `limit` rows for the content words of `query`; ties break by row number."""
    words = [token for token in tokens(query) if token not in STOP_WORDS][:_MOST_TERMS]
    if not words or limit < 1:
        return Ranked((), 0)
    any_of = " OR ".join(f'"{word}"' for word in dict.fromkeys([*words, *map(british, words)]))
    total = index.execute("SELECT count(*) FROM words WHERE words MATCH ?", (any_of,)).fetchone()[0]
    scores = dict(
        index.execute(
            "SELECT rowid, -bm25(words, ?, 1.0) AS score FROM words WHERE words MATCH ? "
            "ORDER BY score DESC, rowid LIMIT ?",
            (TITLE_WEIGHT, any_of, max(limit, _CANDIDATES)),
        )
    )
    for part, weight in _added(index, query, words, lexicon, steps, scores):
        for number, score in _matches(index, part):
            if number in scores:
                scores[number] += weight * score
    best = sorted(scores, key=lambda number: (-scores[number], number))[:limit]
    return Ranked(tuple(best), total)


def _added(
    index: sqlite3.Connection,
    query: str,
    words: Sequence[str],
    lexicon: Lexicon,
    steps: Steps,
    scores: dict[int, float],
) -> Iterator[tuple[str, float]]:
    """What is asked beyond the query's single words, and its weight."""
    pairs = list(dict.fromkeys(itertools.pairwise(words)))
    if steps.phrases:
        yield from ((f'"{first} {second}"', steps.phrases) for first, second in pairs)
    if steps.compounds:
        yield from ((f'"{compound}"', steps.compounds) for compound in _compounds(query, lexicon))
    if steps.long_forms:
        yield from ((f'"{form}"', steps.long_forms) for form in _other_forms(query, lexicon))
    if steps.feedback:
        yield from _feedback(index, words, lexicon, steps.feedback, scores)


def _compounds(query: str, lexicon: Lexicon) -> Iterator[str]:
    said = tokens(query)
    for first, second in dict.fromkeys(itertools.pairwise(said)):
        if stem(first + second) in lexicon.frequency:
            yield first + second
    for word in dict.fromkeys(said):
        for cut in range(3, len(word) - 3):
            if word[:cut] in _PREFIXES:
                yield f"{word[:cut]} {word[cut:]}"


_PREFIXES = frozenset(
    {"non", "pre", "post", "anti", "multi", "inter", "intra", "micro", "over", "under", "semi", "self"}
)


def _other_forms(query: str, lexicon: Lexicon) -> Iterator[str]:
    """Long forms of the query's abbreviations, and abbreviations of its long forms."""
    written = re.findall(r"[^\W_]+", query)
    for word in dict.fromkeys(written):
        if looks_abbreviated(word):
            yield from (" ".join(tokens(long)) for long in lexicon.expand(word)[:1])
    said = f" {' '.join(stem(token) for token in tokens(query))} "
    for short, longs in lexicon.long_forms.items():
        stemmed = " ".join(stem(token) for token in tokens(longs[0]))
        if f" {stemmed} " in said:
            yield short.lower()


def _feedback(
    index: sqlite3.Connection, words: Sequence[str], lexicon: Lexicon, weight: float, scores: dict[int, float]
) -> Iterator[tuple[str, float]]:
    first = sorted(scores, key=lambda number: (-scores[number], number))[:_FEEDBACK_PAPERS]
    asked = {stem(word) for word in words}
    found: Counter[str] = Counter()
    form: dict[str, str] = {}
    for number in first:
        title, abstract = index.execute("SELECT title, abstract FROM papers WHERE number = ?", (number,)).fetchone()
        said = [token for token in tokens(f"{title} {title} {abstract}") if token not in STOP_WORDS and len(token) > 1]
        for token in said:
            form.setdefault(stem(token), token)
            found[stem(token)] += scores[number] / len(said) * lexicon.idf(stem(token))  # type: ignore[assignment]
    strongest = [(name, value) for name, value in found.most_common(_FEEDBACK_TERMS) if name not in asked]
    for name, value in strongest:
        yield f'"{form[name]}"', weight * value / strongest[0][1]


def _matches(index: sqlite3.Connection, part: str) -> list[tuple[int, float]]:
    return index.execute(
        "SELECT rowid, -bm25(words, ?, 1.0) FROM words WHERE words MATCH ?", (TITLE_WEIGHT, part)
    ).fetchall()
