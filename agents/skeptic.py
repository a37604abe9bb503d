"""SKEPTIC: looks for what breaks a claim. Measures refutations, numbers, directions, hedges, contradictions, lone
strong claims."""

import re

from sovereign_kernel.records import Claim, Criterion, Objection
from sovereign_kernel.reviewing import Measurement, reviewer, share
from sovereign_kernel.roles import Dossier

STRONG = re.compile(
    r"\b(state[- ]of[- ]the[- ]art|outperform\w*|surpass\w*|always|never|all|best|first|prove\w*|guarantee\w*)\b", re.I
)
CHECKS = {
    "numbers": ("numbers_match", 2.0, "major", "its numbers are not those of its source"),
    "polarity": ("polarity_kept", 2.0, "blocking", "it says the opposite of its source"),
    "direction": ("direction_kept", 2.0, "blocking", "it turns the direction of its source round"),
    "scope": ("scope_kept", 1.0, "minor", "it lost a hedge or a limit of its source"),
}


def measure(dossier: Dossier) -> Measurement:
    """Each criterion is the share of standing claims that pass: not refuted (3), numbers (2), polarity (2),
    direction (2), scope (1), not contradicted by another paper (2), strong claims with several sources (0.5)."""
    claims = dossier.claims
    refuted = [claim for claim in claims if claim.verification and claim.verification.verdict == "REFUTED"]
    contradicted = {entry.claim_id for entry in dossier.contradictions} & {claim.id for claim in claims}
    strong = [claim for claim in claims if STRONG.search(claim.text)]
    alone = [claim for claim in strong if not claim.also]
    criteria = [Criterion(name="not_refuted", value=share(len(claims) - len(refuted), len(claims)), weight=3)]
    objections = [
        Objection(target=claim.id, severity="blocking", text="its own source speaks against it", mend="drop")
        for claim in refuted
    ]
    for check, (criterion, weight, severity, text) in CHECKS.items():
        failed = [claim for claim in claims if _failed(claim, check)]
        criteria.append(Criterion(name=criterion, value=share(len(claims) - len(failed), len(claims)), weight=weight))
        objections += [Objection(target=claim.id, severity=severity, text=text, mend="reword") for claim in failed]
    criteria += [
        Criterion(name="not_contradicted", value=share(len(claims) - len(contradicted), len(claims)), weight=2),
        Criterion(name="strong_corroborated", value=share(len(strong) - len(alone), len(strong)), weight=0.5),
    ]
    objections += [
        Objection(
            target=entry.claim_id,
            severity="major",
            text=f"{entry.other_paper_id} disagrees: {entry.reason}",
            mend="disclose",
        )
        for entry in dossier.contradictions
        if entry.claim_id in contradicted
    ]
    objections += [
        Objection(
            target=claim.id, severity="minor", text="a strong statement that rests on one source", mend="disclose"
        )
        for claim in alone
    ]
    return Measurement(tuple(criteria), tuple(objections))


def _failed(claim: Claim, check: str) -> bool:
    return claim.verification is not None and any(
        entry.name == check and entry.outcome == "failed" for entry in claim.verification.checks
    )


role = reviewer("skeptic", "looks for what breaks a claim", measure)
