"""How probable it is that a sentence of a paper answers a question. Pure, but for its weights.

    p = 1 / (1 + exp(-(b + sum_i w_i * x_i)))        (logistic regression; Cox, 1958)

over the features of `FEATURES`, each made so that repeating the question's words gains little: cosines are cut at what
true answers reach. The place in the abstract is left out: PubMedQA's answers always stand last. It is calibrated to as
many answers as others. Weights, data, command and date stand in fit.json, which training/fit_answer_fit.py writes.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sovereign_kernel.relevance.encoder import encode
from sovereign_kernel.relevance.needs import absolutes, need_met, states_finding
from sovereign_kernel.relevance.rarity import covered_share, missing_words

FEATURES = (
    "titled",  # cosine of question and title + sentence
    "paper",  # cosine of question and title + abstract
    "margin",  # how far the sentence's cosine stands above the mean of all sentences that were read
    "own_words",  # the question's words in the sentence, by rarity
    "words",  # the question's words in title and sentence, by rarity
    "paper_words",  # the question's words in title and abstract, by rarity
    "strangest",  # of the question's words that the paper lacks, the most foreign to it: rarity, and far in meaning
    "need",  # 1: has what the kind needs; 0: has not; 0.5: the kind needs no form
    "finding",  # 1: says how something is; 0: asks, or says what is intended
    "absolute_unmet",  # 1: the question leaves no exception ("always") and the sentence does
)
_HIGHEST = 0.85  # a cosine above it is the question said again
_KIN = 0.3  # cosine of a word and a paper from which the paper may mean it
Row = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """What of a goal the fit looks at: the question, its kind, and the sides of a comparison."""

    question: str
    kind: str = "survey"
    sides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """A sentence with the paper that it stands in."""

    sentence: str
    title: str
    abstract: str


def fit(asked: Asked, candidates: Sequence[Read], background: Sequence[str]) -> tuple[float, ...]:
    """For each candidate, the probability in [0, 1] that it answers the question; to two decimals, since the encoder's
    last digits differ from processor to processor. `background`: all sentences that were read."""
    bias, weights = _weights()
    rows = features(asked, candidates, background)
    return tuple(round(1 / (1 + math.exp(-float(bias + row @ weights))), 2) for row in rows)


def features(asked: Asked, candidates: Sequence[Read], background: Sequence[str]) -> list[Row]:
    """One row a candidate, in the order of FEATURES, each within [-1, 1]."""
    if not candidates:
        return []
    question = encode([asked.question])[0]
    usual = float(np.mean(encode(background) @ question)) if background else 0.0
    sentences = encode([entry.sentence for entry in candidates]) @ question
    titled = encode([_titled(entry) for entry in candidates]) @ question
    papers = encode([_paper(entry) for entry in candidates]) @ question
    return [
        np.array([*map(_cut, (nearer, paper, near - usual)), *_by_words(asked, entry)])
        for entry, near, nearer, paper in zip(candidates, sentences, titled, papers, strict=True)
    ]


def _by_words(asked: Asked, entry: Read) -> tuple[float, ...]:
    met = need_met(asked.kind, asked.sides, asked.question, entry.sentence, entry.title)
    unmet = absolutes(asked.question) - absolutes(entry.sentence)
    return (
        covered_share(asked.question, entry.sentence),
        covered_share(asked.question, _titled(entry)),
        covered_share(asked.question, _paper(entry)),
        _strangest(asked.question, _paper(entry)),
        0.5 if met is None else float(met),
        float(states_finding(entry.sentence)),
        float(bool(unmet)),
    )


def _strangest(question: str, paper: str) -> float:
    """0 when the paper has every word of the question, or one near in meaning; 1 for a rare word far from all of it:
    no paper on LLaMA is about being pregnant."""
    missing = missing_words(question, paper)
    if not missing:
        return 0.0
    nearness = encode([word for word, _ in missing]) @ encode([paper])[0]
    return max(
        math.sqrt(weight) * (1 - min(1.0, max(0.0, float(near)) / _KIN))
        for (_, weight), near in zip(missing, nearness, strict=True)
    )


def _cut(cosine: float) -> float:
    return min(_HIGHEST, float(cosine))


def _titled(entry: Read) -> str:
    return f"{entry.title}. {entry.sentence}" if entry.title else entry.sentence


def _paper(entry: Read) -> str:
    return f"{entry.title}. {entry.abstract}" if entry.title else entry.abstract


def line() -> float:
    """From this probability on a sentence answers: at most one in twenty goals of the tune halves without an answer in
    reach has a sentence above it."""
    return float(_stored()["line"])


def weights_name() -> str:
    """The date of the weights and the first digits of their SHA-256, so that an audit knows what measured."""
    stored = _stored()
    digest = hashlib.sha256(json.dumps([stored["bias"], stored["line"], stored["weights"]]).encode()).hexdigest()
    return f"{stored['date']} {digest[:8]}"


def _weights() -> tuple[float, Row]:
    stored = _stored()
    return float(stored["bias"]), np.array([stored["weights"][name] for name in FEATURES])


@cache
def _stored() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(files(__package__).joinpath("fit.json").read_text("utf-8"))
    return stored
