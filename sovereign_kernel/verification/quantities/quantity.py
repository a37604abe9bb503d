"""A quantity: a value in a unit, with what announces it and what it counts. Pure values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sovereign_kernel.verification.quantities.units import NO_UNIT, Unit

Bound = Literal["", "about", "nearly", "over", "least", "under", "most"]
Reading = tuple[str, float]  # a dimension, and the value in its own unit


@dataclass(frozen=True)
class Quantity:
    """`value` in `unit` ("" when none is known); `noun` is the word after it; `decimals` as written.

    `step` is the last digit's worth in `unit` ("1.5 million": 100,000). `bound` is what announces the value ("over",
    "about"). `spoken` marks a verb that tells a change by itself ("halves", "doubled"), `less` a reduction around it.
    """

    value: float
    unit: str
    noun: str
    decimals: int
    start: int
    end: int
    text: str
    measure: Unit = NO_UNIT
    step: float = 1.0
    bound: Bound = ""
    less: bool = False
    spoken: bool = False

    @property
    def words(self) -> bool:
        """Whether it is written without digits, so that it is as rough as words are ("a third")."""
        return self.text.replace(" ", "").replace("-", "").isalpha()

    @property
    def dimension(self) -> str:
        return self.measure.dimension

    @cached_property
    def base(self) -> float:
        """The value in the dimension's own unit."""
        return self.value * self.measure.factor

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The ways to say the same: 0.5 is 50%, doubling is 2 times and +100%, halving is -50% and 2 times less."""
        own = (self.dimension, self.base)
        if not self.dimension:
            return (own, ("share", self.value)) if 0 < self.value < 1 else (own,)
        if self.dimension == "orders" and abs(self.value) < 300:
            return own, ("ratio", 10.0**self.value)
        if self.dimension == "ratio" and self.value > 1 and math.isfinite(self.value):
            return own, ("share", 1 - 1 / self.value) if self.less else ("share", self.value - 1)
        if self.dimension == "share" and self.spoken and 0 < self.base < 1:
            return own, ("ratio", 1 / (1 - self.base))
        return (own,)
