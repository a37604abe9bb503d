"""Every signal and verdict that code computed, computed again from claim, quote and source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sovereign_kernel.auditing.findings import Finding, finding
from sovereign_kernel.ports import Verifier
from sovereign_kernel.records import Check, Draft, Quote, Verification

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


Pair = tuple[Verified, Verification]


def check_tfidf(again: Sequence[Pair]) -> Finding:
    """The TF-IDF figure of every claim and sentence."""
    faults = [
        f"{case.owner}: {case.found.tfidf} is not what its texts give, {fresh.tfidf}"
        for case, fresh in again
        if not _near(case.found.tfidf, fresh.tfidf)
    ]
    return finding("TF-IDF figures", faults, f"{len(again)} computed again")


def check_signals(draft: Draft, again: Sequence[Pair]) -> Finding:
    """Every signal that needs no language model: outcome, score, reason and spans; none left out, none added."""
    asked = model_was_asked(draft)
    faults = []
    counted = 0
    for case, fresh in again:
        expected = {check.name: check for check in fresh.checks}
        for check in case.found.checks:
            same = _alike(check, expected.pop(check.name, None))
            if check.name == ENTAILMENT and asked and not same:
                continue
            counted += 1
            if not same:
                faults.append(
                    f"{case.owner}: {check.name} says {check.outcome} ({check.score}), which code does not find"
                )
        faults += [
            f"{case.owner}: the signal {name} is left out" for name in expected if name != ENTAILMENT or not asked
        ]
    return finding("signals", faults, f"{counted} computed again")


def check_verdicts(draft: Draft, again: Sequence[Pair]) -> Finding:
    """Every verdict and confidence that rests on code alone. Where a model had a say it is counted, not repeated."""
    asked = model_was_asked(draft)
    faults = []
    by_model = 0
    for case, fresh in again:
        said, engine = (_entailment(one) for one in (case.found, fresh))
        if asked and said is not None and not _alike(said, engine):
            by_model += 1
        elif _facts(case.found) != _facts(fresh) or case.found.verbatim != fresh.verbatim:
            faults.append(f"{case.owner}: its facts or its being verbatim are not what code finds")
        elif case.found.verdict != fresh.verdict or not _near(
            case.found.confidence, fresh.confidence, _closeness(said)
        ):
            faults.append(f"{case.owner}: {case.found.verdict} is not what code finds, {fresh.verdict}")
    rest = (
        f"; {by_model} rest on a model's judgement, which is recorded and cannot be repeated here" if by_model else ""
    )
    return finding("verdicts", faults, f"{len(again) - by_model} computed again{rest}")


def model_was_asked(draft: Draft) -> bool:
    """Whether a model that is not here had a say: a language model (the account of calls tells), or the owner's own."""
    return bool(draft.settings.get("nli")) or any(use.purpose == ENTAILMENT and use.usage.calls for use in draft.models)


def check_verified(draft: Draft) -> Finding:
    """That nothing is published unverified."""
    faults = [f"{claim.id} was never verified" for claim in draft.claims if claim.verification is None]
    faults += [f"{entry.id} was never verified" for entry in draft.sentences if entry.verification is None]
    return finding("everything was verified", faults, f"{len(draft.claims)} claims, {len(draft.sentences)} sentences")


def verify_again(draft: Draft, verifier: Verifier) -> list[Pair]:
    """Each recorded verification beside a fresh one."""
    cases = [*_claims(draft), *_sentences(draft)]
    fresh = verifier.verify_all([(case.claim, case.source, case.quote) for case in cases])
    return list(zip(cases, fresh, strict=True))


def _claims(draft: Draft) -> Iterator[Verified]:
    texts = {paper.id: paper.text for paper in draft.papers}
    for claim in (*draft.claims, *draft.dropped_claims):
        if claim.verification is not None:
            yield Verified(claim.id, claim.text, texts.get(claim.paper_id, ""), claim.quote, claim.verification)


def _sentences(draft: Draft) -> Iterator[Verified]:
    texts = {paper.id: paper.text for paper in draft.papers}
    claims = {claim.id: claim for claim in draft.claims}
    for sentence in draft.sentences:
        if sentence.verification is not None:
            papers = dict.fromkeys(claims[name].paper_id for name in sentence.claims if name in claims)
            source = "\n\n".join(texts.get(paper_id, "") for paper_id in papers)  # all papers that its claims come from
            yield Verified(sentence.id, sentence.text, source, None, sentence.verification)


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
