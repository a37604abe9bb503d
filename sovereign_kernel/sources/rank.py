"""How the offline index ranks papers for a query."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sovereign_kernel.sources.lexicon import Lexicon
from sovereign_kernel.sources.terms import tokens
from sovereign_kernel.text import STOP_WORDS

TITLE_WEIGHT = 2.0
_MOST_TERMS = 64


@dataclass(frozen=True)
class Ranked:
    """Row numbers, best first, and how many rows have any word of the query."""

    numbers: tuple[int, ...]
    total: int


def search_index(index: sqlite3.Connection, query: str, limit: int, lexicon: Lexicon) -> Ranked:
    """BM25 over title (weight 2) and abstract for the content words of `query`."""
    terms = list(dict.fromkeys(token for token in tokens(query) if token not in STOP_WORDS))[:_MOST_TERMS]
    if not terms or limit < 1:
        return Ranked((), 0)
    match = " OR ".join(f'"{term}"' for term in terms)
    total = index.execute("SELECT count(*) FROM words WHERE words MATCH ?", (match,)).fetchone()[0]
    rows = index.execute(
        "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, ?, 1.0), rowid LIMIT ?",
        (match, TITLE_WEIGHT, limit),
    )
    return Ranked(tuple(row[0] for row in rows), total)
