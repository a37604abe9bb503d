"""Swapped sides: "A outperforms B" against "B outperforms A", "from A to B" against "from B to A". Pure.

Speaks only where both statements are parsed (relations.py). A passive ("is beaten by") or a converse with its sides
exchanged ("A is faster than B", "B is slower than A") is the same statement.
"""

from __future__ import annotations

from sovereign_kernel.records import Check, Span
from sovereign_kernel.verification.contests import field_loses
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.relations import Relation

NAME = "sides"  # as older drafts have it


def sides(pair: Pair) -> Check:
    """0 when the sides of a relation are swapped, 1 when they are the same; abstains where none is parsed in both."""
    told = pair.related
    same = {one for one, _, agrees in told if agrees}
    swapped = next(((one, other) for one, other, agrees in told if not agrees and one not in same), None)
    if swapped is not None:
        return _failed(pair, *swapped)
    claimed, stated = field_loses(pair.tokens, pair.claim), field_loses(pair.chosen_tokens, pair.source.text)
    if claimed is not None and stated is not None and claimed != stated and not same:
        return Check(
            name=NAME, outcome="failed", score=0.0, reason="the claim makes the winner of the comparison its loser"
        )
    if not same:
        return Check(name=NAME, outcome="abstained", reason="no relation whose two sides stand in both")
    return Check(name=NAME, outcome="passed", score=1.0, reason="the same two sides in both, in the same roles")


def _failed(pair: Pair, ours: Relation, theirs: Relation) -> Check:
    spans = tuple(
        Span(where="claim", text=t.text, start=t.start, end=t.end) for t in pair.tokens if t.start in ours.places
    ) + tuple(
        Span(where="source", text=t.text, start=t.start, end=t.end)
        for t in pair.chosen_tokens
        if t.start in theirs.places
    )
    reason = f"the two sides of {ours.said!r} are the other way round in the source ({theirs.said!r})"
    return Check(name=NAME, outcome="failed", score=0.0, reason=reason, spans=spans)
