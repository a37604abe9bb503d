"""verify: every extracted claim gets its number, and every claim without a verification gets one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sovereign_kernel.errors import BudgetSpent, ModelUnavailable
from sovereign_kernel.goal.coverage import is_supported
from sovereign_kernel.pipeline.dossier import dossier_of
from sovereign_kernel.pipeline.state import ResearchState
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.ports import Verifier
from sovereign_kernel.records import Claim, Kind, Paper, Sentence, Verification
from sovereign_kernel.records.dossier import Dossier, Manuscript
from sovereign_kernel.screening.screen import objection
from sovereign_kernel.text.sentence_roles import sentence_roles
from sovereign_kernel.text.sentences import split_sentences
from sovereign_kernel.verification.gate import judge_claims, source_of_sentence
from sovereign_kernel.writing.aspects import aspects_of
from sovereign_kernel.writing.naming import with_name
from sovereign_kernel.writing.selection import bearing_of, near_to, told_share

SURE = 0.9
"""The confidence below which the language model is asked about a claim that is not its own quote."""


def verify(state: ResearchState, tools: Toolkit) -> ResearchState:
    """Admits what the EXTRACT roles found since the last time, then verifies."""
    dossier = dossier_of(state, tools)
    extracted = [claim for _, taken in sorted(state.get("extractions", {}).items()) for claim in taken.claims]
    order = {paper.id: place for place, paper in enumerate(dossier.papers)}
    extracted.sort(key=lambda claim: order.get(claim.paper_id, len(order)))
    honest = [claim for claim in extracted if objection(claim.text) is None]
    claims = tuple(_with_kind(claim, dossier) for claim in admitted(state.get("claims", ()), honest))
    found = verified(with_bearing(claims, dossier), dossier.papers, tools)
    notices = found.notices
    if lost := len(extracted) - len(honest):
        told = "1 claim that spoke to a machine was" if lost == 1 else f"{lost} claims that spoke to a machine were"
        notices = (f"{told} refused.", *notices)
    return {"claims": found.claims, "notices": notices, "wanted": ()}  # what was searched for is found by now


def admitted(claims: Sequence[Claim], extracted: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims with the new ones among the extracted, numbered on. A claim is known by its paper and its quote."""
    known = {_identity(claim) for claim in claims}
    new: list[Claim] = []
    for claim in extracted:
        if _identity(claim) not in known:
            known.add(_identity(claim))
            new.append(claim.model_copy(update={"id": f"C{len(claims) + len(new) + 1}"}))
    return (*claims, *new)


def _with_kind(claim: Claim, dossier: Dossier) -> Claim:
    """The claim with the likeliest role of the sentence that its quote begins in."""
    if claim.kind is not None:
        return claim
    spans, kinds, _ = _read(dossier.paper(claim.paper_id).text)
    places = [place for place, (_, end) in enumerate(spans) if claim.quote.start < end]
    return claim.model_copy(update={"kind": kinds[places[0]] if places else "other"})


def with_bearing(claims: Sequence[Claim], dossier: Dossier) -> tuple[Claim, ...]:
    """The claims, those that are new with their aspects and how they bear on the question."""
    new = [claim for claim in claims if claim.bearing is None]
    papers = {claim.id: dossier.paper(claim.paper_id) for claim in new}
    titles = [papers[claim.id].title for claim in new]
    named = [with_name(claim.text, title) for claim, title in zip(new, titles, strict=True)]
    near = near_to(dossier.goal, named, titles)
    found: dict[str, Claim] = {}
    for claim, title, value in zip(new, titles, near, strict=True):
        told = _told(claim, papers[claim.id].text)
        bearing = bearing_of(dossier.goal, claim, title, value, told)
        found[claim.id] = claim.model_copy(update={"bearing": bearing, "aspects": aspects_of(claim, title)})
    return tuple(found.get(claim.id, claim) for claim in claims)


def _told(claim: Claim, text: str) -> float:
    """How far the sentence that the claim's quote begins in tells what its paper did and found."""
    spans, _, shares = _read(text)
    return next((share for (_, end), share in zip(spans, shares, strict=True) if claim.quote.start < end), 0.0)


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[Kind, ...], tuple[float, ...]]:
    """The sentences of an abstract, its title left out, their likeliest roles, and how far each tells a finding."""
    title_end = text.find("\n\n")
    spans = tuple(span for span in split_sentences(text) if span[0] > title_end)
    roles = sentence_roles([text[start:end] for start, end in spans])
    return spans, tuple(role.likeliest for role in roles), tuple(map(told_share, roles))


