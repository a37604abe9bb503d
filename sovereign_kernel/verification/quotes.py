"""Quote alignment: which words of the source a quote is. Exact, then normalised, then fuzzy; pure.

What comes back are always the source's own words: `source[quote.start:quote.end] == quote.text`.
"""

from __future__ import annotations

import unicodedata

from rapidfuzz import fuzz

from sovereign_kernel.records import Check, Quote, Span

LEAST_SCORE = 85.0  # of 100: about one word in eight may differ
LEAST_LENGTH = 12  # characters: shorter quotes match anywhere by chance
LONGEST_FUZZY = 400_000  # characters of source that a fuzzy search may read

_FOLD = {ord(c): "-" for c in "‐‑‒–—−"} | {ord(c): "'" for c in "’‘`"} | {ord(c): '"' for c in "“”"}


def align(quote: str, source: str) -> Quote | None:
    """The source's own words for `quote`, snapped to whole words; None when nothing aligns well enough."""
    quote = quote.strip()
    if not quote or not source:
        return None
    at = source.find(quote)
    if at >= 0:
        return _snapped(source, at, at + len(quote))
    folded, places = _fold(source)
    wanted = _fold(quote)[0].strip()
    at = folded.find(wanted) if wanted else -1
    if at >= 0:
        return _snapped(source, places[at], places[at + len(wanted) - 1] + 1)
    if not LEAST_LENGTH <= len(wanted) <= len(folded) or len(folded) > LONGEST_FUZZY:
        return None
    found = fuzz.partial_ratio_alignment(wanted, folded, score_cutoff=LEAST_SCORE)
    if found is None or found.dest_end <= found.dest_start:
        return None
    return _snapped(source, places[found.dest_start], places[found.dest_end - 1] + 1)


def quote_check(quote: Quote | None, source: str) -> Check:
    """Whether a claim's quote stands in the source where it says. Abstains when no quote came with the claim."""
    if quote is None:
        return Check(name="quote", outcome="abstained", reason="no quote came with the claim")
    if quote.text and source[quote.start : quote.end] == quote.text:
        span = Span(where="source", text=quote.text, start=quote.start, end=quote.end)
        return Check(name="quote", outcome="passed", score=1.0, reason="the quote stands in the source", spans=(span,))
    found = align(quote.text, source)
    if found is None:
        return Check(name="quote", outcome="failed", score=0.0, reason="the quote does not occur in the source")
    span = Span(where="source", text=found.text, start=found.start, end=found.end)
    return Check(
        name="quote",
        outcome="failed",
        score=0.5,
        reason="the quote is not where it says, or not word for word",
        spans=(span,),
    )


def _fold(text: str) -> tuple[str, list[int]]:
    """Lower case, one kind of dash and quote, single spaces; and for each character its place in `text`."""
    folded: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        if char.isspace():
            if folded and folded[-1] != " ":
                folded.append(" ")
                places.append(at)
            continue
        for piece in unicodedata.normalize("NFKC", char).translate(_FOLD).casefold():
            folded.append(piece)
            places.append(at)
    return "".join(folded), places


def _snapped(source: str, start: int, end: int) -> Quote:
    while start > 0 and source[start - 1].isalnum() and source[start].isalnum():
        start -= 1
    while end < len(source) and source[end].isalnum() and source[end - 1].isalnum():
        end += 1
    while start < end and source[start].isspace():
        start += 1
    while end > start and source[end - 1].isspace():
        end -= 1
    return Quote(text=source[start:end], start=start, end=end)
