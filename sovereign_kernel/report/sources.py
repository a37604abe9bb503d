"""The full text of each paper, cut into pieces at the borders of the quotes that it holds. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sovereign_kernel.records import Paper, Quote
from sovereign_kernel.report.reading import Reading


@dataclass(frozen=True)
class Highlight:
    """A quote in a source. `name` is the page's anchor: quote-3, also-3-1, clash-1-a."""

    name: str
    quote: Quote


@dataclass(frozen=True)
class Piece:
    """Some of a source's text; `inside` are the quotes it belongs to, `opens` those that begin with it."""

    text: str
    inside: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    number: int
    paper: Paper
    pieces: tuple[Piece, ...]


def sources(reading: Reading) -> tuple[Source, ...]:
    """Every paper with its pieces; joined, the pieces are the paper's text again."""
    found: dict[str, list[Highlight]] = {}
    for paper_id, highlight in _highlights(reading):
        if reading.intact(paper_id, highlight.quote):
            found.setdefault(paper_id, []).append(highlight)
    return tuple(
        # of two papers with one id, the first is the one that quotes refer to
        Source(number, paper, pieces(paper.text, found.get(paper.id, []) if reading.papers[paper.id] is paper else []))
        for number, paper in enumerate(reading.draft.papers, start=1)
    )


def pieces(text: str, highlights: list[Highlight]) -> tuple[Piece, ...]:
    spans = [(h.quote.start, h.quote.end, h.name) for h in highlights]
    cuts = sorted({0, len(text), *(cut for start, end, _ in spans for cut in (start, end))})
    return tuple(
        Piece(
            text[left:right],
            tuple(name for start, end, name in spans if start <= left and right <= end),
            tuple(name for start, _, name in spans if start == left),
        )
        for left, right in pairwise(cuts)
    )


def _highlights(reading: Reading) -> Iterator[tuple[str, Highlight]]:
    for number, claim in enumerate(reading.all_claims, start=1):
        yield claim.paper_id, Highlight(f"quote-{number}", claim.quote)
        for more, also in enumerate(claim.also, start=1):
            yield also.paper_id, Highlight(f"also-{number}-{more}", also.quote)
    for number, clash in enumerate(reading.draft.contradictions, start=1):
        yield clash.paper_id, Highlight(f"clash-{number}-a", clash.quote)
        yield clash.other_paper_id, Highlight(f"clash-{number}-b", clash.other_quote)
