"""Quantities: values with their units, and whether the source states those of the claim. Pure.

A number that the source does not have leaves the claim open; one that it puts otherwise, of the same thing, refutes.
"""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.records import Check, Span
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.quantities import Quantity, follows, stated
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "numbers"
# How far a value speaks for the claim by where it is found: in the sentence the claim lies along, near it, anywhere.
_PLACES = (1.0, 0.7, 0.65)
COMPUTED = 0.75  # follows from two figures of the source
ABSENT = 0.35  # the source has no such number
LOOSE = 0.2  # it has another of the kind, perhaps of something else
CONFLICT = 0.1  # at or below it, the source puts the number otherwise
_NEAR = 5  # words around a number that tell what it is of
_ORDINALS = frozenset(["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"])


def numbers(pair: Pair) -> Check:
    """Score is that of the worst quantity of the claim; abstains when the claim has none."""
    wanted = pair.quantities
    turned = _turned(pair, wanted)
    if turned is not None:
        ours, theirs = turned
        return Check(
            name=NAME,
            outcome="failed",
            score=0.0,
            reason=f"the claim says {ours.text!r} where the source says {theirs.text!r}",
            spans=where("claim", [ours]) + where("source", [theirs]),
        )
    if not wanted:
        return Check(name=NAME, outcome="abstained", reason="the claim states no quantity")
    tiers = _tiers(pair)
    replaced = _replaced(pair)
    worst, reasons, spans = 1.0, [], list[Span]()
    for quantity in wanted:
        score, other = _judge(quantity, pair, tiers, replaced)
        worst = min(worst, score)
        if score < 1.0:
            spans.append(Span(where="claim", text=quantity.text, start=quantity.start, end=quantity.end))
            reasons.append(_reason(quantity, other, score))
            if other is not None:
                spans.append(Span(where="source", text=other.text, start=other.start, end=other.end))
    return Check(
        name=NAME,
        outcome="passed" if worst >= 0.5 else "failed",
        score=worst,
        reason="; ".join(reasons) or "every quantity of the claim stands in the evidence",
        spans=tuple(spans),
    )


def _tiers(pair: Pair) -> tuple[tuple[Quantity, ...], ...]:
    source = pair.source
    chosen = [q for i in pair.chosen for q in source.quantities(i)]
    near = [q for i in pair.ranked if i not in pair.chosen for q in source.quantities(i)]
    rest = [q for i in range(len(source.units)) if i not in pair.ranked for q in source.quantities(i)]
    return tuple(chosen), tuple(near), tuple(rest)


def _facing(pair: Pair) -> list[tuple[Token, Token]]:
    """Tokens with digits (or number words) that the alignment puts in each other's place."""
    found: list[tuple[Token, Token]] = []
    for edit in pair.diff.substitutions:
        ours = [t for t in edit.claim if t.stem[0].isdigit()]
        theirs = [t for t in edit.source if t.stem[0].isdigit()]
        if len(ours) == len(theirs) and edit.left + edit.right >= 2:
            found += zip(ours, theirs, strict=True)
        found += [
            (c, s)
            for c, s in zip(edit.claim, edit.source, strict=False)
            if c.lower in _ORDINALS and s.lower in _ORDINALS and len(edit.claim) == len(edit.source)
        ]
    return found


def _replaced(pair: Pair) -> dict[int, int]:
    return {ours.start: theirs.start for ours, theirs in _facing(pair)}


def _turned(pair: Pair, wanted: Sequence[Quantity]) -> tuple[Token, Token] | None:
    """A figure that faces another one in what is no quantity: "3D" and "8D", "one" and "three"."""
    stated_here = {q.start: q for i in pair.chosen for q in pair.source.quantities(i)}
    for ours, theirs in _facing(pair):
        told = any(q.start <= ours.start < q.end for q in wanted)
        there = any(q.start <= theirs.start < q.end for q in stated_here.values())
        if not told and not there and ours.stem != theirs.stem and ours.lower not in {"one", "%"}:
            return ours, theirs
        if ours.lower == "one" and not told and theirs.stem not in {"1", "one"} and there:
            return ours, theirs
    return None


