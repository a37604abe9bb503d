"""From pairs to batches and from logits to judgements: what every NLI classifier shares. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sovereign_kernel.ports import Entailment, EntailmentPair
from sovereign_kernel.records import Probabilities
from sovereign_kernel.verification.entailment.labels import Labels

Logits = NDArray[np.float32]
Scorer = Callable[[Sequence[tuple[str, str]]], Logits]


def judge_in_batches(
    pairs: Sequence[EntailmentPair], labels: Labels, score: Scorer, batch: int = 16
) -> tuple[Entailment, ...]:
    """Judges by `score`: (premise, hypothesis) texts in, `batch` at most; logits out, shape (texts, 3).

    Pairs of like length go together, so that little is padding. Without evidence, or without a claim, it abstains.
    """
    found: dict[int, Entailment] = {
        place: Entailment(None, (), "there is nothing to judge")
        for place, pair in enumerate(pairs)
        if not (pair.claim.strip() and any(text.strip() for text in pair.evidence))
    }
    waiting = [place for place in range(len(pairs)) if place not in found]
    for places in _alike(waiting, pairs, batch):
        logits = score([(" ".join(pairs[place].evidence), pairs[place].claim) for place in places])
        for place, row in zip(places, logits, strict=True):
            found[place] = _entailment(row.tolist(), labels, pairs[place])
    return tuple(found[place] for place in range(len(pairs)))


def _alike(places: Sequence[int], pairs: Sequence[EntailmentPair], batch: int) -> Iterator[list[int]]:
    ordered = sorted(places, key=lambda place: len(pairs[place].claim) + sum(map(len, pairs[place].evidence)))
    for start in range(0, len(ordered), batch):
        yield ordered[start : start + batch]


def _entailment(logits: Sequence[float], labels: Labels, pair: EntailmentPair) -> Entailment:
    if not all(map(math.isfinite, logits)):
        return Entailment(None, (), "the model gave no finite figure")
    powers = [math.exp(logit - max(logits)) for logit in logits]
    shares = [power / sum(powers) for power in powers]
    probabilities = Probabilities(
        SUPPORTED=shares[labels.entailment],
        REFUTED=shares[labels.contradiction],
        NOT_ENOUGH_INFO=shares[labels.neutral],
    )
    return Entailment(probabilities, tuple(range(len(pair.evidence))))
