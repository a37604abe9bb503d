"""What other papers say to a claim: passages that support it, and passages that speak against it. Pure.

Careful on purpose: two papers on different systems with different numbers do not contradict each other. A passage
counts only when it speaks of the claim's own subject: it has most of the claim's words, every name that the claim
names, and neither text speaks of its own authors' work ("our method").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sovereign_kernel.ports import Verifier
from sovereign_kernel.records import Check, Claim, Contradiction, Passage, Quote, SourcedQuote, Verification
from sovereign_kernel.verification.entities import named
from sovereign_kernel.verification.lexicon import stems
from sovereign_kernel.verification.tokens import tokenise

SUPPORT_AT = 0.7  # least probability of SUPPORTED
AGAINST_AT = 0.6  # least probability of REFUTED
COVERED = 0.6  # least share of the claim's content words that the passage has
SHARED = 3  # least number of subject words in both
TURNING = ("polarity", "direction", "numbers")  # a contradiction needs one of these to have failed
STRAYING = (*TURNING, "sides", "entities")  # support needs none of these; swapped sides are too often another wording
_OWN = re.compile(r"(?i)\b(?:we|our|ours|us|this (?:paper|work|study|article|survey)|the (?:authors|proposed|paper))\b")
# Words that every paper has: sharing them is no common subject.
GENERIC = stems(
    """method model approach result performance propose paper dataset data task show learn framework improve study work
    experiment novel new state art benchmark baseline system evaluation analysis high low large small good achieve use
    different provide effective efficient efficiently demonstrate increase decrease reduce outperform existing based
    training train problem challenge significant significantly compare technique algorithm network research"""
)


@dataclass(frozen=True)
class Across:
    """`also`: further sources by claim id. `contradictions`: each pair of texts once."""

    also: dict[str, tuple[SourcedQuote, ...]]
    contradictions: tuple[Contradiction, ...]


def evidence_across(claims: Sequence[Claim], candidates: Mapping[str, Sequence[Passage]], verifier: Verifier) -> Across:
    """Judges each claim against its candidate passages of other papers, all in one batch."""
    asked = [
        (claim, passage)
        for claim in claims
        for passage in candidates.get(claim.id, ())
        if passage.paper_id != claim.paper_id and _same_subject(claim.text, passage.text)
    ]
    found = verifier.verify_all([(claim.text, passage.text, None) for claim, passage in asked])
    judged = [(claim, passage, verification) for (claim, passage), verification in zip(asked, found, strict=True)]
    also = {
        id: tuple(SourcedQuote(paper_id=passage.paper_id, quote=_quote(passage)) for _, passage, _ in rows)
        for id, rows in groupby((row for row in judged if _supports(row[2])), key=lambda row: row[0].id)
    }
    against = [
        _contradiction(claim, passage, verification, failed, claims)
        for claim, passage, verification in judged
        if (failed := _speaks_against(claim, passage, verification)) is not None
    ]
    return Across(also, _once(against))


def _same_subject(claim: str, passage: str) -> bool:
    if _OWN.search(claim) or _OWN.search(passage):
        return False
    ours, theirs = tokenise(claim), tokenise(passage)
    there = {t.stem for t in theirs}
    if not {t.stem for t in named(ours)} <= there:
        return False
    subject = {t.stem for t in ours if t.is_content and not t.is_number} - GENERIC
    return len(subject & there) >= min(SHARED, max(2, len(subject)))


def _supports(found: Verification) -> bool:
    return (
        found.verdict == "SUPPORTED"
        and (found.confidence or 0.0) >= SUPPORT_AT
        and _score(found, "words") >= COVERED
        and not any(_failed(found, name) for name in STRAYING)
    )


def _speaks_against(claim: Claim, passage: Passage, found: Verification) -> Check | None:
    """The failed check that makes this a contradiction; None when it is none."""
    if found.verdict != "REFUTED" or (found.confidence or 0.0) < AGAINST_AT or _score(found, "words") < COVERED:
        return None
    failed = next((check for name in TURNING if (check := _failed(found, name)) is not None), None)
    if failed is None or (failed.score or 0.0) > 0.2:
        return None
    # Two numbers contradict each other only where both texts name the same thing and put them in the same place.
    if failed.name == "numbers" and not (
        named(tokenise(claim.text)) and any(s.where == "source" for s in failed.spans)
    ):
        return None
    return failed


def _contradiction(
    claim: Claim, passage: Passage, found: Verification, failed: Check, claims: Sequence[Claim]
) -> Contradiction:
    other = next(
        (
            c
            for c in claims
            if c.paper_id == passage.paper_id and c.quote.start < passage.end and passage.start < c.quote.end
        ),
        None,
    )
    return Contradiction(
        id=f"{claim.id}~{passage.paper_id}@{passage.start}",
        claim_id=claim.id,
        paper_id=claim.paper_id,
        quote=claim.quote,
        other_claim_id=other.id if other else None,
        other_paper_id=passage.paper_id,
        other_quote=_quote(passage),
        reason=failed.reason,
        score=found.confidence,
    )


def _once(found: Sequence[Contradiction]) -> tuple[Contradiction, ...]:
    """Without the second of two that set the same two claims against each other."""
    seen: set[frozenset[str]] = set()
    kept = []
    for entry in found:
        pair = frozenset((entry.claim_id, entry.other_claim_id or entry.id))
        if pair not in seen:
            seen.add(pair)
            kept.append(entry)
    return tuple(kept)


def _quote(passage: Passage) -> Quote:
    return Quote(text=passage.text, start=passage.start, end=passage.end)


def _failed(found: Verification, name: str) -> Check | None:
    return next((check for check in found.checks if check.name == name and check.outcome == "failed"), None)


def _score(found: Verification, name: str) -> float:
    return next((check.score or 0.0 for check in found.checks if check.name == name), 0.0)
