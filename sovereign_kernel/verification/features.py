"""What the signals found, as numbers for the combiner. One place, so that training and use read alike. Pure.

A signal that abstained gives 0 to all its features. `against` is 1 - score. Products with `copied` let an edit of a
copied sentence weigh more than the same word in a distant one, and the engine's word less.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sovereign_kernel.ports import Entailment
from sovereign_kernel.records import Check
from sovereign_kernel.verification.alignment import Edit, overlap
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import kin, opposed, rarity, synonymous
from sovereign_kernel.verification.numbers import CONFLICT
from sovereign_kernel.verification.tokens import Token

SIGNALS = (
    *("numbers", "binding", "polarity", "direction", "contrast", "sides", "causality", "baseline", "entities", "scope"),
    "time",
)
ENTAILMENT = ("entails", "refutes")
# What these say differs between a copied sentence and a free statement: they are given a second weight for copies.
BY_COPY = ("similarity", "tfidf", "coverage_rare_synonyms", "coverage_rare_source", "unexplained", "length")
# A word of caution left out speaks against copies alone: who paraphrases puts it otherwise.
ONLY_COPIES = ("scope",)
TURNING = ("binding", "polarity", "direction", "contrast", "sides")
PLAIN = 0.9  # a check that speaks against the claim at least so much has found a plain fault
FLOOR = 0.005  # least probability that an entailment engine is believed to mean


def features(pair: Pair, checks: Sequence[Check], entailment: Entailment | None = None) -> dict[str, float]:
    """Named features, each roughly in [-1, 1] (log odds of entailment: [-6, 6]); in a fixed order."""
    found = {check.name: check for check in checks}
    similar = found["tfidf"].score or 0.0
    words = _words(pair)
    values = {
        "tfidf": similar,
        **_likeness(pair),
        "similarity": pair.similarity[0] if pair.similarity else 0.0,
        **words,
    }
    copied = words["said"] ** 2
    values["copied"] = copied
    for name in BY_COPY:
        values[f"{name}_by_copy"] = values[name] * copied
    for name in SIGNALS:
        check = found.get(name)
        against = 0.0 if check is None or check.score is None else 1.0 - check.score
        values[f"{name}_told"] = 0.0 if check is None or check.score is None else 1.0
        if name not in ONLY_COPIES:
            values[f"{name}_against"] = against
        values[f"{name}_against_copy"] = against * copied
    numbers = found["numbers"].score if "numbers" in found else None
    values["numbers_absent"] = float(numbers is not None and CONFLICT < numbers < 0.5)
    values["numbers_conflict"] = float(numbers is not None and numbers <= CONFLICT)
    faults = {
        name: 1.0 - (found[name].score or 0.0) for name in SIGNALS if name in found and found[name].score is not None
    }
    values["worst"] = max(faults.values(), default=0.0)
    values["worst_turning"] = max((faults.get(name, 0.0) for name in TURNING), default=0.0)
    values["worst_turning"] = max(values["worst_turning"], values["numbers_conflict"])
    values["worst_copy"] = values["worst"] * copied
    values["plain_copy"] = float(values["worst"] >= PLAIN) * copied
    quote = found.get("quote")
    values["quote_against"] = 0.0 if quote is None or quote.score is None else 1.0 - quote.score
    return values | _said(entailment, copied)


def _said(entailment: Entailment | None, copied: float) -> dict[str, float]:
    """The engine's log odds, and the same where little is copied: there its word weighs more."""
    odds = entailed(entailment)
    return odds | {f"{name}_free": value * (1 - copied) for name, value in odds.items()}


def _likeness(pair: Pair) -> dict[str, float]:
    """TF-IDF of word 1-2-grams with stop words and without, against the best window and the whole source."""
    found = pair.likeness
    return {
        "tfidf_window": found.window,
        "tfidf_whole": found.whole,
        "tfidf_content": found.content_window,
        "tfidf_content_whole": found.content_whole,
    }


