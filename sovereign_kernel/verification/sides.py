"""Swapped sides: "A outperforms B" against "B outperforms A". Pure.

Words that both texts have once are followed from the claim into the source. When one from the left of a relation
is found on its right, and one from its right on its left, the sides are swapped, unless the voice changed too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sovereign_kernel.records import Check
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import PASSIVE, RELATIONS, SYMMETRIC
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "sides"


@dataclass(frozen=True)
class Shared:
    """A word that stands once in the claim and once in the evidence, with its places in both."""

    token: Token
    other: Token
    claim: int
    source: int


def sides(pair: Pair) -> Check:
    """0 when the sides of a relation are swapped, 0.3 of any other pivot; 1 in the same order; else abstains."""
    laid = pair.chosen_tokens
    shared = _shared(pair.tokens, laid)
    pivots = [s for s in shared if s.token.stem in RELATIONS]
    for pivot in [*pivots, *(s for s in shared if s not in pivots)]:
        left = next(
            (s for s in shared if s.claim < pivot.claim and s.source > pivot.source and s.token.is_content), None
        )
        right = next(
            (s for s in shared if s.claim > pivot.claim and s.source < pivot.source and s.token.is_content), None
        )
        if left is None or right is None or _merely_listed(pair.tokens, left, right):
            continue
        if _passive(pair.tokens, pivot.claim) != _passive(laid, pivot.source):
            continue
        related = pivot in pivots
        return Check(
            name=NAME,
            outcome="failed",
            score=0.0 if related else 0.3,
            reason=f"{left.token.text!r} and {right.token.text!r} stand on the other sides of "
            f"{pivot.token.text!r} in the source",
            spans=where("claim", [left.token, pivot.token, right.token])
            + where("source", [right.other, pivot.other, left.other]),
        )
    if not pivots:
        return Check(name=NAME, outcome="abstained", reason="no relation that both state")
    return Check(
        name=NAME,
        outcome="passed",
        score=1.0,
        reason="the same sides in both",
        spans=where("claim", [p.token for p in pivots]),
    )


def _shared(claim: tuple[Token, ...], source: tuple[Token, ...]) -> list[Shared]:
    once_claim = Counter(t.stem for t in claim)
    once_source = Counter(t.stem for t in source)
    at = {t.stem: i for i, t in enumerate(source)}
    return [
        Shared(t, source[at[t.stem]], i, at[t.stem])
        for i, t in enumerate(claim)
        if once_claim[t.stem] == 1 and once_source.get(t.stem) == 1 and (t.is_content or t.stem in RELATIONS)
    ]


def _merely_listed(claim: tuple[Token, ...], left: Shared, right: Shared) -> bool:
    between = claim[left.claim + 1 : right.claim]
    return len(between) <= 3 and any(t.lower in SYMMETRIC for t in between)


def _passive(tokens: tuple[Token, ...], at: int) -> bool:
    before = any(t.lower in PASSIVE for t in tokens[max(0, at - 3) : at])
    return before and any(t.lower == "by" for t in tokens[at + 1 : at + 5])
