"""Negation: a "not" that the source has and the claim has not, or the reverse. Pure."""

from __future__ import annotations

from sovereign_kernel.records import Check, Span
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import DENIALS, NEGATIONS
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "polarity"
_NEGATING = NEGATIONS | DENIALS
REACH = 3  # tokens after a negation that it still denies


def polarity(pair: Pair) -> Check:
    """0 when a negation was added or dropped where claim and source run alike; abstains when neither negates."""
    added = [t for edit in pair.diff.edits for t in _loose(edit.claim, edit.right)]
    dropped = [t for edit in pair.diff.edits for t in _loose(edit.source, edit.right)]
    flips = max(len(added), 0) - max(len(dropped), 0)
    if flips != 0:
        extra = added if flips > 0 else dropped
        says = "the claim" if flips > 0 else "the source"
        spans: tuple[Span, ...] = where("claim" if flips > 0 else "source", extra)
        near = pair.similarity[0] if pair.similarity else 0.0
        other = "the source" if flips > 0 else "the claim"
        reason = f"{says} negates ({', '.join(t.text for t in extra)}) what {other} does not"
        return Check(name=NAME, outcome="failed", score=0.0 if near >= 0.3 else 0.3, reason=reason, spans=spans)
    kept = [t for t, _ in pair.diff.kept if t.stem in _NEGATING]
    if not kept and not added:
        return Check(name=NAME, outcome="abstained", reason="neither the claim nor its evidence negates")
    return Check(
        name=NAME, outcome="passed", score=1.0, reason="claim and evidence negate alike", spans=where("claim", kept)
    )


def _loose(tokens: tuple[Token, ...], right: int) -> list[Token]:
    """Negations of an edit that deny words which claim and source share."""
    if not right:
        return []
    return [t for at, t in enumerate(tokens) if t.stem in _NEGATING and len(tokens) - at <= REACH]
