"""SKEPTIC: looks for what breaks the answer. Measures contradictions that it keeps quiet, strong words on one source,
what is not its source's own words, and what the question takes for granted."""

import re

from sovereign_kernel.pipeline.reviewers import Measurement, reviewer, share
from sovereign_kernel.records import Claim, Contradiction, Criterion, Objection
from sovereign_kernel.records.dossier import Dossier

STRONG = re.compile(
    r"\b(state[- ]of[- ]the[- ]art|outperform\w*|surpass\w*|always|never|all|best|first|prove\w*|guarantee\w*)\b", re.I
)
CHECKS = {
    "numbers": ("major", "its numbers are not those of its source"),
    "polarity": ("blocking", "it says the opposite of its source"),
    "direction": ("blocking", "it turns the direction of its source round"),
    "scope": ("minor", "it lost a hedge or a limit of its source"),
}
PRESUPPOSED = {"met": 1.0, "open": 0.3, "denied": 0.0}
ALONE = 0.7
"""Of an answer that rests on one group of authors: not wrong, but nobody has confirmed it."""


def measure(dossier: Dossier) -> Measurement:
    """Reworded claims that pass numbers, polarity, direction and scope (3); contradictions of the answer's claims whose
    other side is told too (2); what the question takes for granted is met (3) or denied; more than one group of authors
    behind the answer (1); its claims with strong words have several sources (0.5).

    A claim in its source's own words cannot fail the checks of the first criterion, so it is not counted there.
    """
    fit = dossier.fit
    answer = [sentence for sentence in dossier.sentences if sentence.section == "answer"]
    told = {claim_id for sentence in dossier.sentences for claim_id in sentence.claims}
    carrying = {claim_id for sentence in answer for claim_id in sentence.claims}
    reworded = [claim for claim in dossier.claims if claim.text != claim.quote.text]
    broken = [claim for claim in reworded if any(_failed(claim, check) for check in CHECKS) or _refuted(claim)]
    clashes = [entry for entry in dossier.contradictions if entry.claim_id in carrying]
    quiet = [entry for entry in clashes if not _both_told(entry, told, dossier)]
    strong = [claim for claim in dossier.claims if claim.id in carrying and STRONG.search(claim.text)]
    alone = [claim for claim in strong if not claim.also]
    presupposition = fit.presupposition if fit else None
    criteria = (
        Criterion(name="reworded_faithful", value=share(len(reworded) - len(broken), len(reworded)), weight=3),
        Criterion(name="contradictions_told", value=share(len(clashes) - len(quiet), len(clashes)), weight=2),
        Criterion(
            name="presupposition",
            value=PRESUPPOSED[presupposition] if presupposition else None,
            weight=3,
            detail=presupposition or "",
        ),
        Criterion(name="not_alone", value=_not_alone(dossier), weight=1),
        Criterion(name="strong_corroborated", value=_corroborated(alone, strong), weight=0.5),
    )
    return Measurement(criteria, tuple(_objections(dossier, quiet, alone)))


def _objections(dossier: Dossier, quiet: list[Contradiction], alone: list[Claim]) -> list[Objection]:
    found = [
        Objection(target=claim.id, severity="blocking", text="its own source speaks against it", mend="drop")
        for claim in dossier.claims
        if _refuted(claim)
    ]
    for check, (severity, text) in CHECKS.items():
        found += [
            Objection(target=claim.id, severity=severity, text=text, mend="reword")
            for claim in dossier.claims
            if claim.text != claim.quote.text and _failed(claim, check)
        ]
    found += [
        Objection(
            target=entry.claim_id,
            severity="major",
            text=f"{entry.other_paper_id} disagrees: {entry.reason}",
            mend="add" if entry.other_claim_id else "disclose",
        )
        for entry in quiet
    ]
    found += [
        Objection(
            target=claim.id, severity="minor", text="a strong statement that rests on one source", mend="disclose"
        )
        for claim in alone
    ]
    if dossier.fit and dossier.fit.presupposition in ("denied", "open"):
        text = {
            "denied": "what was read denies what the question takes for granted",
            "open": "nothing that was read says so without exception, as the question takes for granted",
        }[dossier.fit.presupposition]
        found.append(Objection(target="answer", severity="major", text=text, mend="disclose"))
    return found


def _not_alone(dossier: Dossier) -> float | None:
    if dossier.fit is None or not dossier.fit.sentences:
        return None
    return 1.0 if dossier.fit.papers_in_answer > 1 else ALONE


def _corroborated(alone: list[Claim], strong: list[Claim]) -> float | None:
    return 1 - (1 - ALONE) * len(alone) / len(strong) if strong else None


def _both_told(entry: Contradiction, told: set[str], dossier: Dossier) -> bool:
    """Whether a sentence of the draft rests on the other side, or on another claim of the paper that disagrees."""
    others = {claim.id for claim in dossier.claims if claim.paper_id == entry.other_paper_id}
    return entry.other_claim_id in told if entry.other_claim_id else bool(others & told)


def _refuted(claim: Claim) -> bool:
    return claim.verification is not None and claim.verification.verdict == "REFUTED"


def _failed(claim: Claim, check: str) -> bool:
    return claim.verification is not None and any(
        entry.name == check and entry.outcome == "failed" for entry in claim.verification.checks
    )


role = reviewer("skeptic", "looks for what breaks the answer", measure)
