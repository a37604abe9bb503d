"""Which output of an NLI model means what: read from its configuration, in any order and case. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sovereign_kernel.errors import BadInput


@dataclass(frozen=True)
class Labels:
    """Places of the three labels among the model's outputs; `total` is how many outputs it has."""

    entailment: int
    contradiction: int
    neutral: int
    total: int


def read_labels(config: Mapping[str, Any], name: str) -> Labels:
    """Labels from `id2label` (or `label2id`). Raises BadInput for LABEL_0 and for what is not three-way NLI."""
    by_id = config.get("id2label") or {place: label for label, place in (config.get("label2id") or {}).items()}
    if not isinstance(by_id, Mapping) or not by_id:
        raise _refusal(name, "its configuration names no labels")
    places = {str(label).strip().lower(): int(place) for place, label in by_id.items()}
    if all(label.startswith("label_") for label in places):
        raise _refusal(name, f"its labels are only numbered ({', '.join(sorted(places))})")
    found = {
        wanted: [place for label, place in places.items() if label.startswith(wanted[:7])]
        for wanted in ("entailment", "contradiction", "neutral")
    }
    missing = [wanted for wanted, at in found.items() if len(at) != 1]
    if missing or len(places) != 3 or sorted(places.values()) != [0, 1, 2]:
        raise _refusal(name, f"its labels are {', '.join(sorted(places))}")
    return Labels(found["entailment"][0], found["contradiction"][0], found["neutral"][0], len(places))


def _refusal(name: str, why: str) -> BadInput:
    return BadInput(
        f"{name} cannot serve as NLI model: {why}",
        help="its config.json must map three outputs to entailment, neutral and contradiction under id2label",
    )
