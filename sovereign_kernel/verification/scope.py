"""Scope: hedges and quantifiers that the claim lost or gained against the words it lies along. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sovereign_kernel.records import Check, CheckOutcome
from sovereign_kernel.verification.alignment import Edit
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import HEDGES, MODAL, STRONG, WEAK
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "scope"
REACH = 3  # tokens before the words that stayed
_BOUNDS = {
    "upper": {"up to", "at most", "less than", "fewer than", "under", "below", "no more"},
    "lower": {"at least", "more than", "over", "above", "exceeding"},
    "rough": {"about", "around", "nearly", "almost", "roughly", "approximately", "close to"},
}


def scope(pair: Pair) -> Check:
    """0 when the claim is more sweeping than the source, 0.1 when its bound is another, 0.3 when it lost a hedge.

    0.7 when it gained one, 1 when both hedge alike; abstains where neither does.
    """
    there = {t.lower for t in pair.chosen_tokens}
    sweeping = [t for edit in pair.diff.edits for t in edit.claim if t.lower in STRONG and t.lower not in there]
    if sweeping:
        return _found("failed", 0.0, "claim", sweeping, "the claim says {!r}, the source does not")
    mine = {t.lower for t in pair.tokens}
    unbound, other = _bounds(pair)
    if other:
        return _found("failed", 0.1, "claim", other, "the claim's bound ({!r}) is not the source's")
    lost = [t for edit in pair.diff.edits if edit.right for t in _lost(edit, mine)] + unbound
    if lost:
        return _found("failed", 0.3, "source", lost, "the source says {!r}, the claim does not")
    gained = [
        t
        for edit in pair.diff.edits
        for t in edit.claim
        if t.lower in HEDGES and t.lower not in there and not any(s.lower in HEDGES for s in edit.source)
    ]
    if gained:
        return _found("passed", 0.7, "claim", gained, "the claim is more careful than the source ({!r})")
    kept = [t for t, _ in pair.diff.kept if t.lower in HEDGES or t.lower in WEAK or t.lower in STRONG]
    if not kept:
        return Check(name=NAME, outcome="abstained", reason="no hedge or quantifier in claim or evidence")
    return Check(name=NAME, outcome="passed", score=1.0, reason="the same hedges in both", spans=where("claim", kept))


def _lost(edit: Edit, mine: set[str]) -> list[Token]:
    """Hedges right before words that stayed, where the claim has put none of the same kind."""
    lost = []
    for at, token in enumerate(edit.source):
        if token.lower in mine or len(edit.source) - at > REACH:
            continue
        for kind in (MODAL, HEDGES, WEAK):
            if token.lower in kind:
                if not any(t.lower in kind for t in edit.claim):
                    lost.append(token)
                break
    return lost


def _bounds(pair: Pair) -> tuple[list[Token], list[Token]]:
    """Bounds before numbers that stayed: those of the source that were lost, those of the claim that say otherwise."""
    lost: list[Token] = []
    other: list[Token] = []
    laid, mine = pair.chosen_tokens, pair.tokens
    places = {token.start: at for at, token in enumerate(mine)}
    ends = {token.start: at for at, token in enumerate(laid)}
    for ours, theirs in pair.diff.kept:
        if theirs.stem[0].isdigit():
            said, word = _bound(laid, ends[theirs.start])
            says, claimed = _bound(mine, places[ours.start])
            if says != said and claimed is not None and says != "rough":
                other.append(claimed)
            elif says != said and says is None and word is not None:
                lost.append(word)
    return lost, other


def _bound(tokens: Sequence[Token], at: int) -> tuple[str | None, Token | None]:
    """The kind of bound before the number at `at`, an article or a sign between them allowed, and its word."""
    before = [t for t in tokens[max(0, at - 3) : at] if t.lower not in {"a", "an", "the"}]
    for length in (2, 1):
        words = " ".join(t.lower for t in before[-length:])
        kind = next((kind for kind, forms in _BOUNDS.items() if words in forms), None)
        if kind is not None and len(before) >= length:
            return kind, before[-length]
    return None, None


def _found(
    outcome: CheckOutcome, score: float, place: Literal["claim", "source"], tokens: list[Token], reason: str
) -> Check:
    return Check(
        name=NAME, outcome=outcome, score=score, reason=reason.format(tokens[0].text), spans=where(place, tokens)
    )
