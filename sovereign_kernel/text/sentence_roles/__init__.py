"""Which role a sentence plays in its abstract: background, objective, method, result or other.

Multinomial logistic regression over words, place and cues, trained by `training/fit_sentence_roles.py` on CSAbstruct
(Cohan et al. 2019, arXiv:1909.04054; Apache-2.0). The weights say in `weights.json` how and from what they were made.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from sovereign_kernel.text.sentence_roles.features import features

Role = Literal["background", "objective", "method", "result", "other"]
ROLES: tuple[Role, ...] = ("background", "objective", "method", "result", "other")


@dataclass(frozen=True, slots=True)
class RoleProbabilities:
    """Probabilities of the five roles; they sum to 1."""

    background: float
    objective: float
    method: float
    result: float
    other: float

    @property
    def likeliest(self) -> Role:
        values = astuple(self)
        return ROLES[values.index(max(values))]


@dataclass(frozen=True, slots=True)
class _Weights:
    bias: tuple[float, ...]
    by_feature: dict[str, tuple[float, ...]]


def sentence_roles(sentences: Sequence[str]) -> tuple[RoleProbabilities, ...]:
    """The roles of the sentences of one abstract, which must come in their order and without the title."""
    weights = _weights()
    return tuple(_probabilities(row, weights) for row in features(sentences))


def _probabilities(row: Sequence[str], weights: _Weights) -> RoleProbabilities:
    scores = list(weights.bias)
    for name in row:
        for role, weight in enumerate(weights.by_feature.get(name, ())):
            scores[role] += weight
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return RoleProbabilities(*(power / total for power in powers))


@cache
def _weights() -> _Weights:
    stored = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    step = stored["step"]
    return _Weights(
        bias=tuple(stored["bias"]),
        by_feature={name: tuple(step * w for w in row) for name, row in stored["weights"].items()},
    )
