"""Time: years, dates and versions of the claim, against those of the source. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sovereign_kernel.records import Check, Span
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.quantities import years

NAME = "time"
_VERSION = re.compile(r"(?i)\b(?:v|ver\.|version)\s?(\d+(?:\.\d+)*)\b")
_MONTH = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)(?=\s\d)"
)
_KINDS: tuple[tuple[str, Callable[[str], Iterator[re.Match[str]]]], ...] = (
    ("year", years),
    ("version", _VERSION.finditer),
    ("month", _MONTH.finditer),
)


def time(pair: Pair) -> Check:
    """1 when the source has every year, month and version of the claim, 0 when one is missing; else abstains."""
    missing: list[Span] = []
    reasons: list[str] = []
    told = 0
    for kind, find in _KINDS:
        said = list(find(pair.claim))
        there = {_key(m) for m in find(pair.source.text)} if said else set()
        for match in said:
            told += 1
            if _key(match) not in there:
                missing.append(Span(where="claim", text=match.group(), start=match.start(), end=match.end()))
                reasons.append(f"the source does not have the {kind} {match.group()!r}")
    if not told:
        return Check(name=NAME, outcome="abstained", reason="the claim states no year, month or version")
    if missing:
        return Check(name=NAME, outcome="failed", score=0.0, reason="; ".join(reasons), spans=tuple(missing))
    return Check(name=NAME, outcome="passed", score=1.0, reason="the same years and versions in both")


def _key(match: re.Match[str]) -> str:
    return (match.group(1) if match.re.groups else match.group()).lower()
