"""What code computed, computed again: the tribunal's arithmetic, the policy's decision, the account of calls."""

from __future__ import annotations

import math
from pathlib import Path

from pydantic import ValidationError

from sovereign_kernel.audit.findings import Finding, finding
from sovereign_kernel.audit.measurements import dossier_of
from sovereign_kernel.decision.answering import no_answer, status_of
from sovereign_kernel.decision.facts import facts_of
from sovereign_kernel.decision.policy import Facts, before_fit, decide, load_rules
from sovereign_kernel.decision.tribunal import aggregate, measured_score
from sovereign_kernel.errors import BadRun, BadSetting
from sovereign_kernel.goal.coverage import covered
from sovereign_kernel.records import Draft, Review, Usage
from sovereign_kernel.runs.folder import POLICY
from sovereign_kernel.runs.ledger import FileLedger, UsageKey, add_usage, total_usage
from sovereign_kernel.storage.plain_files import is_plain
from sovereign_kernel.transport.clock import SystemClock
from sovereign_kernel.writing.aspects import aspects_of
from sovereign_kernel.writing.composition import RunFacts, compose
from sovereign_kernel.writing.stance import stance_of


def check_tribunal(draft: Draft) -> Finding:
    """Each measured score from its criteria, each score from measured and argued, each round's from its reviews, and
    each outcome from the approval line."""
    faults = []
    line = draft.settings.get("threshold")
    for number, round_ in enumerate(draft.tribunal.rounds, 1):
        if round_.number != number:
            faults.append(f"round {round_.number} stands in place {number}")
        faults += [f"round {number}: {fault}" for review in round_.reviews for fault in _review_faults(review)]
        if not _same(aggregate(round_.reviews), round_.score):
            faults.append(f"round {number}: {round_.score} is not its reviews' score, {aggregate(round_.reviews)}")
        passed = round_.score is not None and isinstance(line, int | float) and round_.score >= line
        if passed != (round_.outcome == "pass"):
            faults.append(
                f"round {number}: the outcome {round_.outcome!r} does not follow from {round_.score} at {line}"
            )
    if draft.fit and draft.tribunal.rounds:
        told, again = draft.tribunal.rounds[-1].no_answer, no_answer(dossier_of(draft))
        if not _same(told, again):
            faults.append(f"the last round's score of an honest no, {told}, is not what the draft gives, {again}")
    return finding("tribunal's arithmetic", faults, f"{len(draft.tribunal.rounds)} rounds")


def check_policy(draft: Draft, folder: Path) -> Finding:
    """The decision, decided again from its recorded inputs by the kernel's rules and the owner's (their copy in the
    folder); and those inputs against the draft."""
    name = "policy's decision"
    decision = draft.decision
    try:
        facts = Facts.model_validate(decision.inputs)
        owners = folder / POLICY
        rules = load_rules(owners if is_plain(folder, POLICY) else None)
    except ValidationError as exc:
        return Finding(name, False, f"its inputs are not the facts of a run: {exc.errors()[0]['loc']}")
    except BadSetting as exc:
        return Finding(name, False, f"the owner's rules cannot be read: {exc}")
    again = decide(facts, rules if draft.fit else before_fit(rules))
    faults = []
    if draft.settings.get("policy") and not is_plain(folder, POLICY):
        faults.append("the owner's rules of this run are not in its folder")
    if (again.policy, again.rule) != (decision.policy, decision.rule):
        faults.append(
            f"{decision.policy} by {decision.rule!r} is not what the rules say: {again.policy} by {again.rule!r}"
        )
    faults += _fact_faults(facts, draft)
    return finding(name, faults, f"{decision.policy} by {decision.rule!r}")


