"""How claims relate to the goal and to each other. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz

from sovereign_kernel.goal import speaks_to
from sovereign_kernel.records import Claim, Facet, Paper, Sentence, SourcedQuote, Status, Verification
from sovereign_kernel.verification.direction import direction
from sovereign_kernel.verification.entities import entities
from sovereign_kernel.verification.evidence import read_pair
from sovereign_kernel.verification.polarity import polarity
from sovereign_kernel.verification.scope import scope
from sovereign_kernel.verification.swapped_arguments import sides

LINE = 0.7
"""A text speaks to a facet when `speaks_to` is at or above this."""

FIRM = 0.6
"""A verdict of SUPPORTED at 0.5 is a coin's: similar words, and nothing that decides."""

SAME = 92.0
"""rapidfuzz token_sort_ratio (0 to 100) at which two claims say the same, if their numbers agree too."""

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
TURNING = (polarity, direction, sides, entities, scope)
"""One of these that fails makes another claim of nearly the same words: "A outperforms B", "B outperforms A"."""


def is_supported(found: Claim | Sentence | Verification) -> bool:
    """Whether prose may rest on a claim, a sentence may be published, a facet count as covered: verified SUPPORTED with
    a probability of at least FIRM. Below it a claim is listed, and carries nothing."""
    verification = found if isinstance(found, Verification) else found.verification
    if verification is None or verification.verdict != "SUPPORTED":
        return False
    return (verification.confidence or 0.0) >= FIRM


def covered(facets: Sequence[Facet], claims: Sequence[Claim], papers: Sequence[Paper]) -> tuple[Facet, ...]:
    """Each facet with the supported claims that speak to it, read under their papers' titles: a claim of "SMoES: …"
    that says "our method" speaks of SMoES. Its own words must speak to one facet at least."""
    titles = {paper.id: paper.title for paper in papers}
    supported = [claim for claim in claims if is_supported(claim) and met(claim.text, facets)]
    read = {claim.id: f"{titles.get(claim.paper_id, '')}. {claim.text}" for claim in supported}
    return tuple(
        facet.model_copy(
            update={"claims": tuple(claim.id for claim in supported if speaks_to(read[claim.id], facet) >= LINE)}
        )
        for facet in facets
    )


def met(text: str, facets: Sequence[Facet]) -> tuple[Facet, ...]:
    """The facets that a text speaks to."""
    return tuple(facet for facet in facets if speaks_to(text, facet) >= LINE)


def status(facets: Sequence[Facet], unkept: int = 0) -> Status:
    """ANSWERED: every facet has a supported claim, and one claim joins at least half of them. PARTIAL: two facets are
    covered. Otherwise INSUFFICIENT_EVIDENCE: what is said of mushrooms alone answers no question on cooking them.
    `facets` come from `covered`; with a limit
    of the goal `unkept` (a date, a named paper), PARTIAL is the most."""
    if not facets:
        return "INSUFFICIENT_EVIDENCE"
    joined = most_joined(facets) / len(facets)
    hit = sum(1 for facet in facets if facet.claims)
    if hit == len(facets) and joined >= 0.5:
        return "PARTIAL" if unkept else "ANSWERED"
    return "PARTIAL" if hit >= 2 else "INSUFFICIENT_EVIDENCE"


def most_joined(facets: Sequence[Facet]) -> int:
    """The most facets that one claim speaks to. `facets` come from `covered`."""
    return max(Counter(claim_id for facet in facets for claim_id in facet.claims).values(), default=0)


def redundant(claims: Sequence[Claim]) -> dict[str, str]:
    """Claims that repeat an earlier one, by id, with the one they repeat."""
    repeats: dict[str, str] = {}
    for place, claim in enumerate(claims):
        for earlier in claims[:place]:
            if earlier.id not in repeats and says_the_same(claim.text, earlier.text):
                repeats[claim.id] = earlier.id
                break
    return repeats


def says_the_same(one: str, other: str) -> bool:
    """Nearly the same words, exactly the same numbers, and no signal that tells the two apart."""
    alike = sorted(NUMBER.findall(one)) == sorted(NUMBER.findall(other)) and fuzz.token_sort_ratio(one, other) >= SAME
    return alike and not (_turns(one, other) or _turns(other, one))


def _turns(one: str, other: str) -> bool:
    pair = read_pair(one, other)
    return any(signal(pair).outcome == "failed" for signal in TURNING)


def merge_repeated(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The same claim from several places becomes one claim with further sources; the repeats are marked as dropped."""
    repeats = redundant([claim for claim in claims if claim.dropped is None])
    by_id = {claim.id: claim for claim in claims}
    merged: dict[str, Claim] = dict(by_id)
    for claim_id, kept_id in repeats.items():
        claim, kept = by_id[claim_id], merged[kept_id]
        merged[claim_id] = claim.model_copy(update={"dropped": f"says the same as {kept_id}"})
        if claim.paper_id != kept.paper_id:
            merged[kept_id] = with_sources(
                kept, (SourcedQuote(paper_id=claim.paper_id, quote=claim.quote), *claim.also)
            )
    return tuple(merged.values())


def with_sources(claim: Claim, further: Sequence[SourcedQuote]) -> Claim:
    """The claim with further sources, one a paper, its own paper left out."""
    also = {
        entry.paper_id: entry
        for entry in (*reversed(further), *reversed(claim.also))
        if entry.paper_id != claim.paper_id
    }
    return claim.model_copy(update={"also": tuple(also[key] for key in sorted(also))})
