"""arXiv's ids in every form that people paste: bare, with prefix and version, as a web address, as a DOI. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ID = (
    r"(?P<id>\d\d(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z][a-z-]+(?:\.[A-Za-z]{2})?/\d\d(?:0[1-9]|1[0-2])\d{3})"
    r"(?P<version>v[1-9]\d{0,2})?(?!\w|/\w|\.\d)"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:https?://)?(?:[a-z-]+\.)?arxiv\.org/(?:abs|pdf|html|format|src|e-print"
        rf"|ps)/(?:arxiv:)?{_ID}(?:\.pdf|\.ps)?/?(?:[?#][^\s,;)\]]*)?",
        rf"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\.{_ID}",
        rf"(?<![\w/.])arxiv\s*[:/]?\s*{_ID}(?:\s*\[[a-z-]+(?:\.[A-Za-z-]+)?\])?",
        rf"(?<![\w/.:-]){_ID}(?:\s*\[[a-z-]+\.[A-Za-z-]+\])?",
    )
)


@dataclass(frozen=True)
class ArxivId:
    """An id without its version, and the span of the text that names it."""

    id: str
    start: int
    end: int


def find_arxiv_ids(text: str) -> Iterator[ArxivId]:
    """All that the text names, in order, none inside another."""
    taken: list[ArxivId] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(match.start() < other.end and other.start < match.end() for other in taken):
                taken.append(ArxivId(_canonical(match["id"]), *match.span()))
    yield from sorted(taken, key=lambda found: found.start)


def arxiv_id(text: str) -> str | None:
    """The id that the whole text is a form of; None for anything else."""
    text = text.strip()
    found = list(find_arxiv_ids(text))
    return found[0].id if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)) else None


def _canonical(id: str) -> str:
    """Archives are written in small letters, subject classes in capitals: math.GT/0309136."""
    if "/" not in id:
        return id
    archive, number = id.split("/")
    name, dot, subject = archive.partition(".")
    return f"{name.lower()}{dot}{subject.upper()}/{number}"
