"""What kinds of quantities measures belong to, so that "inference cost" finds latency and FLOPs, and no range mixes
them. Pure."""

from __future__ import annotations

from functools import lru_cache

from sovereign_kernel.records import Effect
from sovereign_kernel.text.terms import stems

_FAMILIES = {
    "cost": "cost costs latency time flops compute computation computational memory energy overhead runtime "
    "storage footprint throughput speed speedup speedups fps expense bandwidth inference carbon "
    "power",
    "quality": "accuracy f1 precision recall auc auroc bleu map performance quality score scores success error "
    "perplexity rate psnr ssim rouge correctness robustness",
}
_STEMS = {name: frozenset(stems(words)) for name, words in _FAMILIES.items()}
EMPTY = frozenset(stems("performance results task tasks benchmark benchmarks average overall total model models"))
"""Words that tell no measure from another."""


@lru_cache(maxsize=1024)
def telling(words: str) -> tuple[str, ...]:
    """The stems that name a measure; the general ones where there are no others."""
    found = tuple(stems(words))
    return tuple(stem for stem in found if stem not in EMPTY) or found


def asked_for(effect: Effect, quantities: tuple[str, ...]) -> bool:
    """Whether the effect's measure is one of the quantities, or of their family; true where none is named."""
    return not quantities or any(of_quantity(effect.measure, quantity) for quantity in quantities)


def of_quantity(measure: str, quantity: str) -> bool:
    said, wanted = set(telling(measure)), set(telling(quantity))
    if not said or not wanted:
        return False
    families = [family for family in _STEMS.values() if family & wanted]
    return bool(said & wanted) or any(family & said for family in families)


def same_measure(effect: Effect) -> tuple[str, str] | None:
    """What effects must share to stand in one range: the measure's last telling word and the unit."""
    named = telling(effect.measure)
    return (named[-1], effect.unit) if named and effect.unit else None
