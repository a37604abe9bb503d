"""The draft and run.json against the ledger's own account of the run: what was sat on, decided, spent and answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sovereign_kernel.audit.findings import Finding, finding
from sovereign_kernel.models.run_limits import SPENT
from sovereign_kernel.records import Draft
from sovereign_kernel.runs.ledger import Event, field_name
from sovereign_kernel.runs.manifest import Manifest
from sovereign_kernel.storage.canonical_json import canonical, plain

SLACK = timedelta(minutes=1)  # the draft's own times are taken beside the ledger's, not from it


def check_story(draft: Draft, manifest: Manifest, events: Sequence[Event]) -> Finding:
    """Decision, rounds, spent budgets, settings and the owner's answer, each as the ledger or run.json has it."""
    faults = [
        *_decision_faults(draft, events),
        *_round_faults(draft, events),
        *_budget_faults(draft, events),
        *_settings_faults(draft, manifest),
        *_owner_faults(draft, manifest, events),
    ]
    return finding("draft tells what the ledger tells", faults, f"{draft.decision.policy}, {len(events)} events")


def check_times(draft: Draft, manifest: Manifest, events: Sequence[Event]) -> Finding:
    """The ledger's times never run backwards, and the draft's fit among them."""
    faults = []
    before: datetime | None = None
    for event in events:
        at = _time(event["at"])
        if at is None:
            faults.append(f"event {event['seq']} has no time: {event['at']!r}")
        elif before is not None and at < before:
            faults.append(f"event {event['seq']} is of {event['at']}, before the event that it follows")
        before = at or before
    first, last = (_time(event["at"]) for event in (events[0], events[-1])) if events else (None, None)
    answer = draft.decision.owner
    for name, told in (
        ("run.json", manifest.created),
        ("the draft", draft.created),
        ("the approval", answer and answer.at),
    ):
        at = _time(told) if told else None
        if told and (at is None or (first and at < first - SLACK) or (last and at > last + SLACK)):
            faults.append(f"the time of {name}, {told}, is not within the ledger's")
    return finding("times run forward", faults, f"{len(events)} events")


def _decision_faults(draft: Draft, events: Sequence[Event]) -> Iterator[str]:
    decided = [event for event in events if event["event"] == "decision"]
    if not decided:
        yield "the ledger saw no decision"
        return
    last, own = decided[-1], draft.decision
    if (last.get("policy"), last.get("rule")) != (own.policy, own.rule):
        yield f"the ledger saw {last.get('policy')} by {last.get('rule')!r} decided, the draft says {own.policy}"
    if canonical(last.get("inputs")) != canonical(own.inputs):
        yield "the ledger saw another decision's inputs"


def _round_faults(draft: Draft, events: Sequence[Event]) -> Iterator[str]:
    seen: dict[Any, tuple[Any, Any]] = {}
    for event in events:
        if event["event"] == "round" and isinstance(number := event.get("number"), int):
            # a run that began anew sits again from its first round
            seen = {known: sat for known, sat in seen.items() if known < number}
            seen[number] = event.get("score"), event.get("outcome")
    told = {round_.number: (round_.score, round_.outcome) for round_ in draft.tribunal.rounds}
    if seen != told:
        numbers = sorted(number for number in {*seen, *told} if seen.get(number) != told.get(number))
        yield f"round {', '.join(map(str, numbers))} is not what the ledger saw"


def _budget_faults(draft: Draft, events: Sequence[Event]) -> Iterator[str]:
    places = [place for place, event in enumerate(events) if event["event"] == "decision"]
    spent = any(event["event"] == SPENT for event in events[: places[-1] if places else None])
    if bool(draft.decision.inputs.get("stopped_early")) != spent:
        yield "the ledger saw a limit reached, the draft denies it" if spent else "the ledger saw no limit reached"


def _settings_faults(draft: Draft, manifest: Manifest) -> Iterator[str]:
    named = {name: value for name, value in manifest.settings.items() if value is not None}
    told = plain({name: value for name, value in draft.settings.items() if value is not None})
    for name in sorted(named.keys() | told.keys()):
        if named.get(name) != told.get(name):
            yield f"its setting {name} is {told.get(name)!r}, and {named.get(name)!r} in run.json"


def _owner_faults(draft: Draft, manifest: Manifest, events: Sequence[Event]) -> Iterator[str]:
    answer = draft.decision.owner
    answered = [event for event in events if event["event"] == "owner_answer"]
    if answer is None:
        if answered and answered[-1].get("action") == "approve":
            yield "the ledger saw the owner approve, and the draft has no answer"
        return
    if draft.decision.policy != "OWNER_REVIEW":
        yield f"it has an owner's answer, and the policy said {draft.decision.policy}, which asks nobody"
    if manifest.status != "finished":
        yield f"it has an owner's answer, and the run's status is {manifest.status}"
    own = plain(answer.model_dump(mode="json"))
    seen = {field_name(name): value for name, value in own.items()}
    if not answered or any(answered[-1].get(name) != value for name, value in seen.items()):
        yield "the owner's answer is not what the ledger saw"


def _time(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None
