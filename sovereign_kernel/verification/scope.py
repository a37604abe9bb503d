"""Scope: hedges and quantifiers that the claim lost or gained against the words it lies along. Pure."""

from __future__ import annotations

from typing import Literal

from sovereign_kernel.records import Check, CheckOutcome
from sovereign_kernel.verification.alignment import Edit
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import HEDGES, MODAL, STRONG, WEAK
from sovereign_kernel.verification.quantities import LIKE, SAME, agree
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "scope"
TIGHT = 5  # tokens of an edit in which a word was left out, and not the sentence put otherwise
REACH = 3  # tokens before the words that stayed
# Bounds of which one speaks against the other at the same figure.
_AGAINST = (
    {"least", "most"},
    {"over", "under"},
    {"least", "under"},
    {"over", "most"},
    {"nearly", "over"},
    {"nearly", "least"},
)


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
        return _found("failed", 0.1, "claim", other, "the claim puts another bound to {!r} than the source")
    if unbound:
        return _found("failed", 0.3, "source", unbound, "the source gives {!r} with a bound that the claim leaves out")
    lost = [t for edit in pair.diff.edits if edit.right for t in _lost(edit, mine)]
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
        if token.lower in mine or len(edit.source) - at > REACH or max(len(edit.source), len(edit.claim)) > TIGHT:
            continue
        for kind in (MODAL, HEDGES, WEAK):
            if token.lower in kind:
                if not any(t.lower in kind for t in edit.claim):
                    lost.append(token)
                break
    return lost


def _bounds(pair: Pair) -> tuple[list[Token], list[Token]]:
    """Numbers whose bound in the source was lost, and those to which the claim has put a bound that does not hold."""
    lost: list[Token] = []
    other: list[Token] = []
    there = [q for i in pair.chosen for q in pair.source.quantities(i)]
    for ours in pair.quantities:
        theirs = max(
            (q for q in there if agree(ours, q) >= LIKE),
            key=lambda q: (agree(ours, q), q.bound == ours.bound),
            default=None,
        )
        if theirs is None or theirs.bound == ours.bound:
            continue
        if (ours.bound in {"over", "under"} and agree(ours, theirs) >= SAME) or {ours.bound, theirs.bound} in _AGAINST:
            other += [t for t in pair.tokens if ours.start <= t.start < ours.end]
        elif not ours.bound:
            lost += [t for t in pair.chosen_tokens if theirs.start <= t.start < theirs.end]
    return lost, other


def _found(
    outcome: CheckOutcome, score: float, place: Literal["claim", "source"], tokens: list[Token], reason: str
) -> Check:
    return Check(
        name=NAME, outcome=outcome, score=score, reason=reason.format(tokens[0].text), spans=where(place, tokens)
    )
