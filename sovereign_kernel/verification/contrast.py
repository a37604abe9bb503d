"""Contrast inside a sentence: "reduces realism and increases uncertainty" is no "reduces uncertainty". Pure."""

from __future__ import annotations

from sovereign_kernel.records import Check, Span
from sovereign_kernel.verification.changes import Change, changes, same_change
from sovereign_kernel.verification.evidence import Pair

NAME = "contrast"
SHARED = 0.5  # of the object's words, from which two changes are of the same thing


def contrast(pair: Pair) -> Check:
    """0 when the evidence lets the same thing go the other way, 1 when the same way; abstains where neither is told."""
    ours = [change for change in changes(pair.tokens, pair.claim) if not change.negated]
    theirs = [c for i in pair.chosen for c in pair.source.parsed(i, changes) if not c.negated] if ours else []
    converse = {place for one, other, same in pair.related if same for place in one.places | other.places}
    agreed = False
    for change in ours:
        nearest = _nearest(change, theirs)
        if not nearest:
            continue
        if any(other.up == change.up for other in nearest):
            agreed = True
        elif change.place not in converse:
            return _failed(change, nearest[0])
    if not agreed:
        return Check(name=NAME, outcome="abstained", reason="no change of the same thing in both")
    return Check(name=NAME, outcome="passed", score=1.0, reason="the same things go the same way in both")


def _nearest(change: Change, others: list[Change]) -> list[Change]:
    """Those of the same thing that share most of its words."""
    shared = [(same_change(change, other), change.head in other.object, other) for other in others]
    best = max(((share, head) for share, head, _ in shared), default=(0.0, False))
    if best[0] < SHARED:
        return []
    return [other for share, head, other in shared if (share, head) == best]


def _failed(ours: Change, theirs: Change) -> Check:
    spans = tuple(
        Span(where=where, text=c.said, start=c.place, end=c.place + len(c.said))
        for where, c in (("claim", ours), ("source", theirs))
    )
    reason = f"the claim says {ours.said!r} of what the source says {theirs.said!r}"
    return Check(name=NAME, outcome="failed", score=0.0, reason=reason, spans=spans)
