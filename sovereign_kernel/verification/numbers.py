"""Quantities: values with their units, and whether the source states those of the claim. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.records import Check, Span
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.quantities import Quantity, agree, quantities

NAME = "numbers"
# How far a value speaks for the claim by where it is found: in the sentence the claim lies along, near it, anywhere.
_PLACES = (1.0, 0.7, 0.5)


def numbers(pair: Pair) -> Check:
    """Score is that of the worst quantity of the claim; abstains when the claim has none."""
    wanted = quantities(pair.claim)
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


def _replaced(pair: Pair) -> dict[int, int]:
    """Where the alignment puts a number of the claim in the place of another number: start -> start."""
    found: dict[int, int] = {}
    for edit in pair.diff.substitutions:
        of_claim = [t for t in edit.claim if t.is_number or t.stem.isdigit()]
        of_source = [t for t in edit.source if t.is_number or t.stem.isdigit()]
        if len(of_claim) == len(of_source) and edit.left + edit.right >= 2:
            found.update((a.start, b.start) for a, b in zip(of_claim, of_source, strict=True))
    return found


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
