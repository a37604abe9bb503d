"""Effects that a claim reports, with the words in which it does: value, unit, direction and what was measured. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sovereign_kernel.records import Claim, Effect

_NUMBER = r"[+\-−]?\d+(?:[.,]\d+)*(?:\s?(?:[-–]|to|and)\s?\d+(?:[.,]\d+)*)?"
_UNIT = (
    r"(?:\s?(?:\\?%|percentage points?|percent|pp\b|points?\b|[x×](?![a-z])|\$?\\times\$?|times\b|ms\b|seconds?\b"
    r"|minutes?\b|hours?\b|GB\b|MB\b|dB\b|FPS\b|tokens?/s\b|GFLOPs\b)|[- ]?fold\b)"
)
_DOWN = (
    r"reduc\w+|decreas\w+|lower\w*|cut\w*|sav\w+|drop\w*|declin\w+|shrink\w*|degrad\w+|los[est]+|fell|falls?|fewer|less"
    r"|smaller|slow\w*"
)
_UP = (
    r"improv\w+|increas\w+|rais\w+|gain\w*|boost\w*|speed\w*|accelerat\w+|higher|faster|more|larger|better"
    r"|grow\w*|rose|enhanc\w+"
    r"|outperform\w*|surpass\w*|exceed\w*|advantage|margin"
)
_ENDS = r"by\b|to\b|and\b|with\b|while\b|from\b|over\b|on\b|for\b|compared\b|than\b"
_MEASURE = rf"(?!{_ENDS})[A-Za-z][\w@./-]*(?:\s(?!{_ENDS})[\w@./-]+){{0,5}}"
_CHANGED = re.compile(
    rf"\b(?P<verb>{_DOWN}|{_UP})\s(?:the\s)?(?P<measure>{_MEASURE})\sby\s(?:up to |about |nearly |over |more than "
    rf"|at least |an average of )?(?P<value>{_NUMBER})(?P<unit>{_UNIT})",
    re.I,
)
_OF = re.compile(
    rf"(?P<value>{_NUMBER})(?P<unit>{_UNIT})\s(?:average\s|relative\s|absolute\s)?(?P<verb>reductions?"
    rf"|decreases?|drops?"
    rf"|savings?|lower|less|fewer|improvements?|increases?|gains?|boosts?|speed-?ups?|higher|faster|more|better)"
    rf"(?:\s(?:in|of)\s(?:the\s)?|\s)(?P<measure>{_MEASURE})",
    re.I,
)
_BEFORE = re.compile(
    rf"(?P<value>{_NUMBER})(?P<unit>{_UNIT})\s(?P<measure>[\w-]+(?:\s[\w-]+){{0,2}})\s(?P<verb>reduction|decrease|drop"
    r"|improvement|increase|gain|speed-?up|saving)s?\b",
    re.I,
)
_LEVEL = re.compile(
    rf"\b(?P<measure>(?:[\w@./-]+\s){{0,2}}(?:accuracy|precision|recall|F1(?:[- ]score)?|AUC|AUROC|BLEU|mAP|PSNR|SSIM"
    rf"|latency|throughput|perplexity|error(?: rate)?|success rate|win rate|scores?))\s(?:of|is|was|reaches|at)\s"
    rf"(?P<value>{_NUMBER})(?P<unit>{_UNIT})?",
    re.I,
)
_IS_DOWN = re.compile(rf"(?:{_DOWN}|savings?)\Z", re.I)
_NO_MEASURE = re.compile(
    r"(?:average|distinct|more|less|relative|absolute|overall|other|further|than|respectively)?", re.I
)
"""What stands where a measure should, and is none."""
_FEWER = re.compile(
    r"\s(?:a|an|the|its|their|both|overall|average)\s|^(?:a|an|the|its|their|both|overall|average)\s", re.I
)


def effects_of(claims: Sequence[Claim]) -> tuple[Effect, ...]:
    """What the claims' quotes report in numbers, in order; each with the offsets of its words in the paper's text."""
    return tuple(effect for claim in claims for effect in _in_quote(claim))


@dataclass(frozen=True)
class Reported:
    """What `text[start:end]` reports; see Effect."""

    start: int
    end: int
    value: str
    unit: str
    direction: Literal["up", "down"] | None
    measure: str


def effects_in(text: str) -> Iterator[Reported]:
    """The changes and levels that a sentence reports in numbers, changes first."""
    taken: list[tuple[int, int]] = []
    for pattern in (_CHANGED, _OF, _BEFORE, _LEVEL):
        for found in pattern.finditer(text):
            start, end = found.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append((start, end))
            groups = found.groupdict()
            if _NO_MEASURE.fullmatch(_measure(groups["measure"])):
                continue
            yield Reported(
                start,
                end,
                " ".join(groups["value"].split()),
                unit_of(groups.get("unit") or ""),
                _direction(groups.get("verb")),
                _measure(groups["measure"]),
            )


def _in_quote(claim: Claim) -> Iterator[Effect]:
    for entry in effects_in(claim.quote.text):
        yield Effect(
            claim_id=claim.id,
            paper_id=claim.paper_id,
            text=claim.quote.text[entry.start : entry.end],
            start=claim.quote.start + entry.start,
            end=claim.quote.start + entry.end,
            value=entry.value,
            unit=entry.unit,
            direction=entry.direction,
            measure=entry.measure,
        )


def unit_of(words: str) -> str:
    """A unit in one spelling: "%", "points", "×", else as written."""
    said = words.strip().lower().replace("\\", "").replace("$", "").lstrip("- ")
    if said in ("%", "percent"):
        return "%"
    if said in ("x", "×", "times", "fold"):
        return "×"
    return "points" if said in ("point", "points", "pp", "percentage point", "percentage points") else said


def _direction(verb: str | None) -> Literal["up", "down"] | None:
    if verb is None:
        return None
    return "down" if _IS_DOWN.match(verb) else "up"


def _measure(words: str) -> str:
    return _FEWER.sub(" ", " ".join(words.split())).strip(" .,;:")
