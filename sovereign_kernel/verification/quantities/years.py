"""Which four digits are a year, and which a count: "in 2019", "2019 patients", "1/2000". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_YEAR = re.compile(r"(?<![\w.,$€£/^])(?<!\d-)(?:19|20)\d\d(?:s\b)?(?![\d%/]|[.,]\d|-(?:fold|bit|dim))")
_RANGE = re.compile(r"(?<=\d{4}[-/])(?:19|20)\d\d(?![\d%]|[.,]\d)")
_MONTH_YEAR = re.compile(r"(?<![\d/])(?:0[1-9]|1[0-2])/(?P<year>(?:19|20)\d\d)(?!\d)")
# A plural right after the digits is what they count, unless it is a word that follows years ("the 2019 elections").
_COUNTED = re.compile(
    r"[\s-](?:(?!(?:is|was|has|this|thus|as|us|its|across|versus|results|elections|guidelines|always|plus|shows|census)\b)"
    r"[a-z]{2,}(?:[^su\W]s|ses)\b|(?:people|men|women|children|data|mice|x|×|[kMG]?B|Hz|ms|mg|kg|km|nm)\b)"
)
_DATED = re.compile(r"(?:\b(?:in|since|from|until|till|by|of|during|before|after|year|early|late|mid)\s|[(©'])$", re.I)


def years(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Matches of years in `text[start:end]`, in order; a count of things is none."""
    end = len(text) if end is None else end
    found = [m for p in (_YEAR, _RANGE) for m in p.finditer(text, start, end) if not counts(text, m)]
    found += list(_MONTH_YEAR.finditer(text, start, end))
    return iter(sorted(found, key=lambda m: m.start()))


def counts(text: str, match: re.Match[str]) -> bool:
    """Whether these digits count what follows them."""
    dated = _DATED.search(text, max(0, match.start() - 8), match.start())
    return not dated and _COUNTED.match(text, match.end()) is not None
