"""The verdict: features in, calibrated probabilities and reasons out. Pure, but for reading its own parameters.

A multinomial logistic regression over named features, fitted by `bench/fit_combiner.py`; `combiner.json` tells the
command, the data and the date. There is one parameter set with an entailment engine's say and one without. Its
temperatures were fitted on pairs that the weights did not see.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import get_args

from sovereign_kernel.records import Check, Probabilities, Verdict

CLASSES: tuple[Verdict, ...] = get_args(Verdict)
SUPPORTED = CLASSES.index("SUPPORTED")
GUARDED = ("numbers", "polarity")
PLAIN = 0.1  # a score at which a check has found a plain difference


@dataclass(frozen=True)
class Parameters:
    """`weights[class][feature]` on standardised features, `intercepts[class]`, and the softmax's temperatures.

    The first temperature is that of a free statement, the second that of a copied sentence; between the two it goes by
    the feature `copied`.
    """

    names: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    intercepts: tuple[float, ...]
    temperatures: tuple[float, float]


@dataclass(frozen=True)
class Combined:
    verdict: Verdict
    probabilities: Probabilities
    reasons: tuple[str, ...]


def combine(features: Mapping[str, float], checks: Sequence[Check]) -> Combined:
    """Works with any subset of the features: one that is missing counts as its mean, so it moves nothing.

    An engine's word does not outweigh a number or a negation that plainly differs: then it can take from SUPPORTED,
    and not add to it.
    """
    signals = load("signals")
    assert signals is not None
    parameters = (load("with_entailment") if "entails" in features else None) or signals
    shares, moved = _weighed(features, parameters)
    if parameters is not signals and any(
        c.name in GUARDED and c.score is not None and c.score <= PLAIN for c in checks
    ):
        alone, alone_moved = _weighed(features, signals)
        if alone[SUPPORTED] < shares[SUPPORTED]:
            shares, moved = alone, alone_moved
    best = max(range(len(CLASSES)), key=lambda i: shares[i])
    probabilities = Probabilities(**dict(zip(CLASSES, shares, strict=True)))
    return Combined(CLASSES[best], probabilities, _reasons(moved, best, checks))


def _weighed(features: Mapping[str, float], parameters: Parameters) -> tuple[list[float], list[dict[str, float]]]:
    moved = contributions(features, parameters)
    free, copy = parameters.temperatures
    temperature = free + (copy - free) * features.get("copied", 0.0)
    logits = [intercept + sum(row.values()) for intercept, row in zip(parameters.intercepts, moved, strict=True)]
    return softmax([logit / temperature for logit in logits]), moved


def contributions(features: Mapping[str, float], parameters: Parameters) -> list[dict[str, float]]:
    """What each feature adds to the logit of each class."""
    standard = {
        name: (features[name] - mean) / scale
        for name, mean, scale in zip(parameters.names, parameters.means, parameters.scales, strict=True)
        if name in features
    }
    return [
        {name: weight * standard[name] for name, weight in zip(parameters.names, row, strict=True) if name in standard}
        for row in parameters.weights
    ]


def softmax(logits: Sequence[float]) -> list[float]:
    top = max(logits)
    powers = [math.exp(logit - top) for logit in logits]
    return [power / sum(powers) for power in powers]


@lru_cache(maxsize=2)
def load(name: str) -> Parameters | None:
    """The set of this name; None when none was fitted (an engine's say is then shown, and not weighed)."""
    raw = json.loads((resources.files(__package__) / "combiner.json").read_text("utf-8")).get(name)
    if raw is None:
        return None
    return Parameters(
        tuple(raw["names"]),
        tuple(raw["means"]),
        tuple(raw["scales"]),
        tuple(tuple(row) for row in raw["weights"]),
        tuple(raw["intercepts"]),
        (raw["temperatures"][0], raw["temperatures"][1]),
    )


def _reasons(moved: Sequence[Mapping[str, float]], best: int, checks: Sequence[Check]) -> tuple[str, ...]:
    """The checks that moved the verdict most against the next best, in their own words."""
    by_check: dict[str, float] = {}
    for name in moved[best]:
        others = sum(moved[i][name] for i in range(len(moved)) if i != best) / (len(moved) - 1)
        owner = next((c.name for c in checks if name.startswith(c.name)), _OWNERS.get(name, "words"))
        by_check[owner] = by_check.get(owner, 0.0) + moved[best][name] - others
    told = {check.name: check for check in checks if check.outcome != "abstained"}
    ranked = sorted((name for name in by_check if name in told), key=lambda name: -by_check[name])
    failed = [n for n in ranked if told[n].outcome == "failed"] if CLASSES[best] != "SUPPORTED" else []
    order = failed + [n for n in ranked if n not in failed and by_check[n] > 0]
    return tuple(told[name].reason for name in order if told[name].reason)


_OWNERS = {"entails": "entailment", "refutes": "entailment", "similarity": "tfidf"}
