"""The plan as people see it and change it: a goal's editable parts as a mapping, as lines, and back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from sovereign_kernel.errors import BadInput
from sovereign_kernel.goal.dates import first_day, is_iso, last_day, told
from sovereign_kernel.goal.queries import plan_queries
from sovereign_kernel.goal.understanding import reread
from sovereign_kernel.records import Goal
from sovereign_kernel.text.abbreviations import Lexicon

EDITABLE = [
    "question",
    "kind",
    "quantities",
    "sides",
    "conditions",
    "datasets",
    "presupposition",
    "since",
    "until",
    "papers",
    "sub_questions",
    "queries",
]
_HELP = "change one of: " + ", ".join(EDITABLE)


def editable(goal: Goal, queries: int = 4) -> dict[str, Any]:
    """What may be changed, in plain values; with the searches as they would be asked."""
    shown = goal.model_dump(mode="json", include={"text", *EDITABLE})
    shown["papers"] = [paper.model_dump(mode="json", exclude_none=True) for paper in goal.papers]
    shown["queries"] = list(goal.queries or plan_queries(goal, queries))
    return shown


def amended(goal: Goal, changes: Mapping[str, Any], lexicon: Lexicon | None = None) -> Goal:
    """The goal as its owner wants it read. What hangs on the words of a changed question is read anew, unless it is
    given. Raises BadInput, naming the field."""
    for name in changes:
        if name not in (*EDITABLE, "text", "planned_by"):
            near = get_close_matches(name, EDITABLE, n=1, cutoff=0.5)
            raise BadInput(f"a plan has no {name!r}", help=f"did you mean {near[0]!r}?" if near else _HELP)
    if changes.get("text", goal.text).split() != goal.text.split():
        raise BadInput(
            "the plan is of another goal: " + str(changes["text"])[:120], help="plan the goal that you want to research"
        )
    wanted = {name: value for name, value in changes.items() if name in EDITABLE}
    question = " ".join(str(wanted.get("question") or goal.question).split())
    read = reread(goal, question, lexicon) if question != goal.question else goal
    kept = {name: value for name, value in wanted.items() if read is goal or _is_changed(goal, name, value)}
    try:
        changed = Goal.model_validate(read.model_dump() | kept | {"question": question, "planned_by": "owner"})
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        raise BadInput(f"the plan's {'.'.join(map(str, first['loc']))}: {first['msg']}", help=_HELP) from exc
    _check_dates(changed)
    if read is not goal and "queries" not in kept:
        changed = changed.model_copy(update={"queries": ()})
    return changed


def plan_lines(goal: Goal, queries: int = 4) -> Iterator[str]:
    """The plan for people, a line each."""
    yield f"question: {goal.question}"
    yield f"kind: {goal.kind.replace('_', ' ')}"
    for name in ("sides", "quantities", "conditions", "datasets", "sub_questions"):
        if value := getattr(goal, name):
            yield f"{name.replace('_', ' ')}: {'; '.join(value)}"
    if goal.presupposition:
        yield f"takes for granted: {goal.presupposition}"
    if dates := told(goal.since, goal.until):
        yield f"papers: only {dates}"
    for paper in goal.papers:
        yield f"reads first: {paper.name}"
    for query in goal.queries or plan_queries(goal, queries):
        yield f"search: {query}"


def _is_changed(goal: Goal, name: str, value: Any) -> bool:
    """Whether a field was touched: what stands as it was shown is read anew with the question."""
    before = goal.model_dump(mode="json")[name]
    if name == "queries":
        return bool(value) and list(value) != list(goal.queries or plan_queries(goal, len(value)))
    if name == "papers":
        before = [{key: entry for key, entry in paper.items() if entry is not None} for paper in before]
    return bool(value != before)


def _check_dates(goal: Goal) -> None:
    for name in ("since", "until"):
        value = getattr(goal, name)
        if value is not None and not is_iso(value):
            raise BadInput(
                f"the plan's {name} is {value!r}, which is no date", help="write YYYY, YYYY-MM or YYYY-MM-DD"
            )
    if goal.since and goal.until and first_day(goal.since) > last_day(goal.until):
        raise BadInput(f"the plan's since, {goal.since}, is later than its until, {goal.until}", help="swap them")
