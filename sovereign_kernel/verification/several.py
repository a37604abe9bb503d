"""The verdict on a claim of several facts: that of the weakest. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.records import Check, Fact, Span, Verdict, Verification
from sovereign_kernel.verification.facts import FactText

_ORDER: dict[Verdict, int] = {"REFUTED": 0, "NOT_ENOUGH_INFO": 1, "PARTIAL": 1, "SUPPORTED": 2}


def together(claim: str, facts: Sequence[FactText], found: Sequence[Verification]) -> Verification:
    """The facts' verifications as the claim's. REFUTED when one is; PARTIAL when some are SUPPORTED and
    none REFUTED."""
    weakest = min(range(len(found)), key=lambda at: (_ORDER[found[at].verdict], _supported(found[at])))
    verdict = found[weakest].verdict
    if verdict == "NOT_ENOUGH_INFO" and any(one.verdict == "SUPPORTED" for one in found):
        verdict = "PARTIAL"
    ordered = [found[weakest], *(one for at, one in enumerate(found) if at != weakest)]
    figures = [one.tfidf for one in found if one.tfidf is not None]
    checks = tuple(_placed(check, claim, facts[weakest]) for check in found[weakest].checks)
    return found[weakest].model_copy(
        update={
            "verdict": verdict,
            "tfidf": max(figures, default=None),
            "evidence": tuple(dict.fromkeys(quote for one in ordered for quote in one.evidence)),
            "checks": checks,
            "reasons": _reasons(verdict, facts, found, weakest),
            "facts": tuple(_fact(text, one) for text, one in zip(facts, found, strict=True)),
            "verbatim": all(one.verbatim for one in found),
        }
    )


def _reasons(
    verdict: Verdict, facts: Sequence[FactText], found: Sequence[Verification], weakest: int
) -> tuple[str, ...]:
    if verdict == "SUPPORTED":
        return tuple(dict.fromkeys(reason for one in found for reason in one.reasons))
    told = [
        f"{_SAYS[one.verdict]}: “{text.text}”"
        for text, one in zip(facts, found, strict=True)
        if one.verdict == found[weakest].verdict
    ]
    return (*told, *found[weakest].reasons)


_SAYS = {"REFUTED": "the source speaks against", "NOT_ENOUGH_INFO": "the source does not state"}


def _supported(found: Verification) -> float:
    return found.probabilities.SUPPORTED if found.probabilities else 0.0


def _fact(text: FactText, found: Verification) -> Fact:
    return Fact(text=text.text, verdict=found.verdict, probability=found.confidence, evidence=found.evidence)


def _placed(check: Check, claim: str, fact: FactText) -> Check:
    """The check with its spans in the claim; those over a joint of the fact are left out."""
    spans: list[Span] = []
    for span in check.spans:
        if span.where == "source":
            spans.append(span)
        elif (place := fact.place(span.start, span.end)) is not None:
            spans.append(Span(where="claim", text=claim[slice(*place)], start=place[0], end=place[1]))
    return check.model_copy(update={"spans": tuple(spans)})
