"""One claim, or one fact of it, laid against its source: checks, probabilities, evidence, reasons. Pure."""

from __future__ import annotations

from sovereign_kernel.ports import Entailment
from sovereign_kernel.records import Check, Quote, Verification
from sovereign_kernel.text.sentences import normalise
from sovereign_kernel.verification.baselines import baseline
from sovereign_kernel.verification.binding import binding
from sovereign_kernel.verification.causality import causality
from sovereign_kernel.verification.combiner import combine
from sovereign_kernel.verification.contrast import contrast
from sovereign_kernel.verification.direction import direction
from sovereign_kernel.verification.entities import entities
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.features import features
from sovereign_kernel.verification.numbers import numbers
from sovereign_kernel.verification.polarity import polarity
from sovereign_kernel.verification.quotes import quote_check
from sovereign_kernel.verification.reasons import reasons_for
from sovereign_kernel.verification.scope import scope
from sovereign_kernel.verification.swapped_arguments import sides
from sovereign_kernel.verification.tfidf import tfidf
from sovereign_kernel.verification.time import time
from sovereign_kernel.verification.words import coverage

SIGNALS = (numbers, binding, polarity, direction, contrast, sides, causality, baseline, entities, scope, time)


def run_checks(pair: Pair, quote: Quote | None, source: str, threshold: float = 0.15) -> tuple[Check, ...]:
    return (
        quote_check(quote, source),
        tfidf(pair.likeness, threshold),
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
        for i in pair.chosen
    )
    verbatim = combined.verdict == "SUPPORTED" and is_verbatim(pair)
    return Verification(
        verdict=combined.verdict,
        confidence=getattr(combined.probabilities, combined.verdict),
        probabilities=combined.probabilities,
        tfidf=next(check.score for check in checks if check.name == "tfidf"),
        evidence=evidence,
        checks=checks,
        reasons=reasons_for(combined.verdict, checks, evidence, verbatim),
        verbatim=verbatim,
    )


def is_verbatim(pair: Pair) -> bool:
    """Whether the claim's words stand in the evidence in a row; case, quotation marks and the last dot aside."""
    if not pair.tokens or len(pair.diff.kept) < len(pair.tokens):
        return False
    first, last = pair.diff.kept[0][1], pair.diff.kept[-1][1]
    theirs = pair.source.text[first.start : last.end]
    ours = pair.claim[pair.tokens[0].start : pair.tokens[-1].end]
    return len(theirs) < 2 * len(ours) + 20 and normalise(theirs) == normalise(ours)


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
