"""revise: acts on each objection. It drops, rewords from the quote, adds evidence that was read, reorders, and says
what to search for; it never invents.

An objection is a reviewer's opinion, and a reviewer's model may have been talked into it. So a claim is only dropped or
reworded when code doubts it too (its verdict or a failed check), it is added only when its source supports it firmly,
and what is searched for are the goal's own words, or a reviewer's few words that passed `reviewing.searchable`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.goal import once
from sovereign_kernel.goal.coverage import is_supported, redundant
from sovereign_kernel.pipeline.dossier import judged_dossier
from sovereign_kernel.pipeline.nodes.verify import verified
from sovereign_kernel.pipeline.state import ResearchState, union
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.records import Change, Claim, Objection
from sovereign_kernel.records.dossier import Dossier

ADDED = "put into the answer"


def revise(state: ResearchState, tools: Toolkit) -> ResearchState:
    """The claims after the last round's objections, what to search for, and the account of both in that round."""
    dossier = judged_dossier(state, tools)
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
    objections = [objection for review in last.reviews for objection in review.objections]
    wanted = wanted_queries(dossier, objections)
    added = tuple(change.target for change in changes if change.action == ADDED)
    first = (*_to_the_head(objections, dossier), *state.get("put_first", ()))
    changes += [Change(target="answer", action="searched again", reason=query) for query in wanted]
    found = verified(tuple(claims.values()), dossier.papers, tools)
    return {
        "claims": found.claims,
        "notices": found.notices,
        "wanted": wanted,
        "added": union(state.get("added", ()), added),
        "put_first": union(first, ()),
        "rounds": (*dossier.rounds[:-1], last.model_copy(update={"changes": tuple(_once(changes))})),
    }


def wanted_queries(dossier: Dossier, objections: Sequence[Objection]) -> tuple[str, ...]:
    """What reviewers asked for; and where evidence is missing a query for each part of the question that is not
    answered, and for each facet without a supported claim, joined with the goal's topic. Nothing that was asked before.
    """
    missing = [objection for objection in objections if objection.mend == "search"]
    if not missing:
        return ()
    asked = {query.text for query in dossier.coverage.queries}
    topic = dossier.goal.topic.replace(",", "").split()
    own = [" ".join(once([*name.split(), *topic])) for name in dossier.coverage.uncovered]
    parts = list(dossier.fit.unanswered) if dossier.fit else []
    queries = dict.fromkeys([*(objection.search for objection in missing), *parts, *own])
    return tuple(query for query in queries if query and query not in asked)


def changed(state: ResearchState) -> bool:
    """Whether the last revision did anything that another draft could show."""
    return any(change.action != "kept" for change in state["rounds"][-1].changes)


def _mended(claim: Claim, objection: Objection, dossier: Dossier) -> tuple[Claim, str]:
    repeats = redundant(dossier.claims)
    if objection.mend == "merge" and claim.id in repeats:
        return claim.model_copy(update={"dropped": f"says the same as {repeats[claim.id]}"}), "merged"
    if objection.mend == "drop" and (doubt := _doubt(claim)):
        return claim.model_copy(update={"dropped": doubt}), "dropped"
    if objection.mend == "reword" and _doubt(claim) and claim.text != claim.quote.text:
        return claim.model_copy(update={"text": claim.quote.text, "verification": None}), "reworded from its quote"
    if objection.mend in ("add", "first") and is_supported(claim) and not _leads(claim, dossier, objection.mend):
        return claim, ADDED
    return claim, "kept"


def _doubt(claim: Claim) -> str | None:
    """What code holds against a claim; None when it holds nothing. A reviewer's own words are no reason."""
    if claim.verification is None:
        return "it was not checked"
    failed = [check.name for check in claim.verification.checks if check.outcome == "failed"]
    if failed:
        return f"its source does not bear it: {', '.join(failed)}"
    return None if is_supported(claim) else "its source does not support it firmly"


def _leads(claim: Claim, dossier: Dossier, mend: str) -> bool:
    """Whether a claim is already where an objection wants it."""
    answer = [entry for entry in dossier.sentences if entry.section == "answer"]
    return any(claim.id in entry.claims for entry in (answer[:1] if mend == "first" else answer))


def _to_the_head(objections: Sequence[Objection], dossier: Dossier) -> tuple[str, ...]:
    """The claims that code measures as the best, when a sentence or a claim is to come first."""
    asked = [objection.target for objection in objections if objection.mend == "first"]
    claims = {claim.id for claim in dossier.claims if is_supported(claim)}
    named = [target for target in asked if target in claims]
    best = dossier.fit.best[:1] if asked and dossier.fit else ()
    return tuple(dict.fromkeys([*best, *named]))


def _once(changes: list[Change]) -> list[Change]:
    """The same thing done to the same target is told once."""
    return list({(change.target, change.action, change.reason): change for change in reversed(changes)}.values())[::-1]
