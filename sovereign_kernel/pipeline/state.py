"""The graph's state: records by name, and reducers for the channels that several roles write side by side.

Everything in it is plain and serialisable. `allowed_types()` names the records for the checkpoint serialiser.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, NotRequired, cast, get_type_hints

from langgraph.types import Overwrite
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from sovereign_kernel import records
from sovereign_kernel.errors import BadInput
from sovereign_kernel.records import (
    Claim,
    Contradiction,
    Decision,
    Draft,
    Goal,
    ModelUse,
    OwnerAnswer,
    Review,
    Round,
    Sentence,
)
from sovereign_kernel.records.dossier import Extraction, Manuscript, SearchReport


def by_role(before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> dict[str, Any]:
    """Each role replaces its own entry."""
    return {**(before or {}), **(now or {})}


def merge_searches(
    before: Mapping[str, SearchReport] | None, now: Mapping[str, SearchReport] | None
) -> dict[str, SearchReport]:
    """Each role's reports add up, over the rounds; a paper or a query is kept once."""
    merged = _typed("searches", before)
    for role, report in _typed("searches", now).items():
        old = merged.get(role, SearchReport())
        merged[role] = SearchReport(
            papers=tuple(
                {paper.id: paper for paper in (*report.papers, *old.papers)}[key] for key in _ids(old, report)
            ),
            queries=old.queries + tuple(query for query in report.queries if query not in old.queries),
            dropped=tuple({entry.paper_id: entry for entry in (*old.dropped, *report.dropped)}.values()),
            notices=union(old.notices, report.notices),
        )
    return merged


def merge_extractions(
    before: Mapping[str, Extraction] | None, now: Mapping[str, Extraction] | None
) -> dict[str, Extraction]:
    """Each role's extractions add up, over the rounds; what was there before comes first."""
    merged = _typed("extractions", before)
    for role, new in _typed("extractions", now).items():
        old = merged.get(role, Extraction())
        merged[role] = Extraction(
            read=union(old.read, new.read),
            claims=old.claims + tuple(claim for claim in new.claims if claim not in old.claims),
            notices=union(old.notices, new.notices),
        )
    return merged


def union(before: tuple[str, ...] | None, now: tuple[str, ...] | None) -> tuple[str, ...]:
    """Both, in order, each entry once."""
    return tuple(dict.fromkeys((*(before or ()), *(now or ()))))


def extend(before: tuple[ModelUse, ...] | None, now: tuple[ModelUse, ...] | None) -> tuple[ModelUse, ...]:
    """Both, in order: every node adds what it used."""
    return (*(before or ()), *(now or ()))


def first(before: str | None, now: str | None) -> str:
    """What was there first."""
    return before or now or ""


def either(before: bool | None, now: bool | None) -> bool:
    """Whether one of them says so."""
    return bool(before or now)


def _ids(old: SearchReport, new: SearchReport) -> list[str]:
    return list(dict.fromkeys(paper.id for paper in (*old.papers, *new.papers)))


class ResearchInput(TypedDict):
    """What a run starts from."""

    goal: str
    given_plan: NotRequired[Goal | None]


class ResearchState(TypedDict, total=False):
    """All channels. One node at a time writes the plain ones; several roles write the annotated ones."""

    goal: str
    given_plan: Goal | None
    plan: Goal | None
    searches: Annotated[dict[str, SearchReport], merge_searches]
    extractions: Annotated[dict[str, Extraction], merge_extractions]
    claims: tuple[Claim, ...]
    contradictions: tuple[Contradiction, ...]
    manuscripts: Annotated[dict[str, Manuscript], by_role]
    sentences: Annotated[dict[str, tuple[Sentence, ...]], by_role]
    reviews: Annotated[dict[str, Review], by_role]
    rounds: tuple[Round, ...]
    wanted: tuple[str, ...]
    added: tuple[str, ...]
    put_first: tuple[str, ...]
    owner: OwnerAnswer | None
    owner_notes: tuple[str, ...]
    decision: Decision | None
    draft: Draft | None
    draft_sha256: str
    notices: Annotated[tuple[str, ...], union]
    began: Annotated[str, first]
    stopped_early: Annotated[bool, either]
    uses: Annotated[tuple[ModelUse, ...], extend]
    embedded_by: ModelUse | None


def fresh() -> dict[str, Any]:
    """The update that forgets all of an earlier run on the same thread but the goal that was just asked."""
    started: dict[str, Any] = {
        "plan": None,
        "searches": {},
        "extractions": {},
        "claims": (),
        "contradictions": (),
        "manuscripts": {},
        "sentences": {},
        "reviews": {},
        "rounds": (),
        "wanted": (),
        "added": (),
        "put_first": (),
        "owner": None,
        "owner_notes": (),
        "decision": None,
        "draft": None,
        "draft_sha256": "",
        "notices": (),
        "began": "",
        "stopped_early": False,
        "uses": (),
        "embedded_by": None,
    }
    reduced = {name for name, hint in _hints().items() if hasattr(hint, "__metadata__")}
    return {name: Overwrite(value) if name in reduced else value for name, value in started.items()}


def restored(state: ResearchState) -> ResearchState:
    """The state with records in the place of plain objects: LangGraph Studio, and whoever else edits a thread's state
    over a server, hands those back. Raises BadInput for what is no record."""
    return cast(ResearchState, {name: _checked(name, value) for name, value in state.items()})


def _typed(channel: str, value: Any) -> dict[str, Any]:
    return dict(_checked(channel, value or {}))


def _checked(channel: str, value: Any) -> Any:
    if channel not in _hints():
        return value
    try:
        return _adapter(channel).validate_python(value)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in (channel, *first["loc"]))
        raise BadInput(
            f"the state's {where} is not what a run writes there: {first['msg']}",
            help="undo the edit, or begin a new run on this thread",
        ) from exc


@lru_cache(maxsize=1)
def _hints() -> dict[str, Any]:
    return get_type_hints(ResearchState, include_extras=True)


@lru_cache(maxsize=64)
def _adapter(channel: str) -> TypeAdapter[Any]:
    return TypeAdapter(_hints()[channel])


def allowed_types() -> list[tuple[str, str]]:
    """(module, class) of every record that a checkpoint may hold."""
    kept: list[type] = [
        kind for kind in vars(records).values() if isinstance(kind, type) and issubclass(kind, records.Record)
    ]
    return [(kind.__module__, kind.__name__) for kind in (*kept, SearchReport, Extraction, Manuscript)]
