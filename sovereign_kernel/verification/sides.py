"""Swapped sides: "A outperforms B" against "B outperforms A", "from A to B" against "from B to A". Pure.

Runs of words that both texts share are followed from the claim into the source. Two runs that stand the other way
round there, with a relation between them in both texts, have changed sides; a passive or a reversed comparison
("performs worse than") turns the sides once more, and then all is well.
"""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.records import Check
from sovereign_kernel.verification.alignment import Run, matching_runs
from sovereign_kernel.verification.contests import field_loses
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import LESSER, LOSING, PASSIVE, RELATIONS, SYMMETRIC, synonymous
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token, surface

NAME = "sides"
GAP = 10  # tokens that may stand between two sides
_OWN = {"we", "our", "ours", "ourselves"}  # "our method" is a side, though its words carry no subject
NEAR = 4  # runs ahead that are looked at


def sides(pair: Pair) -> Check:
    """0 when the sides of a relation are swapped, 0.25 when of an unknown one; 1 in the same order; else abstains."""
    laid = pair.chosen_tokens
    runs = [run for run in matching_runs(pair.tokens, laid) if _content(pair.tokens, run)]
    weak: Check | None = None
    same = False
    for at, left in enumerate(runs):
        for right in runs[at + 1 : at + 1 + NEAR]:
            crossed = right.source < left.source
            if not crossed and right is not runs[at + 1]:
                continue  # what stands between holds sides of its own
            ours = pair.tokens[left.claim + left.size : right.claim]
            first, second = (right, left) if crossed else (left, right)
            theirs = laid[first.source + first.size : second.source]
            if len(ours) > GAP or len(theirs) > GAP:
                continue
            if not (_relates(ours) and _relates(theirs)) and not (crossed and _same_pivot(ours, theirs)):
                if crossed and _apart(ours) and _apart(theirs) and weak is None:
                    weak = _failed(pair, left, right, ours, 0.25)
                continue
            if (_turns(ours) == _turns(theirs)) == crossed:
                return _failed(pair, left, right, ours, 0.0)
            same = True
    if weak is not None:
        return weak
    claimed, stated = field_loses(pair.tokens, pair.claim), field_loses(laid, pair.source.text)
    if claimed is not None and stated is not None and claimed != stated:
        return Check(
            name=NAME, outcome="failed", score=0.0, reason="the winner of the comparison is the source's loser"
        )
    if not same:
        return Check(name=NAME, outcome="abstained", reason="no relation that both state")
    return Check(name=NAME, outcome="passed", score=1.0, reason="the same sides in both")


def _relates(gap: Sequence[Token]) -> bool:
    return any(token.stem in RELATIONS for token in gap)


def _same_pivot(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Whether both gaps hold the same word, or one for it, and no "and": then that word is the relation."""
    words = {t.stem for t in theirs if t.is_content}
    shared = any(t.is_content and any(synonymous(t.stem, word) for word in words) for t in ours)
    return shared and _apart(ours) and _apart(theirs)


def _turns(gap: Sequence[Token]) -> bool:
    """Whether the relation between two runs points backwards."""
    passive = any(t.lower in PASSIVE for t in gap) and any(t.lower == "by" for t in gap)
    compared = any(t.lower in {"than", "to", "of", "behind"} for t in gap)
    return passive != any(t.stem in LOSING or (compared and t.stem in LESSER) for t in gap)


def _apart(gap: Sequence[Token]) -> bool:
    """Whether something stands between that is no mere "and"."""
    return bool(gap) and not any(token.lower in SYMMETRIC for token in gap)


def _content(tokens: Sequence[Token], run: Run) -> bool:
    return any(
        (t.is_content and t.stem not in RELATIONS) or t.lower in _OWN for t in tokens[run.claim : run.claim + run.size]
    )


def _failed(pair: Pair, left: Run, right: Run, gap: Sequence[Token], score: float) -> Check:
    one = pair.tokens[left.claim : left.claim + left.size]
    other = pair.tokens[right.claim : right.claim + right.size]
    return Check(
        name=NAME,
        outcome="failed",
        score=score,
        reason=f"{surface(one)!r} and {surface(other)!r} stand on other sides of {surface(gap)!r} in the source",
        spans=where("claim", [*one, *gap, *other]),
    )
