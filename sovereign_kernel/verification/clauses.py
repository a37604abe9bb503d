"""Where one clause ends and the next begins, as far as punctuation and a few words tell. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from sovereign_kernel.verification.lexicon import forms
from sovereign_kernel.verification.tokens import Token

_ASIDE = re.compile(r"\([^()]{0,200}\)")
_MARKS = frozenset(",;:()[]—\n")
# Words that open a clause or a phrase of its own; what stands behind them is no part of the noun before.
OPENERS = forms(
    """that which who whom whose while whereas but because since although though when where if unless so thus
    thereby however yet whether as"""
)
PREPOSITIONS = forms(
    """by on in with for at under across during after before through via within without among between over
    against toward towards into onto from to upon per despite using given when"""
)
AUXILIARIES = forms(
    """is are was were be been being has have had do does did can could may might will would shall should must
    get gets got isn't aren't wasn't weren't don't doesn't didn't can't cannot won't wouldn't hasn't haven't
    couldn't shouldn't not also still only just often even both"""
)


def without_asides(tokens: Sequence[Token], text: str) -> Sequence[Token]:
    """The tokens outside brackets."""
    if not tokens or "(" not in text[tokens[0].start : tokens[-1].end]:
        return tokens
    spans = [m.span() for m in _ASIDE.finditer(text, tokens[0].start, tokens[-1].end)]
    return [t for t in tokens if not any(a <= t.start < b for a, b in spans)]


def breaks(tokens: Sequence[Token], text: str) -> tuple[bool, ...]:
    """For each token, whether a comma, a bracket or the end of a sentence stands between it and the one before."""
    found = [True] if tokens else []
    for before, after in itertools.pairwise(tokens):
        between = text[before.end : after.start]
        if "(" in between:
            between = _ASIDE.sub("", between)
        found.append(between != " " and (not _MARKS.isdisjoint(between) or ". " in between or "? " in between))
    return tuple(found)
