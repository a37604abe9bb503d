"""Whether two quantities say the same, and whether a source's quantity bears out a claim's. Pure."""

from __future__ import annotations

import math

from sovereign_kernel.verification.quantities.quantity import Bound, Quantity

SAME, LIKE, OTHER_UNIT, APART = 1.0, 0.8, 0.1, 0.0
_ABOUT = 0.05  # how far "about" reaches; twice as far for a figure of one digit
_NEARLY = 0.07
_FAR = 3.0  # a bound that holds by more than so many times is hardly what the source says


def agree(one: Quantity, other: Quantity) -> float:
    """1 same value, in whatever unit; 0.8 the same when rounded, or in another way of saying it; 0.1 the same digits in
    a unit that measures something else or another size; 0 apart. Symmetric."""
    if one.dimension == other.dimension or not one.dimension or not other.dimension:
        same_scale = one.dimension == other.dimension
        a, b = (one.base, other.base) if same_scale else (one.value, other.value)
        if _close(a, b):
            return SAME
        if one.measure is not other.measure and same_scale and _loosely(one, other):
            return LIKE
        if _rounded(one, other, same_scale):
            return LIKE
    if _otherwise_said(one, other):
        return LIKE
    if _close(one.value, other.value) and one.unit != other.unit:
        return OTHER_UNIT
    return APART


def stated(claim: Quantity, source: Quantity) -> float:
    """How far `source` bears out `claim`: as `agree`, and by what announces them ("over 80%" of 83.2%)."""
    plain = agree(claim, source)
    if plain >= LIKE:
        return plain
    comparable = claim.dimension == source.dimension and (
        claim.dimension or not claim.noun or claim.noun == source.noun
    )
    if not comparable or not claim.bound or claim.bound == source.bound or not math.isfinite(source.base):
        return plain
    a, b = (claim.base, source.base) if claim.dimension == source.dimension else (claim.value, source.value)
    return LIKE if _holds(claim.bound, a, b, claim) else plain


def _holds(bound: Bound, said: float, true: float, claim: Quantity) -> bool:
    size = abs(said)
    if bound == "about":
        reach = _ABOUT * (2 if _digits(claim) == 1 else 1)
        return abs(said - true) <= reach * size + 1e-12
    if bound == "nearly":
        return said * (1 - 2 * _NEARLY if _digits(claim) == 1 else 1 - _NEARLY) <= true <= said
    if bound in {"over", "least"}:
        return said <= true <= _FAR * size and (bound == "least" or true > said)
    return size / _FAR <= true <= said and (bound == "most" or true < said)


def _digits(quantity: Quantity) -> int:
    """How many digits the figure is written with, zeros at its end left out."""
    return len(f"{quantity.value:.6g}".partition("e")[0].replace(".", "").replace("-", "").strip("0")) or 1


def _close(one: float, other: float) -> bool:
    return one == other or math.isclose(one, other, rel_tol=1e-6)


def _otherwise_said(one: Quantity, other: Quantity) -> bool:
    """Doubling and 2 times and +100%; a third and 33%; 0.5 and 50%; 40 mg and 40 mg/day."""
    if any(
        d == e and _near(a, b)
        for d, a in one.readings
        for e, b in other.readings
        if d and not (d == one.dimension == other.dimension and not (one.words or other.words))
    ):
        return True
    long, short = sorted((one.unit, other.unit), key=len, reverse=True)
    return bool(short) and long.startswith(f"{short}/") and _close(one.value, other.value)


def _near(one: float, other: float) -> bool:
    """Equal but for the digits that a share is written with (a third, 33.3%, 33%)."""
    return one == other or (
        math.isfinite(one) and math.isfinite(other) and abs(one - other) <= 0.011 * abs(max(one, other, key=abs))
    )


def _loosely(one: Quantity, other: Quantity) -> bool:
    loose = max(one.measure.loose, other.measure.loose)
    return loose > 0 and math.isclose(one.base, other.base, rel_tol=loose)


def _rounded(one: Quantity, other: Quantity, same_scale: bool) -> bool:
    """Whether the coarser figure is the finer one, rounded."""
    steps = [q.step * (q.measure.factor if same_scale else 1.0) for q in (one, other)]
    values = [q.base if same_scale else q.value for q in (one, other)]
    if not all(map(math.isfinite, values)) or _close(steps[0], steps[1]):
        return False
    coarse = 0 if steps[0] > steps[1] else 1
    if abs(values[coarse]) < 2 * steps[coarse]:
        return False
    apart = abs(values[0] - values[1])
    if one.measure is not other.measure and apart > 0.05 * abs(values[coarse]):
        return False
    return apart <= 0.5 * steps[coarse] * (1 + 1e-9)
