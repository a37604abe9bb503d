"""What follows from two quantities of one sentence: "from 40% to 30%" is by 10 points, and by a quarter. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from sovereign_kernel.verification.quantities.quantity import Quantity

REACH = 0.02  # how far a computed figure may be off


def follows(claim: Quantity, stated: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """Two quantities of one sentence whose difference or ratio is the claim's; None when there are none."""
    for one, other in combinations(stated, 2):
        same = one.dimension == other.dimension and (one.dimension or one.noun == other.noun)
        if same and any(_told(claim, value, dimension) for dimension, value in _computed(one, other)):
            return one, other
    return None


def _computed(one: Quantity, other: Quantity) -> list[tuple[str, float]]:
    low, high = sorted((one.base, other.base))
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        return []
    found = [("points" if one.dimension == "share" else one.dimension, high - low)]
    if low > 0:
        found += [("ratio", high / low), ("share", 1 - low / high), ("share", high / low - 1)]
    if one.dimension == "points":
        found.append(("points", high - low))
    return found


def _told(claim: Quantity, value: float, dimension: str) -> bool:
    if not claim.dimension or claim.dimension != dimension or not math.isfinite(claim.base):
        return False
    room = max(
        0.5 * claim.step * claim.measure.factor, REACH * abs(value) if claim.bound in {"about", "nearly"} else 0.0
    )
    if claim.bound in {"over", "least"} and value >= claim.base:
        return value <= 1.1 * claim.base
    return abs(claim.base - value) <= room * (1 + 1e-9)