def entailed(entailment: Entailment | None) -> dict[str, float]:
    """Log odds SUPPORTED : NOT_ENOUGH_INFO and REFUTED : NOT_ENOUGH_INFO; empty when the engine abstained."""
    if entailment is None or entailment.probabilities is None:
        return {}
    p = entailment.probabilities
    base = math.log(max(p.NOT_ENOUGH_INFO, FLOOR))
    return {
        "entails": math.log(max(p.SUPPORTED, FLOOR)) - base,
        "refutes": math.log(max(p.REFUTED, FLOOR)) - base,
    }


def _words(pair: Pair) -> Mapping[str, float]:
    content = [t for t in pair.tokens if t.is_content]
    there = {t.stem for t in pair.chosen_tokens}
    total = max(1, len(content))
    weight = max(0.1, _weigh(content))
    missing = [t for t in content if t.stem not in there and t.start not in pair.settled]
    synonyms = [t for t in missing if any(synonymous(t.stem, s) for s in there)]
    absent = [t for t in missing if t.stem not in pair.source.stems]
    unexplained = [t for t in absent if t not in synonyms]
    swaps = [edit for edit in pair.diff.substitutions if edit.left + edit.right >= 2]
    foreign = [
        t
        for edit in swaps
        for t in edit.claim
        if t.is_content and t.start not in pair.settled and not _explained(t, edit)
    ]
    added = [t for e in pair.diff.edits if not e.source and e.inner for t in e.claim if t in absent]
    said = sum(t.stem in there for t in pair.tokens) / max(1, len(pair.tokens))
    in_order = len(pair.diff.kept) / max(1, len(pair.tokens))
    tight = [e for e in swaps if e.inner and len(e.claim) <= 3 and len(e.source) <= 3]
    return {
        "coverage": 1 - len(missing) / total,
        "coverage_synonyms": 1 - (len(missing) - len(synonyms)) / total,
        "coverage_source": 1 - len(absent) / total,
        "in_order": in_order,
        "said": said,
        "overlap": overlap(pair.tokens, pair.chosen_tokens),
        "coverage_rare": 1 - _weigh(missing) / weight,
        "coverage_rare_synonyms": 1 - (_weigh(missing) - _weigh(synonyms)) / weight,
        "coverage_rare_source": 1 - _weigh(absent) / weight,
        "rarest_absent": max((rarity(t.stem) for t in unexplained), default=0.0),
        "tail_new": _new(pair, unexplained, tail=True),
        "inner_new": _new(pair, unexplained, tail=False),
        "unexplained": min(1.0, len(unexplained) / 4),
        "any_unexplained": float(bool(unexplained)),
        "foreign": min(1.0, len(foreign) / 3),
        "foreign_copy": float(bool(foreign)) * said**2,
        "added_copy": float(bool(added)) * said**2,
        "kin_copy": float(any(_kin(e) for e in tight)) * said**2,
        "tight_copy": float(any(any(t in foreign for t in e.claim) for e in tight)) * said**2,
        "verbatim": float(len(pair.diff.kept) == len(pair.tokens) > 0),
        "two": float(len(pair.chosen) > 1),
        "length": min(2.0, len(pair.tokens) / 30),
        "sentences": min(1.0, math.log1p(len(pair.source.units)) / 4),
    }


def _weigh(tokens: Sequence[Token]) -> float:
    return sum(0.1 + rarity(t.stem) for t in tokens)


def _new(pair: Pair, unexplained: Sequence[Token], tail: bool) -> float:
    """Words from nowhere after the last kept word (an added detail), or between kept words; in [0, 1]."""
    edits = [e for e in pair.diff.edits if e.left and bool(e.right) != tail]
    return min(1.0, sum(t in unexplained for e in edits for t in e.claim) / 4)


def _explained(token: Token, edit: Edit) -> bool:
    return any(synonymous(token.stem, other.stem) for other in edit.source)


def _kin(edit: Edit) -> bool:
    return any(
        kin(c.stem, s.stem) and not synonymous(c.stem, s.stem) and not opposed(c.stem, s.stem)
        for c in edit.claim
        for s in edit.source
    )