def check_composition(draft: Draft) -> Finding:
    """Every statement about the run, the answer, the banner and the status, made again from the draft's own records."""
    name = "statements about the run"
    if {claim.paper_id for claim in draft.claims} - {paper.id for paper in draft.papers}:
        return Finding(name, False, "a claim is of a paper that is not there")
    again = compose(
        dossier_of(draft), RunFacts(**{name: getattr(draft, name) for name in RunFacts.__dataclass_fields__})
    )
    parts = ("answer", "sections", "banner", *(("table", "effects", "conclusions") if draft.table is not None else ()))
    faults = [
        f"its {part} is not what its records give" for part in parts if getattr(again, part) != getattr(draft, part)
    ]
    faults += _reading_faults(draft)
    facets = draft.coverage.facets
    if covered(facets, draft.claims, draft.papers) != facets:
        faults.append("the claims named for its facets are not those that speak to them")
    if status_of(dossier_of(draft)) != draft.status:
        faults.append(f"its status {draft.status} does not follow from how well its answer fits")
    return finding(name, faults, f"{len(draft.sections)} sections, status {draft.status}")


def _reading_faults(draft: Draft) -> list[str]:
    """Claims whose aspects or stance are not what their words give; drafts of before have neither."""
    goal, titles = dossier_of(draft).goal, {paper.id: paper.title for paper in draft.papers}
    faults = []
    for claim in draft.claims:
        title = titles.get(claim.paper_id, "")
        if claim.bearing is None:
            continue
        if claim.bearing.stance != stance_of(goal, claim.quote.text, title):
            faults.append(f"what {claim.id} is recorded to say to the question is not what its words say")
        if claim.aspects != aspects_of(claim, title):
            faults.append(f"the aspects of {claim.id} are not those of its words")
    return faults


def check_account(draft: Draft, ledger: Path) -> Finding:
    """Calls, tokens, time and cost of the draft against the ledger's events before the draft was written."""
    name = "account equals the ledger"
    try:
        sums = _sums_at_draft(ledger)
    except BadRun as exc:
        return Finding(name, False, str(exc))
    told = {(use.purpose, use.provider, use.model): use.usage for use in draft.models if use.usage.calls}
    faults = [f"{'/'.join(key)} is not what the ledger says" for key in sums if not _alike(sums[key], told.get(key))]
    faults += [f"{'/'.join(key)} is not in the ledger" for key in told.keys() - sums.keys()]
    if not _alike(total_usage(sums.values()), draft.cost):
        faults.append("the total is not the sum of the ledger's calls")
    return finding(name, faults, f"{draft.cost.calls} calls")


def _review_faults(review: Review) -> list[str]:
    faults = []
    measured = measured_score(review.criteria)
    if not _same(measured, review.measured):
        faults.append(f"{review.role}: measured {review.measured} is not what its criteria give, {measured}")
    said = [value for value in (review.measured, review.argued) if value is not None]
    score = None if review.absent or review.measured is None else min(said)
    if not _same(score, review.score):
        faults.append(f"{review.role}: the score {review.score} does not follow from measured and argued")
    return faults


def _fact_faults(facts: Facts, draft: Draft) -> list[str]:
    """The inputs that can be read off the draft; `stopped_early` is taken as it was recorded."""
    threshold, require_owner = draft.settings.get("threshold"), draft.settings.get("require_owner", False)
    try:
        again = facts_of(
            dossier_of(draft),
            threshold,  # type: ignore[arg-type]
            require_owner,
            facts.stopped_early,
            draft.models,
            draft.title,
        )
    except ValidationError as exc:  # a setting that is none
        return [f"its settings are not those of a run: {exc.errors()[0]['loc'][0]}"]
    return [
        f"its input {name} is {value!r}, the draft says {getattr(again, name)!r}"
        for name, value in facts
        if getattr(again, name) != value
    ]


def _sums_at_draft(ledger: Path) -> dict[UsageKey, Usage]:
    sums: dict[UsageKey, Usage] = {}
    settled: dict[UsageKey, Usage] = {}
    for event in FileLedger(ledger, SystemClock()).events():
        add_usage(sums, event)
        if event["event"] == "draft_written":
            settled = dict(sums)
    return settled


def _alike(one: Usage, other: Usage | None) -> bool:
    if other is None or one.calls != other.calls:
        return False
    if (one.prompt_tokens, one.completion_tokens) != (other.prompt_tokens, other.completion_tokens):
        return False
    return _same(one.seconds, other.seconds) and _same(one.cost, other.cost)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
