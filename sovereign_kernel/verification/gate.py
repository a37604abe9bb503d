"""What a claim and a sentence are judged against: the quote they name and what stands around it, not the whole paper.
Pure, so that a run and an audit judge alike.

A statement with an unrelated quote must not be SUPPORTED from elsewhere in its paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sovereign_kernel.ports import Verifier
from sovereign_kernel.records import Claim, Paper, Probabilities, Quote, Verification
from sovereign_kernel.text.sentences import split_sentences

AROUND = 1
"""Sentences on each side of a quote that tell what its words point to."""

UNRELATED = "its quote does not speak of what it says"
_GAPS = re.compile(r"\n{2,}")


def around(text: str, quotes: Iterable[Quote], title: str = "") -> str:
    """The text with line breaks in place of all but its title, the quotes and AROUND sentences on each side of them: as
    long as before, so that offsets hold."""
    spans = split_sentences(text)
    kept = {0} if title and text.startswith(title) else set()
    for quote in quotes:
        touched = [place for place, (start, end) in enumerate(spans) if start < quote.end and quote.start < end]
        kept.update(range(touched[0] - AROUND, touched[-1] + AROUND + 1) if touched else ())
    kept_spans = [spans[place] for place in sorted(kept) if 0 <= place < len(spans)]
    if title and text.startswith(title):
        kept_spans.append((0, len(title)))
    shown = ["\n"] * len(text)
    for start, end in kept_spans:
        shown[start:end] = text[start:end]
    return "".join(shown)


def source_of_claim(claim: Claim, paper: Paper) -> str:
    """What a claim is judged against."""
    return around(paper.text, (claim.quote,), paper.title)


def source_of_sentence(claims: Sequence[Claim], papers: Sequence[Paper]) -> str:
    """What a sentence is judged against: of each paper of the claims it names the title, their quotes and what stands
    around them, and the claims themselves where they are not their quotes."""
    by_id = {paper.id: paper for paper in papers}
    parts: list[str] = []
    for paper_id in dict.fromkeys(claim.paper_id for claim in claims):
        own = [claim for claim in claims if claim.paper_id == paper_id]
        if (paper := by_id.get(paper_id)) is not None:
            shown = around(paper.text, (claim.quote for claim in own), paper.title)
            parts.append(_GAPS.sub("\n\n", shown).strip())
        parts += [claim.text for claim in own if claim.text != claim.quote.text]
    return "\n\n".join(parts)


def judge_claims(claims: Sequence[Claim], papers: Sequence[Paper], verifier: Verifier) -> tuple[Verification, ...]:
    """Each claim against its quote and what stands around it, in order."""
    by_id = {paper.id: paper for paper in papers}
    asked = [(claim.text, source_of_claim(claim, by_id[claim.paper_id]), claim.quote) for claim in claims]
    found = verifier.verify_all(asked)
    return tuple(rests_on(claim, one) for claim, one in zip(claims, found, strict=True))


def rests_on(claim: Claim, found: Verification) -> Verification:
    """The verification, unless none of what it rests on is in the claim's quote: then nothing is known of the claim."""
    if found.verdict != "SUPPORTED" or not found.evidence:
        return found
    if any(quote.start < claim.quote.end and claim.quote.start < quote.end for quote in found.evidence):
        return found
    nothing = Probabilities(SUPPORTED=0.0, REFUTED=0.0, NOT_ENOUGH_INFO=1.0)
    return found.model_copy(
        update={
            "verdict": "NOT_ENOUGH_INFO",
            "confidence": 1.0,
            "probabilities": nothing,
            "verbatim": False,
            "reasons": (UNRELATED, *found.reasons),
        }
    )
