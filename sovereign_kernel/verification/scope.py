"""Scope: hedges and quantifiers that the claim lost or gained against the words it lies along. Pure."""

from __future__ import annotations

from sovereign_kernel.records import Check
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import HEDGES, STRONG, WEAK
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "scope"
REACH = 4


def scope(pair: Pair) -> Check:
    """0 when the claim is more sweeping than the source, 0.3 when a hedge was lost, 0.7 when one was added; else 1."""
    there = {t.stem for t in pair.chosen_tokens}
    sweeping = [t for edit in pair.diff.edits for t in edit.claim if t.stem in STRONG and t.stem not in there]
    if sweeping:
        return Check(
            name=NAME, outcome="failed", score=0.0, spans=where("claim", sweeping),
            reason=f"the claim says {sweeping[0].text!r}, the source does not",
        )  # fmt: skip
    mine = {t.stem for t in pair.tokens}
    lost = [
        t
        for edit in pair.diff.edits
        if edit.right
        for t in _near_end(edit.source)
        if _hedging(t) and t.stem not in mine
    ]
    lost += _up_to(pair)
    if lost:
        return Check(
            name=NAME, outcome="failed", score=0.3, spans=where("source", lost),
            reason=f"the source says {lost[0].text!r}, the claim does not",
        )  # fmt: skip
    gained = [t for edit in pair.diff.edits for t in edit.claim if _hedging(t) and t.stem not in there]
    if gained:
        return Check(
            name=NAME, outcome="passed", score=0.7, spans=where("claim", gained),
            reason=f"the claim is more careful than the source ({gained[0].text!r})",
        )  # fmt: skip
    kept = [t for t, _ in pair.diff.kept if _hedging(t) or t.stem in STRONG]
    if not kept:
        return Check(name=NAME, outcome="abstained", reason="no hedge or quantifier in claim or evidence")
    return Check(name=NAME, outcome="passed", score=1.0, reason="the same hedges in both", spans=where("claim", kept))


def _hedging(token: Token) -> bool:
    return token.stem in HEDGES or token.stem in WEAK


def _near_end(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    return tokens[-REACH:]


def _up_to(pair: Pair) -> list[Token]:
    """ "up", "least", "most" of "up to 5x", "at least two", lost before a number that was kept."""
    lost = []
    laid = pair.chosen_tokens
    kept = {t.start for _, t in pair.diff.kept}
    for at, token in enumerate(laid[2:], start=2):
        pre, word = laid[at - 2], laid[at - 1]
        bound = (pre.lower, word.lower) in {
            ("up", "to"),
            ("at", "most"),
            ("at", "least"),
            ("more", "than"),
            ("less", "than"),
        }
        if bound and token.is_number and token.start in kept and pre.start not in kept and word.start not in kept:
            lost.append(word)
    return lost
