"""Direction: increase against decrease, higher against lower, and any other opposites. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.records import Check
from sovereign_kernel.verification.changes import across
from sovereign_kernel.verification.denials import denials
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import opposed, opposites
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "direction"
TIGHT = 5  # tokens of an edit in which one word stands for the other
NEAR = 3  # tokens around a word that tell what it is said of


def direction(pair: Pair) -> Check:
    """0 when an opposite stands in a word's place, 0.2 when one stands among the words left out; else 1 or abstains."""
    denied = {p for mark in denials(pair.tokens, pair.claim) for p in mark.places}
    denied_there = {p for i in pair.chosen for mark in pair.source.parsed(i, denials) for p in mark.places}
    converse = {place for one, other, same in pair.related if same for place in one.places | other.places}
    ours, theirs = {t.stem for t in pair.tokens}, {t.stem for t in pair.chosen_tokens}
    # A word that both texts have somewhere was moved ("internal and external"), not turned.
    placed = [
        (c, s)
        for edit in pair.diff.substitutions
        if max(len(edit.claim), len(edit.source)) <= TIGHT and edit.left + edit.right >= 2
        for c in edit.claim
        for s in edit.source
        if opposed(c.stem, s.stem)
        and not ({c.start, s.start} <= converse or (c.start in denied) != (s.start in denied_there))
        and not (c.stem in theirs and s.stem in ours)
    ]
    if placed:
        return _failed(placed, 0.0)
    new = [t for edit in pair.diff.edits for t in edit.claim if t.stem not in theirs and t.is_content]
    gone = [t for edit in pair.diff.edits for t in edit.source if t.stem not in ours]
    loose = [
        (c, s)
        for c in new
        for s in gone
        if opposed(c.stem, s.stem)
        and not across(c.stem, s.stem)
        and not ({c.start, s.start} <= converse or (c.start in denied) != (s.start in denied_there))
        and _beside(c, pair.tokens) & _beside(s, pair.chosen_tokens)
    ]
    if loose:
        return _failed(loose, 0.2)
    told = [t for t, _ in pair.diff.kept if opposites(t.stem)]
    if not told:
        return Check(name=NAME, outcome="abstained", reason="the claim states no direction that the evidence shares")
    return Check(
        name=NAME, outcome="passed", score=1.0, reason="the same direction in both", spans=where("claim", told)
    )


def _beside(token: Token, tokens: Sequence[Token]) -> set[str]:
    """The content words around a token: what it is said of."""
    at = next((place for place, t in enumerate(tokens) if t.start == token.start), 0)
    return {t.stem for t in tokens[max(0, at - NEAR) : at + NEAR + 1] if t.is_content and t.start != token.start}


def _failed(found: list[tuple[Token, Token]], score: float) -> Check:
    claim, source = found[0]
    return Check(
        name=NAME,
        outcome="failed",
        score=score,
        reason=f"the claim says {claim.text!r} where the source says {source.text!r}",
        spans=where("claim", [claim]) + where("source", [source]),
    )
