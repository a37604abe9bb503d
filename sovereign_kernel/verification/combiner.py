"""The verdict: features in, calibrated probabilities out. Pure, but for reading its own parameters.

A multinomial logistic regression over named features, fitted by `training/fit_combiner.py`; `combiner.json` tells the
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

from sovereign_kernel.records import Check, Probabilities, Verdict

CLASSES: tuple[Verdict, ...] = ("SUPPORTED", "REFUTED", "NOT_ENOUGH_INFO")  # PARTIAL is of several facts
SUPPORTED = CLASSES.index("SUPPORTED")
GUARDED = ("numbers", "polarity", "binding", "sides", "contrast")
RELEVANCE = ("tfidf", "words", "quote")
"""Checks that tell what is near, not what is false."""
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


def combine(features: Mapping[str, float], checks: Sequence[Check]) -> Combined:
    """Works with any subset of the features: one that is missing counts as its mean, so it moves nothing.

    An engine's word does not outweigh a number, a negation or sides that plainly differ: then it can take from
    SUPPORTED, and not add to it.
    """
    signals = load("signals")
    assert signals is not None
    parameters = (load("with_entailment") if "entails" in features else None) or signals
    shares = _weighed(features, parameters)
    if parameters is not signals and any(
        c.name in GUARDED and c.score is not None and c.score <= PLAIN for c in checks
    ):
        alone = _weighed(features, signals)
        if alone[SUPPORTED] < shares[SUPPORTED]:
            shares = alone
    if "entails" not in features and not any(c.outcome == "failed" and c.name not in RELEVANCE for c in checks):
        shares = _undecided(shares)
    best = max(range(len(CLASSES)), key=lambda i: shares[i])
    probabilities = Probabilities(**dict(zip(CLASSES, shares, strict=True)))
    return Combined(CLASSES[best], probabilities)


def _undecided(shares: Sequence[float]) -> list[float]:
    """Where no check found anything against a claim and no engine has read it, nothing speaks of REFUTED."""
    kept = dict(zip(CLASSES, shares, strict=True))
    kept["NOT_ENOUGH_INFO"] += kept["REFUTED"]
    kept["REFUTED"] = 0.0
    return [kept[name] for name in CLASSES]


def _weighed(features: Mapping[str, float], parameters: Parameters) -> list[float]:
    moved = contributions(features, parameters)
    free, copy = parameters.temperatures
    temperature = free + (copy - free) * features.get("copied", 0.0)
    logits = [intercept + sum(row.values()) for intercept, row in zip(parameters.intercepts, moved, strict=True)]
    return softmax([logit / temperature for logit in logits])


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
