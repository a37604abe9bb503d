"""Causes made of associations: "is linked to" is no "causes". Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from sovereign_kernel.records import Check
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import NEGATIONS, forms, stems
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "causality"
CAUSES = stems("cause trigger provoke induce elicit prevent")
_CAUSAL_PHRASES = {("leads", "to"), ("lead", "to"), ("led", "to"), ("results", "in"), ("result", "in"), ("resulted",
"in"),
                   ("because", "of"), ("due", "to"), ("responsible", "for"), ("owing", "to")}  # fmt: skip
ASSOCIATIONS = stems("associate association correlate correlation link relate relationship predictor marker")
_ASSOCIATING = {("risk", "factor"), ("tied", "to"), ("tends", "to"), ("coincides", "with"), ("coincided", "with")}
_CARE = forms("may might could possibly likely perhaps suggest suggests hypothesized whether")
SHARED = 2  # subject words in both


def causality(pair: Pair) -> Check:
    """0.1 when the claim makes a cause of the evidence's association; 1 when both speak of causes; else abstains."""
    ours = _told(pair.tokens, CAUSES, _CAUSAL_PHRASES)
    if not ours or any(t.stem in NEGATIONS for t in pair.tokens):
        return Check(name=NAME, outcome="abstained", reason="the claim names no cause")
    theirs = _told(pair.chosen_tokens, CAUSES, _CAUSAL_PHRASES)
    if theirs:
        return Check(name=NAME, outcome="passed", score=1.0, reason="both speak of a cause")
    loose = _told(pair.chosen_tokens, ASSOCIATIONS, _ASSOCIATING)
    there = {t.stem for t in pair.chosen_tokens}
    shared = {t.stem for t in pair.tokens if t.is_content and t.stem in there}
    if not loose or len(shared) < SHARED or any(t.lower in _CARE for t in pair.tokens):
        return Check(
            name=NAME, outcome="abstained", reason="the evidence speaks of no association of the claim's things"
        )
    return Check(
        name=NAME,
        outcome="failed",
        score=0.1,
        reason=f"the claim says {ours[0].text!r}, the source only {loose[0].text!r}",
        spans=where("claim", ours) + where("source", loose),
    )


def _told(tokens: Sequence[Token], words: frozenset[str], phrases: set[tuple[str, str]]) -> list[Token]:
    found = [t for t in tokens if t.stem in words]
    found += [a for a, b in itertools.pairwise(tokens) if (a.lower, b.lower) in phrases]
    return found
