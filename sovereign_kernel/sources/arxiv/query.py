"""A plain-text query in arXiv's search language. Pure: nothing in the text can become an operator or a field."""

from __future__ import annotations

import re

from sovereign_kernel.text.sentences import STOP_WORDS

_PIECE = re.compile(r'"([^"]{1,200})"|([^\s"]+)')
_ALL_WANTED = 3  # so few words must all be there; of more, any counts, and arXiv ranks by how many
_MOST = 16


def search_query(text: str) -> str:
    """`sparse mixture-of-experts` becomes `all:sparse AND all:"mixture of experts"`; "" when no word is left.

    Quoted parts and hyphenated words are phrases; up to three words or phrases must all occur, of more any may.
    """
    units: dict[str, None] = {}
    for quoted, bare in _PIECE.findall(text):
        words = re.findall(r"[^\W_]+", quoted or bare)
        if not words or (len(words) == 1 and (words[0].lower() in STOP_WORDS or len(words[0]) == 1)):
            continue
        phrase = " ".join(words).lower()  # operators are capitals: AND, OR, ANDNOT
        units.setdefault(f'all:"{phrase}"' if len(words) > 1 else f"all:{phrase}", None)
    kept = list(units)[:_MOST]
    return (" AND " if len(kept) <= _ALL_WANTED else " OR ").join(kept)


def submitted(since: str | None, until: str | None) -> str:
    """The part of a query that limits the date of first submission to these days (ISO, both inclusive); "" for none."""
    if since is None and until is None:
        return ""
    first, last = ((day or default).replace("-", "") for day, default in ((since, "1991-01-01"), (until, "9999-12-31")))
    return f"submittedDate:[{first}0000 TO {last}2359]"