@dataclass(frozen=True)
class Verified:
    """Claims that all have their verification, and what the reader must know of it."""

    claims: tuple[Claim, ...]
    notices: tuple[str, ...] = ()


def verified(claims: Sequence[Claim], papers: Sequence[Paper], tools: Toolkit) -> Verified:
    """The claims, those without a verification verified against their papers; where the language model cannot be had
    for a second opinion, the first stands, and a notice says so."""
    open_claims = [claim for claim in claims if claim.verification is None and claim.dropped is None]
    found = judge_claims(open_claims, papers, tools.verifier)
    done = {claim.id: verification for claim, verification in zip(open_claims, found, strict=True)}
    unsure = [claim for claim in open_claims if claim.text != claim.quote.text and _unsure(done[claim.id])]
    notices: tuple[str, ...] = ()
    if unsure and tools.second_opinion is not None:
        try:
            done |= _asked(unsure, papers, tools.second_opinion)
        except (ModelUnavailable, BudgetSpent) as exc:
            notices = (f"The language model gave no second opinion on claims ({exc}); the first one stands.",)
    return Verified(
        tuple(
            claim.model_copy(update={"verification": done[claim.id]}) if claim.id in done else claim for claim in claims
        ),
        notices,
    )


def _unsure(verification: Verification) -> bool:
    return verification.confidence is None or verification.confidence < SURE


def _asked(claims: Sequence[Claim], papers: Sequence[Paper], verifier: Verifier) -> dict[str, Verification]:
    """The language model's opinion on these claims."""
    found = judge_claims(claims, papers, verifier)
    return {claim.id: verification for claim, verification in zip(claims, found, strict=True)}


@dataclass(frozen=True)
class Checked:
    """A written sentence with its verification, and why it is not published; None where it is."""

    sentence: Sentence
    refused: str | None = None


def checked_sentences(sentences: Sequence[Sentence], dossier: Dossier, tools: Toolkit) -> tuple[Checked, ...]:
    """Each sentence, judged against the claims it names, their quotes and what stands around those, in order."""
    supported = {claim.id for claim in dossier.claims if is_supported(claim)}
    faults = [_fault(entry, supported) for entry in sentences]
    sound = [entry for entry, fault in zip(sentences, faults, strict=True) if fault is None]
    found = iter(tools.verifier.verify_all([(entry.text, _source_of(entry, dossier), None) for entry in sound]))
    return tuple(
        Checked(entry, fault) if fault else _verdict(entry, next(found))
        for entry, fault in zip(sentences, faults, strict=True)
    )


def _fault(entry: Sentence, supported: set[str]) -> str | None:
    if not entry.claims or not set(entry.claims) <= supported:
        return "it rests on a claim that is not there, or that its source does not support firmly"
    return "it speaks to a machine" if objection(entry.text) else None


def _verdict(entry: Sentence, found: Verification) -> Checked:
    checked = entry.model_copy(update={"verification": found})
    if is_supported(found):
        return Checked(checked)
    return Checked(checked, found.reasons[0] if found.reasons else "its claims do not say so")


def admit_sentences(
    role: str, manuscript: Manuscript, dossier: Dossier, tools: Toolkit
) -> tuple[tuple[Sentence, ...], str | None]:
    """The sentences that rest on supported claims and pass their own check, numbered; and a notice of those that did
    not."""
    checked = checked_sentences(manuscript.sentences, dossier, tools)
    kept = [entry.sentence for entry in checked if entry.refused is None]
    prefix = "S" if role == "writer" else f"{role}-S"
    numbered = tuple(entry.model_copy(update={"id": f"{prefix}{place}"}) for place, entry in enumerate(kept, start=1))
    lost = len(manuscript.sentences) - len(kept)
    return (
        numbered,
        f"{lost} of {len(manuscript.sentences)} written sentences failed their check and were left out."
        if lost
        else None,
    )


def _identity(claim: Claim) -> tuple[str, int, int]:
    return claim.paper_id, claim.quote.start, claim.quote.end


def _source_of(sentence: Sentence, dossier: Dossier) -> str:
    """What a sentence is judged against: the quotes of the claims that it names, and what stands around them."""
    claims = {claim.id: claim for claim in dossier.claims}
    return source_of_sentence([claims[name] for name in sentence.claims if name in claims], dossier.papers)
