"""Words: how much of the claim the evidence says at all, and which of its words come from nowhere. Pure."""

from __future__ import annotations

from sovereign_kernel.records import Check
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import synonymous
from sovereign_kernel.verification.spans import where

NAME = "words"


def coverage(pair: Pair) -> Check:
    """Score is the share of the claim's content words that the evidence has, itself or by a synonym."""
    content = [t for t in pair.tokens if t.is_content]
    if not content:
        return Check(name=NAME, outcome="abstained", reason="the claim has no words that carry a subject")
    there = {t.stem for t in pair.chosen_tokens}
    missing = [
        t
        for t in content
        if t.stem not in there and t.start not in pair.settled and not any(synonymous(t.stem, s) for s in there)
    ]
    score = 1 - len(missing) / len(content)
    reason = "every content word of the claim stands in the evidence"
    if missing:
        named = ", ".join(repr(t.text) for t in missing[:5])
        reason = f"the evidence says {score:.0%} of the claim's content words; not {named}"
    return Check(
        name=NAME,
        outcome="passed" if score >= 0.5 else "failed",
        score=score,
        reason=reason,
        spans=where("claim", missing),
    )
