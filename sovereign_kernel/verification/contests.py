"""Who wins a comparison, the one or the field: "our method surpasses existing ones" in whatever words. Pure.

Both sides of such a claim are often said in other words than the source's, so that no shared words tell them apart. But
one side is the field ("existing methods", "the state of the art", "baselines"), and that is told by few words. Where
the text denies the comparison, or holds two that differ, nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sovereign_kernel.verification.lexicon import DENIALS, FIELD, LOSING, NEGATIONS, PASSIVE, WINNING
from sovereign_kernel.verification.tokens import Token

REACH = 8  # tokens of a side
_ENDS = frozenset(",;:()\n")
_BREAKS = {"that", "which", "while", "whereas", "and", "but", "in", "on", "across", "with", "for", "when", "under"}


def field_loses(tokens: Sequence[Token], text: str) -> bool | None:
    """Whether the field loses the comparisons that have it on one side; None without such, or where they differ."""
    told = set(_contests(tokens, text))
    return told.pop() if len(told) == 1 else None


def _contests(tokens: Sequence[Token], text: str) -> Iterator[bool | None]:
    for at, token in enumerate(tokens):
        loses = token.stem in LOSING
        if not (loses or token.stem in WINNING or _compares(tokens, at)):
            continue
        left, right = _side(tokens, text, at, -1), _side(tokens, text, at, 1)
        if _field(left) == _field(right):
            continue
        denied = any(near.stem in NEGATIONS or near.stem in DENIALS for near in (*left, *right))
        yield None if denied else _field(right) != (_is_passive(tokens, at) != loses)


def _compares(tokens: Sequence[Token], at: int) -> bool:
    """ "better than" and "superior to"; a good result or the best one is no comparison."""
    after = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    return (tokens[at].lower, after) in {("better", "than"), ("superior", "to")}


def _side(tokens: Sequence[Token], text: str, at: int, step: int) -> list[Token]:
    side: list[Token] = []
    here = at
    while len(side) < REACH and 0 <= here + step < len(tokens):
        before, after = sorted((here, here + step))
        here += step
        between = text[tokens[before].end : tokens[after].start]
        ends = not _ENDS.isdisjoint(between) or any(mark in between for mark in (". ", "! ", "? "))
        if ends or tokens[here].lower in _BREAKS:
            break
        side.append(tokens[here])
    return side


def _field(side: Sequence[Token]) -> bool:
    words = [token.lower for token in side]
    return not FIELD.isdisjoint(words) or any(words[at : at + 3] == ["of", "the", "art"] for at in range(len(words)))


def _is_passive(tokens: Sequence[Token], at: int) -> bool:
    before = {token.lower for token in tokens[max(0, at - 2) : at]}
    after = {token.lower for token in tokens[at + 1 : at + 3]}
    return "by" in after and not before.isdisjoint(PASSIVE)
