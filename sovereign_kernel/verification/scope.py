"""Scope: hedges and quantifiers that the claim lost or gained against the words it lies along. Pure."""

from __future__ import annotations

from typing import Literal

from sovereign_kernel.records import Check, CheckOutcome
from sovereign_kernel.verification.alignment import Edit
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import HEDGES, MODAL, STRONG, WEAK
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "scope"
REACH = 3  # tokens before the words that stayed
_BOUNDS = {("up", "to"), ("at", "most"), ("at", "least"), ("more", "than"), ("less", "than"), ("fewer", "than")}
_ROUGH = {"about", "around", "over", "under", "nearly", "almost", "roughly", "approximately"}


def scope(pair: Pair) -> Check:
    """0 when the claim is more sweeping than the source, 0.3 when a hedge was lost, 0.7 when one was added; else 1."""
    there = {t.lower for t in pair.chosen_tokens}
    sweeping = [t for edit in pair.diff.edits for t in edit.claim if t.lower in STRONG and t.lower not in there]
    if sweeping:
        return _found("failed", 0.0, "claim", sweeping, "the claim says {!r}, the source does not")
    mine = {t.lower for t in pair.tokens}
    lost = [t for edit in pair.diff.edits if edit.right for t in _lost(edit, mine)] + _bounds_lost(pair)
    if lost:
        return _found("failed", 0.3, "source", lost, "the source says {!r}, the claim does not")
    gained = [t for edit in pair.diff.edits for t in edit.claim if t.lower in HEDGES and t.lower not in there]
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


def _bounds_lost(pair: Pair) -> list[Token]:
    """ "up to", "at least", "about" that stood before a number which the claim kept without them."""
    lost: list[Token] = []
    laid = pair.chosen_tokens
    kept = {source.start: claim for claim, source in pair.diff.kept}
    before = {claim.start: previous.lower for previous, claim in zip(pair.tokens, pair.tokens[1:], strict=False)}
    for at, token in enumerate(laid[1:], start=1):
        if not token.stem[0].isdigit() or token.start not in kept:
            continue
        pre, word = laid[at - 2].lower if at > 1 else "", laid[at - 1]
        bound = (pre, word.lower) in _BOUNDS
        now = before.get(kept[token.start].start, "")
        if (bound or word.lower in _ROUGH) and now not in {word.lower, "to", "most", "least", "than"} | _ROUGH:
            lost.append(word)
    return lost


def _found(
    outcome: CheckOutcome, score: float, place: Literal["claim", "source"], tokens: list[Token], reason: str
) -> Check:
    return Check(
        name=NAME, outcome=outcome, score=score, reason=reason.format(tokens[0].text), spans=where(place, tokens)
    )
