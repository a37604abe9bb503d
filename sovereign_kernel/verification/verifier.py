"""The verifier: a claim and its source in, a verdict with its evidence and reasons out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sovereign_kernel.languages import looks_foreign
from sovereign_kernel.ports import Entailment, EntailmentEngine, EntailmentPair
from sovereign_kernel.records import Check, Probabilities, Quote, Verification
from sovereign_kernel.verification.baselines import baseline
from sovereign_kernel.verification.binding import binding
from sovereign_kernel.verification.causality import causality
from sovereign_kernel.verification.combiner import combine
from sovereign_kernel.verification.contrast import contrast
from sovereign_kernel.verification.direction import direction
from sovereign_kernel.verification.entities import entities
from sovereign_kernel.verification.evidence import Pair, read_pair
from sovereign_kernel.verification.features import features
from sovereign_kernel.verification.numbers import numbers
from sovereign_kernel.verification.polarity import polarity
from sovereign_kernel.verification.quotes import quote_check
from sovereign_kernel.verification.scope import scope
from sovereign_kernel.verification.swapped_arguments import sides
from sovereign_kernel.verification.tfidf import tfidf
from sovereign_kernel.verification.time import time
from sovereign_kernel.verification.words import coverage

SIGNALS = (numbers, binding, polarity, direction, contrast, sides, causality, baseline, entities, scope, time)
EVIDENCE = 3  # sentences that an entailment engine is given
LONGEST = 2_000  # characters of a claim: a longer one is several claims
READ = 2_000_000  # characters of a source that are read; what was left out is told
_LETTER = re.compile(r"[^\W\d_]")
_SCRIPT = re.compile("[A-Za-z\u00c0-\u03ff]")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\ufffd]")


class KernelVerifier:
    """All signals and one combiner; with an entailment engine, its say too. Thread safe when the engine is."""

    def __init__(self, entailment: EntailmentEngine | None = None, tfidf_threshold: float = 0.15) -> None:
        self.entailment = entailment
        self.tfidf_threshold = tfidf_threshold

    def verify(self, claim: str, source: str, quote: Quote | None = None) -> Verification:
        """Never raises on odd text: what cannot be judged is NOT_ENOUGH_INFO with the reason."""
        return self.verify_all([(claim, source, quote)])[0]

    def verify_all(self, pairs: Sequence[tuple[str, str, Quote | None]]) -> tuple[Verification, ...]:
        """The same for many (claim, source, quote), in order; the entailment engine is asked once for all."""
        refused = [unjudgeable(claim, source) for claim, source, _ in pairs]
        read = [
            None if why else read_pair(claim, source[:READ])
            for (claim, source, _), why in zip(pairs, refused, strict=True)
        ]
        said = self._ask([pair for pair in read if pair is not None and pair.ranked])
        results: list[Verification] = []
        for (_, source, quote), pair, why in zip(pairs, read, refused, strict=True):
            if pair is None:
                results.append(_refusal(why or ""))
                continue
            entailment = said.pop(0) if pair.ranked and said else None
            results.append(judge(pair, quote, source, entailment, self.tfidf_threshold))
        return tuple(results)

    def _ask(self, pairs: Sequence[Pair]) -> list[Entailment]:
        if self.entailment is None or not pairs:
            return []
        return list(self.entailment.judge([EntailmentPair(pair.claim, evidence_texts(pair)) for pair in pairs]))


def evidence_texts(pair: Pair) -> tuple[str, ...]:
    """The best sentences, in the source's order: what an entailment engine reads."""
    units = pair.source.units
    return tuple(pair.source.text[units[i].start : units[i].end] for i in evidence_places(pair))


def evidence_places(pair: Pair) -> tuple[int, ...]:
    extra = [i for i in pair.ranked if i not in pair.chosen][: max(0, EVIDENCE - len(pair.chosen))]
    return tuple(sorted([*pair.chosen, *extra]))


def run_checks(pair: Pair, quote: Quote | None, source: str, threshold: float = 0.15) -> tuple[Check, ...]:
    return (
        quote_check(quote, source),
        tfidf(pair.claim, pair.windows, pair.source.text, threshold),
        coverage(pair),
        *(signal(pair) for signal in SIGNALS),
    )


def judge(
    pair: Pair, quote: Quote | None, source: str, entailment: Entailment | None, threshold: float
) -> Verification:
    checks = run_checks(pair, quote, source, threshold)
    combined = combine(features(pair, checks, entailment), checks)
    if entailment is not None:
        checks = (*checks, _entailment_check(entailment))
    units = pair.source.units
    evidence = tuple(
        Quote(text=pair.source.text[units[i].start : units[i].end], start=units[i].start, end=units[i].end)
        for i in (pair.chosen or ())
    )
    left_out = (f"only the first {READ} characters of the source were read",) if len(source) > READ else ()
    probabilities = combined.probabilities
    return Verification(
        verdict=combined.verdict,
        confidence=getattr(probabilities, combined.verdict),
        probabilities=probabilities,
        tfidf=next(check.score for check in checks if check.name == "tfidf"),
        evidence=evidence,
        checks=checks,
        reasons=combined.reasons + left_out,
    )


def unjudgeable(claim: str, source: str) -> str | None:
    """Why this pair cannot be judged at all; None when it can."""
    if len(claim) > LONGEST:
        return f"the claim is longer than {LONGEST} characters: check its sentences one by one"
    for name, text in (("claim", claim), ("source", source)):
        if not text.strip():
            return f"the {name} is empty"
        start = text[:20_000]
        letters = len(_LETTER.findall(start))
        if not letters:
            return f"the {name} holds no words"
        if "\x00" in text or len(_NO_TEXT.findall(start)) > letters / 10:
            return f"the {name} is not text"
        if not start.isascii() and len(_SCRIPT.findall(start)) < letters / 2:
            return f"the {name} is not in a script that the signals read"
        if looks_foreign(text):
            return f"the {name} is in another language than English, which is all that the signals read"
    return None


def _refusal(why: str) -> Verification:
    """Nothing can be known here: that is certain, and by definition, so the probability is 1."""
    nothing = Probabilities(SUPPORTED=0.0, REFUTED=0.0, NOT_ENOUGH_INFO=1.0)
    return Verification(verdict="NOT_ENOUGH_INFO", confidence=1.0, probabilities=nothing, reasons=(why,))


def _entailment_check(entailment: Entailment) -> Check:
    p = entailment.probabilities
    if p is None:
        return Check(name="entailment", outcome="abstained", reason=entailment.reason or "the engine abstained")
    told = f"entailed with {p.SUPPORTED:.2f}, contradicted with {p.REFUTED:.2f}"
    return Check(
        name="entailment",
        outcome="passed" if max(p.REFUTED, p.NOT_ENOUGH_INFO) <= p.SUPPORTED else "failed",
        score=min(1.0, p.SUPPORTED + 0.5 * p.NOT_ENOUGH_INFO),
        reason=f"{entailment.reason} ({told})" if entailment.reason else told,
    )
