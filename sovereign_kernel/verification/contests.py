"""Who wins a comparison, the one or the field: "our method surpasses existing ones" in whatever words. Pure.

Both sides of such a claim are often said in other words than the source's, so that no shared words tell them apart. But
one side is the field ("existing methods", "the state of the art", "baselines"), and that is told by few words.
"""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.verification.lexicon import FIELD, LOSING, PASSIVE, WINNING
from sovereign_kernel.verification.tokens import Token

REACH = 8  # tokens of a side
_ENDS = frozenset(",;:()")
_BREAKS = {"that", "which", "while", "whereas", "and", "but", "in", "on", "across", "with", "for", "when", "under"}


def field_loses(tokens: Sequence[Token], text: str) -> bool | None:
    """Whether the field is the loser of the first comparison that has it on one side; None without such a one."""
    for at, token in enumerate(tokens):
        if token.stem not in WINNING and token.stem not in LOSING:
            continue
        left = _field(_side(tokens, text, at, -1))
        right = _field(_side(tokens, text, at, 1))
        if left != right:
            return right != (_is_passive(tokens, at) != (token.stem in LOSING))
    return None


def _side(tokens: Sequence[Token], text: str, at: int, step: int) -> list[Token]:
    side: list[Token] = []
    here = at
    while len(side) < REACH and 0 <= here + step < len(tokens):
        before, after = sorted((here, here + step))
        here += step
        between = text[tokens[before].end : tokens[after].start]
        if not _ENDS.isdisjoint(between) or ". " in between or tokens[here].lower in _BREAKS:
            break
        side.append(tokens[here])
    return side


def _field(side: Sequence[Token]) -> bool:
    return any(token.stem in FIELD for token in side)


def _is_passive(tokens: Sequence[Token], at: int) -> bool:
    before = {token.lower for token in tokens[max(0, at - 2) : at]}
    after = {token.lower for token in tokens[at + 1 : at + 3]}
    return "by" in after and not before.isdisjoint(PASSIVE)
