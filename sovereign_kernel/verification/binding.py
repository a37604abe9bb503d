"""Which number belongs to which noun: "0.94 precision, 0.61 accuracy" is not the reverse. Pure.

Each quantity of a sentence has the words that stand on its side of the commas and conjunctions (the metric, the group,
the data set); "A and B reach 90 and 80, respectively" is read in order. A claim's quantity is wrongly bound when its
words are those of another quantity of the same kind in the source, and none of its own. Abstains elsewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from sovereign_kernel.records import Check, Span
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.labels import labels
from sovereign_kernel.verification.lexicon import synonymous
from sovereign_kernel.verification.quantities import LIKE, Quantity, stated

NAME = "binding"
Labels = Mapping[Quantity, frozenset[str]]


def binding(pair: Pair) -> Check:
    """0 when a quantity of the claim is given to what the source gives another, 1 when to its own; else abstains."""
    if not pair.quantities:
        return Check(name=NAME, outcome="abstained", reason="the claim states no quantity")
    ours = labels(pair.tokens, pair.claim, pair.quantities)
    bound = False
    for index in pair.chosen:
        unit, stated_here = pair.source.units[index], pair.source.quantities(index)
        if not stated_here:
            continue
        theirs = labels(unit.tokens, pair.source.text, stated_here)
        if (turned := _reversed(pair, index)) is not None:
            return _failed(*turned, "the two ends of the change are exchanged")
        for quantity, words in ours.items():
            own = [q for q in stated_here if stated(quantity, q) >= LIKE]
            if not own or not words:
                continue
            if any(_shared(words, theirs[q]) for q in own):
                bound = True
                continue
            rival = _rival(quantity, words, own, theirs)
            if rival is not None:
                word = next(iter(sorted(_shared(words, theirs[rival]))))
                return _failed(quantity, own[0], f"the source gives {rival.text!r} to {word!r}, not {own[0].text!r}")
    if not bound:
        return Check(name=NAME, outcome="abstained", reason="what the quantities are of is not told alike in both")
    return Check(name=NAME, outcome="passed", score=1.0, reason="the quantities belong to the same things in both")


def _rival(quantity: Quantity, words: frozenset[str], own: Sequence[Quantity], theirs: Labels) -> Quantity | None:
    """Another quantity of the kind to which the source gives the claim's words; where `own` has words of its own."""
    if not all(theirs[q] for q in own):
        return None
    return next(
        (
            q
            for q, there in theirs.items()
            if q not in own and q.dimension == own[0].dimension and words & there and stated(quantity, q) < LIKE
        ),
        None,
    )


def _shared(ours: frozenset[str], theirs: frozenset[str]) -> set[str]:
    return {word for word in ours if word in theirs or any(synonymous(word, other) for other in theirs)}


def _reversed(pair: Pair, index: int) -> tuple[Quantity, Quantity] | None:
    """ "From 40 to 30" where the source says "from 30 to 40"."""
    ours = _ends(pair.claim, pair.quantities)
    theirs = _ends(pair.source.text, pair.source.quantities(index))
    for start, end in ours:
        for first, last in theirs:
            if stated(start, last) >= LIKE and stated(end, first) >= LIKE and stated(start, first) < LIKE:
                return start, first
    return None


def _ends(text: str, found: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    return [
        (one, two)
        for one, two in itertools.pairwise(found)
        if text[max(0, one.start - 8) : one.start].lower().rstrip(" $~").endswith("from")
        and text[one.end : two.start].strip(" $~").lower() == "to"
    ]


def _failed(ours: Quantity, theirs: Quantity, reason: str) -> Check:
    spans = (
        Span(where="claim", text=ours.text, start=ours.start, end=ours.end),
        Span(where="source", text=theirs.text, start=theirs.start, end=theirs.end),
    )
    return Check(name=NAME, outcome="failed", score=0.0, reason=reason, spans=spans)
