"""revise: acts on each objection. It drops, rewords from the quote, and says what to search for; it never invents.

An objection is a reviewer's opinion, and a reviewer's model may have been talked into it. So a claim is only dropped or
reworded when code doubts it too (its verdict, a failed check, or no facet of the goal in it), and what is searched for
are the goal's own facets.
"""

from __future__ import annotations

from sovereign_kernel.goal import once
from sovereign_kernel.records import Change, Claim, Facet, Objection
from sovereign_kernel.roles import Dossier
from sovereign_kernel.stages.checking_claims import verified
from sovereign_kernel.stages.dossier import dossier_of
from sovereign_kernel.state import ResearchState
from sovereign_kernel.synthesis import is_supported, met, redundant
from sovereign_kernel.toolkit import Toolkit


def revise(state: ResearchState, tools: Toolkit) -> ResearchState:
    """The claims after the last round's objections, what to search for, and the account of both in that round."""
    dossier = dossier_of(state, tools)
    last = dossier.rounds[-1]
    claims = {claim.id: claim for claim in state.get("claims", ())}
    changes: list[Change] = []
    for review in last.reviews:
        for objection in review.objections:
            claim = claims.get(objection.target)
            if claim is not None and claim.dropped is None:
                mended, action = _mended(claim, objection, dossier)
                claims[claim.id] = mended
                changes.append(Change(target=claim.id, action=action, reason=objection.text, role=review.role))
    missing = any(objection.mend == "search" for review in last.reviews for objection in review.objections)
    wanted = wanted_queries(dossier) if missing else ()
    changes += [Change(target="answer", action="searched again", reason=query) for query in wanted]
    found = verified(tuple(claims.values()), dossier.papers, tools)
    return {
        "claims": found.claims,
        "notices": found.notices,
        "wanted": wanted,
        "rounds": (*dossier.rounds[:-1], last.model_copy(update={"changes": tuple(_once(changes))})),
    }


def wanted_queries(dossier: Dossier) -> tuple[str, ...]:
    """A query for each facet without a supported claim, joined with the goal's topic, each word once, unless it was
    asked before."""
    asked = {query.text for query in dossier.coverage.queries}
    topic = dossier.goal.topic.replace(",", "").split()
    queries = dict.fromkeys(" ".join(once([*name.split(), *topic])) for name in dossier.coverage.uncovered)
    return tuple(query for query in queries if query not in asked)


def changed(state: ResearchState) -> bool:
    """Whether the last revision did anything that another draft could show."""
    return any(change.action != "kept" for change in state["rounds"][-1].changes)


def _mended(claim: Claim, objection: Objection, dossier: Dossier) -> tuple[Claim, str]:
    repeats = redundant(dossier.claims)
    if objection.mend == "merge" and claim.id in repeats:
        return claim.model_copy(update={"dropped": f"says the same as {repeats[claim.id]}"}), "merged"
    if objection.mend == "drop" and (_doubtful(claim) or _astray(claim, dossier.goal.facets)):
        return claim.model_copy(update={"dropped": objection.text}), "dropped"
    if objection.mend == "reword" and _doubtful(claim) and claim.text != claim.quote.text:
        return claim.model_copy(update={"text": claim.quote.text, "verification": None}), "reworded from its quote"
    return claim, "kept"


def _doubtful(claim: Claim) -> bool:
    if not is_supported(claim) or claim.verification is None:
        return True
    return any(check.outcome == "failed" for check in claim.verification.checks)


def _astray(claim: Claim, facets: tuple[Facet, ...]) -> bool:
    return not met(claim.text, facets)


def _once(changes: list[Change]) -> list[Change]:
    """The same thing done to the same target is told once."""
    return list({(change.target, change.action, change.reason): change for change in reversed(changes)}.values())[::-1]
