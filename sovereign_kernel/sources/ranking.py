"""How the offline index ranks papers for a query: words (BM25) and meaning (cosines of sentence vectors), added. Pure
but for the index.

What each part is worth, and what was tried and left out: bench/retrieval.py and docs/search.md.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sovereign_kernel.text.abbreviations import Lexicon
from sovereign_kernel.text.sentences import STOP_WORDS
from sovereign_kernel.text.terms import british, stem, tokens

TITLE_WEIGHT = 2.0
COMPOUNDS = 0.5
"""Two words of the query written as one, or one that the query writes as two ("non coding", "noncoding")."""
WORDS = 0.8
"""What the best BM25 score of a query adds to a cosine; others add in proportion. Chosen on SciFact train, where 0.6 to
1.0 are alike (nDCG@10 0.739 to 0.741; meaning alone 0.633, words alone 0.708)."""
CANDIDATES = 100
"""Papers, best by BM25, whose meaning is looked at where the corpus is too large to look at all."""
NEAREST = 0.35
"""The least cosine of a paper that has no word of the query."""
_MOST_TERMS = 64
_PREFIXES = frozenset(
    {"non", "pre", "post", "anti", "multi", "inter", "intra", "micro", "over", "under", "semi", "self"}
)


@dataclass(frozen=True)
class Worded:
    """Row numbers with any word of a query and their BM25 scores, the best `limit`; `total` is how many there are."""

    scores: Mapping[int, float]
    total: int


def search_words(index: sqlite3.Connection, query: str, limit: int, lexicon: Lexicon) -> Worded:
    """BM25 over the content words of `query`."""
    words = [token for token in tokens(query) if token not in STOP_WORDS][:_MOST_TERMS]
    if not words or limit < 1:
        return Worded({}, 0)
    any_of = " OR ".join(f'"{word}"' for word in dict.fromkeys([*words, *map(british, words)]))
    total = index.execute("SELECT count(*) FROM words WHERE words MATCH ?", (any_of,)).fetchone()[0]
    scores = dict(
        index.execute(
            "SELECT rowid, -bm25(words, ?, 1.0) AS score FROM words WHERE words MATCH ? "
            "ORDER BY score DESC, rowid LIMIT ?",
            (TITLE_WEIGHT, any_of, limit),
        )
    )
    for compound in _compounds(query, lexicon):
        for number, score in _matches(index, f'"{compound}"', list(scores)):
            scores[number] += COMPOUNDS * score
    return Worded(scores, total)


def blend(scores: Mapping[int, float], cosines: Mapping[int, float], words: float = WORDS) -> tuple[int, ...]:
    """Row numbers, best first: the cosine plus `words` times the share of the best BM25 score; ties by number.

    `cosines` holds every number of `scores`; of the others only those come in that are near enough.
    """
    best = max(scores.values(), default=0.0)
    total = {
        number: cosine + (words * scores.get(number, 0.0) / best if best > 0 else 0.0)
        for number, cosine in cosines.items()
        if number in scores or cosine >= NEAREST
    }
    return tuple(sorted(total, key=lambda number: (-total[number], number)))


def _compounds(query: str, lexicon: Lexicon) -> Iterator[str]:
    said = tokens(query)
    for first, second in dict.fromkeys(itertools.pairwise(said)):
        if stem(first + second) in lexicon.frequency:
            yield first + second
    for word in dict.fromkeys(said):
        for cut in range(3, len(word) - 3):
            if word[:cut] in _PREFIXES:
                yield f"{word[:cut]} {word[cut:]}"


def _matches(index: sqlite3.Connection, part: str, among: Sequence[int]) -> list[tuple[int, float]]:
    return index.execute(
        "SELECT rowid, -bm25(words, ?, 1.0) FROM words WHERE words MATCH ? "
        "AND rowid IN (SELECT value FROM json_each(?))",
        (TITLE_WEIGHT, part, json.dumps(among)),
    ).fetchall()