def _judge(
    quantity: Quantity, pair: Pair, tiers: Sequence[Sequence[Quantity]], replaced: dict[int, int]
) -> tuple[float, Quantity | None]:
    place = next((replaced[s] for s in range(quantity.start, quantity.end) if s in replaced), None)
    if place is not None:
        other = next((q for q in tiers[0] if q.start <= place < q.end), None)
        if (
            other is not None
            and _comparable(quantity, other)
            and stated(quantity, other) < 0.5
            and not _told_beside(quantity, other, tiers[0])
        ):
            return 0.0, other
    unit_apart: Quantity | None = None
    for weight, tier in zip(_PLACES, tiers, strict=True):
        best = max(((stated(quantity, q), q) for q in tier), key=lambda x: x[0], default=(0.0, None))
        if best[0] >= 0.5:
            announced = bool(quantity.bound)  # "roughly 3.3" of 3.34 is no difference
            return weight * (1.0 if announced else best[0]), best[1]
        if best[0] > 0 and unit_apart is None:
            unit_apart = best[1]
    for index in pair.ranked:
        computed = follows(quantity, pair.source.quantities(index))
        if computed is not None:
            return COMPUTED, None
    if unit_apart is not None:
        return 0.1, unit_apart
    return _rival(quantity, pair, tiers[0])


def _comparable(one: Quantity, other: Quantity) -> bool:
    return one.dimension == other.dimension or not one.dimension or not other.dimension or one.value == other.value


def _told_beside(quantity: Quantity, other: Quantity, tier: Sequence[Quantity]) -> bool:
    """Whether the value stands near in the same sentence for the same noun: then words moved, and not the number."""
    return any(q is not other and stated(quantity, q) >= 1.0 and q.noun == quantity.noun and q.noun for q in tier)


def _rival(quantity: Quantity, pair: Pair, tier: Sequence[Quantity]) -> tuple[float, Quantity | None]:
    """Another value of the same kind where the claim's should stand, and how surely it is of the same thing."""
    free = [q for q in tier if not any(stated(mine, q) >= 0.5 for mine in pair.quantities)]
    alike = [
        q for q in free if (q.dimension and q.dimension == quantity.dimension) or (q.noun and q.noun == quantity.noun)
    ]
    if not alike:
        return ABSENT, None
    ours = _around(pair.tokens, quantity)
    scored = [
        (len(ours & _around(pair.chosen_tokens, q)) + (q.noun == quantity.noun != ""), -abs(q.start), q) for q in alike
    ]
    best = max(scored, key=lambda row: row[:2])
    sure = best[0] > 0 and (best[0] >= min(2, len(ours)) or len(free) == 1)
    return (0.0 if sure else LOOSE), best[2]


def _around(tokens: Sequence[Token], quantity: Quantity) -> set[str]:
    before = [t for t in tokens if t.end <= quantity.start][-_NEAR:]
    after = [t for t in tokens if t.start >= quantity.end][:_NEAR]
    return {t.stem for t in (*before, *after) if t.is_content and not t.is_number and t.lower != "%"}


def _reason(quantity: Quantity, other: Quantity | None, score: float) -> str:
    if score == COMPUTED:
        return f"{quantity.text!r} follows from the figures of the source"
    if score >= 0.5:
        said = f" (as {other.text!r})" if other is not None and other.text != quantity.text else ""
        return f"{quantity.text!r} stands in the source{said}"
    if other is None:
        return f"the source does not state {quantity.text!r}"
    if score == LOOSE:
        return f"the source does not state {quantity.text!r}; it says {other.text!r}"
    if score > 0:
        return f"the claim says {quantity.text!r}, the source {other.text!r}: another unit"
    return f"the claim says {quantity.text!r}, the source {other.text!r}"
