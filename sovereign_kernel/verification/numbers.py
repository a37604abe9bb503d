"""Quantities: values with their units, and whether the source states those of the claim. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.records import Check, Span
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.quantities import Quantity, agree, quantities
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "numbers"
# How far a value speaks for the claim by where it is found: in the sentence the claim lies along, near it, anywhere.
_PLACES = (1.0, 0.7, 0.5)


def numbers(pair: Pair) -> Check:
    """Score is that of the worst quantity of the claim; abstains when the claim has none."""
    wanted = quantities(pair.claim)
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
        score, other = _judge(quantity, tiers, replaced)
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
    units, text = pair.source.units, pair.source.text
    chosen = [q for i in pair.chosen for q in quantities(text, units[i].start, units[i].end)]
    near = [q for i in pair.ranked if i not in pair.chosen for q in quantities(text, units[i].start, units[i].end)]
    rest = [
        q
        for i, unit in enumerate(units)
        if i not in pair.ranked and any(t.is_number for t in unit.tokens)
        for q in quantities(text, unit.start, unit.end)
    ]
    return tuple(chosen), tuple(near), tuple(rest)


def _facing(pair: Pair) -> list[tuple[Token, Token]]:
    """Tokens with digits (or number words) that the alignment puts in each other's place."""
    found: list[tuple[Token, Token]] = []
    for edit in pair.diff.substitutions:
        ours = [t for t in edit.claim if t.stem[0].isdigit()]
        theirs = [t for t in edit.source if t.stem[0].isdigit()]
        if len(ours) == len(theirs) and edit.left + edit.right >= 2:
            found += zip(ours, theirs, strict=True)
    return found


def _replaced(pair: Pair) -> dict[int, int]:
    return {ours.start: theirs.start for ours, theirs in _facing(pair)}


def _turned(pair: Pair, wanted: Sequence[Quantity]) -> tuple[Token, Token] | None:
    """A figure that faces another one in what is no quantity: "3D" and "8D", "one" and "three"."""
    for ours, theirs in _facing(pair):
        told = any(q.start <= ours.start < q.end for q in wanted)
        if not told and ours.stem != theirs.stem and ours.lower not in {"one", "%"} | {theirs.lower}:
            return ours, theirs
        if ours.lower == "one" and theirs.stem not in {"1", "one"}:
            return ours, theirs
    return None


def _judge(
    quantity: Quantity, tiers: Sequence[Sequence[Quantity]], replaced: dict[int, int]
) -> tuple[float, Quantity | None]:
    place = next((replaced[s] for s in range(quantity.start, quantity.end) if s in replaced), None)
    if place is not None:
        other = next((q for q in tiers[0] if q.start <= place < q.end), None)
        if other is not None and agree(quantity, other) < 0.5:
            return 0.0, other
    unit_apart: Quantity | None = None
    for weight, tier in zip(_PLACES, tiers, strict=True):
        best = max(((agree(quantity, q), q) for q in tier), key=lambda x: x[0], default=(0.0, None))
        if best[0] >= 0.5:
            return weight * best[0], best[1]
        if best[0] > 0 and unit_apart is None:
            unit_apart = best[1]
    if unit_apart is not None:
        return 0.1, unit_apart
    alike = next((q for q in tiers[0] if q.unit == quantity.unit and q.unit), None)
    return 0.0, alike


def _reason(quantity: Quantity, other: Quantity | None, score: float) -> str:
    if score >= 0.5:
        return f"{quantity.text!r} stands in the source, but not word for word where the claim lies"
    if other is None:
        return f"the source does not state {quantity.text!r}"
    if score > 0:
        return f"the claim says {quantity.text!r}, the source {other.text!r}: another unit"
    return f"the claim says {quantity.text!r}, the source {other.text!r}"
