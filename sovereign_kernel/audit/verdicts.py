"""Every signal and verdict that code computed, computed again from claim, quote and source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sovereign_kernel.audit.answers import Recorded, opinion
from sovereign_kernel.audit.findings import Finding, finding
from sovereign_kernel.ports import Verifier
from sovereign_kernel.records import Check, Claim, Draft, Quote, Verification
from sovereign_kernel.verification.evidence import read_pair
from sovereign_kernel.verification.gate import rests_on, source_of_claim, source_of_sentence
from sovereign_kernel.verification.judging import judge
from sovereign_kernel.verification.verifier import READ

ENTAILMENT = "entailment"
_CLOSE = 1e-6
# The bundled engine's quantised arithmetic differs from processor to processor: of 100 pairs two by more than 0.005,
# one by 0.025 (AVX-512 with VNNI against AVX2 without; docs/cross-encoder.md).
_ENGINE_CLOSE = 0.05


@dataclass(frozen=True)
class Verified:
    """Something of the draft that was verified: what against what, and what was found."""

    owner: str
    claim: str
    source: str
    quote: Quote | None
    found: Verification
    rests: Claim | None = None


Pair = tuple[Verified, Verification]
ByOwner = dict[str, Verification]
"""Verifications computed again with the judgement that a language model is recorded to have given, by their owner."""


def check_tfidf(again: Sequence[Pair]) -> Finding:
    """The TF-IDF figure of every claim and sentence."""
    faults = [
        f"{case.owner}: {case.found.tfidf} is not what its texts give, {fresh.tfidf}"
        for case, fresh in again
        if not _near(case.found.tfidf, fresh.tfidf)
    ]
    return finding("TF-IDF figures", faults, f"{len(again)} computed again")


def explained(draft: Draft, again: Sequence[Pair], found: Recorded) -> ByOwner:
    """Where code does not find what the draft tells of entailment, and a recorded answer of a language model does: the
    verification with that answer."""
    line = draft.settings.get("tfidf_threshold")
    told: ByOwner = {}
    for case, fresh in again:
        said = _entailment(case.found)
        if said is None or _alike(said, _entailment(fresh)):
            continue
        if judgement := opinion(said, found):
            pair = read_pair(case.claim, case.source[:READ])
            threshold = float(line) if isinstance(line, int | float) else 0.15
            told[case.owner] = _gated(case, judge(pair, case.quote, case.source, judgement, threshold))
    return told


def check_signals(again: Sequence[Pair], by_model: ByOwner) -> Finding:
    """Every signal: outcome, score, reason and spans; none left out, none added. Entailment is what code finds, or
    what a recorded answer of a model says."""
    faults = []
    counted = 0
    for case, fresh in again:
        expected = {check.name: check for check in by_model.get(case.owner, fresh).checks}
        for check in case.found.checks:
            counted += 1
            if not _alike(check, expected.pop(check.name, None)):
                who = "neither code nor a recorded answer finds" if check.name == ENTAILMENT else "code does not find"
                faults.append(f"{case.owner}: {check.name} says {check.outcome} ({check.score}), which {who}")
        faults += [f"{case.owner}: the signal {name} is left out" for name in expected]
    return finding("signals", faults, f"{counted} computed again")


def check_verdicts(again: Sequence[Pair], by_model: ByOwner) -> Finding:
    """Every verdict and confidence, from the texts and, where a model was asked, from its recorded answer."""
    faults = []
    for case, fresh in again:
        expected = by_model.get(case.owner, fresh)
        near = _near(case.found.confidence, expected.confidence, _closeness(_entailment(case.found)))
        if case.owner not in by_model and (
            _facts(case.found) != _facts(fresh) or case.found.verbatim != fresh.verbatim
        ):
            faults.append(f"{case.owner}: its facts or its being verbatim are not what code finds")
        elif case.found.verdict != expected.verdict or not near:
            faults.append(f"{case.owner}: {case.found.verdict} is not what code finds, {expected.verdict}")
    rest = f"; {len(by_model)} with a model's recorded judgement" if by_model else ""
    return finding("verdicts", faults, f"{len(again)} computed again{rest}")


def check_verified(draft: Draft) -> Finding:
    """That nothing is published unverified."""
    faults = [f"{claim.id} was never verified" for claim in draft.claims if claim.verification is None]
    faults += [f"{entry.id} was never verified" for entry in draft.sentences if entry.verification is None]
    return finding("everything was verified", faults, f"{len(draft.claims)} claims, {len(draft.sentences)} sentences")


def verify_again(draft: Draft, verifier: Verifier) -> list[Pair]:
    """Each recorded verification beside a fresh one."""
    cases = [*_claims(draft), *_sentences(draft)]
    fresh = verifier.verify_all([(case.claim, case.source, case.quote) for case in cases])
    return [(case, _gated(case, one)) for case, one in zip(cases, fresh, strict=True)]


def _claims(draft: Draft) -> Iterator[Verified]:
    papers = {paper.id: paper for paper in draft.papers}
    for claim in (*draft.claims, *draft.dropped_claims):
        if claim.verification is not None:
            paper = papers.get(claim.paper_id)
            source = source_of_claim(claim, paper) if paper else ""
            yield Verified(claim.id, claim.text, source, claim.quote, claim.verification, claim)


def _sentences(draft: Draft) -> Iterator[Verified]:
    claims = {claim.id: claim for claim in draft.claims}
    for sentence in draft.sentences:
        if sentence.verification is not None:
            source = source_of_sentence([claims[name] for name in sentence.claims if name in claims], draft.papers)
            yield Verified(sentence.id, sentence.text, source, None, sentence.verification)


def _gated(case: Verified, found: Verification) -> Verification:
    return rests_on(case.rests, found) if case.rests else found


def _alike(one: Check, other: Check | None) -> bool:
    if other is None or one.outcome != other.outcome:
        return False
    if one.name == ENTAILMENT:  # its reason spells out the figures
        return _near(one.score, other.score, _ENGINE_CLOSE)
    return (one.reason, one.spans) == (other.reason, other.spans) and _near(one.score, other.score)


def _entailment(found: Verification) -> Check | None:
    return next((check for check in found.checks if check.name == ENTAILMENT), None)


def _facts(found: Verification) -> list[tuple[str, str]]:
    return [(fact.text, fact.verdict) for fact in found.facts]


def _closeness(said: Check | None) -> float:
    return _CLOSE if said is None else _ENGINE_CLOSE


def _near(one: float | None, other: float | None, closeness: float = _CLOSE) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= closeness
