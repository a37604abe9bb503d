"""Where a run stands by its checkpoints, which may come from a stranger: read, checked for their types, never guessed.

Every value must be what its channel holds; a checkpoint with anything else in it is none of the graph's.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from sovereign_kernel.errors import BadRun
from sovereign_kernel.pipeline.state import ResearchState, allowed_types
from sovereign_kernel.records import Draft

OWNER_REVIEW = "branch:to:owner_review"
INTERRUPT = "__interrupt__"
_OF_THE_GRAPH = ("branch:to:", "join:", "__")  # LangGraph's own channels
_VERSION = re.compile(r"\d{1,40}(\.\d{1,40}){0,2}")


class UnusableCheckpoints(BadRun):
    """The checkpoints cannot be gone on from; `str` says why."""


@dataclass(frozen=True)
class Standing:
    """The last saved state: the channels that hold something, and whether the graph waits for its owner."""

    values: Mapping[str, Any]
    awaits_owner: bool

    @property
    def draft(self) -> Draft | None:
        found = self.values.get("draft")
        return found if isinstance(found, Draft) else None


def standing(connection: sqlite3.Connection, run_id: str) -> Standing | None:
    """The last checkpoint of the run; None when there is none. Raises UnusableCheckpoints."""
    try:
        return _standing(connection, run_id)
    except UnusableCheckpoints:
        raise
    except Exception as exc:  # a stranger's bytes go through the readers of LangGraph, msgpack and pydantic
        raise UnusableCheckpoints(f"{type(exc).__name__}: {exc}"[:500]) from exc


def _standing(connection: sqlite3.Connection, run_id: str) -> Standing | None:
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.checkpoint.sqlite import SqliteSaver

    saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=allowed_types()))
    found = saver.get_tuple({"configurable": {"thread_id": run_id}})
    if found is None:
        return None
    checkpoint: Mapping[str, Any] = found.checkpoint
    _check_frame(checkpoint, found.metadata)
    values = checkpoint["channel_values"]
    _check_values(values.items())
    pending = [(channel, value) for _, channel, value in found.pending_writes or ()]
    _check_values(pending)
    waits = OWNER_REVIEW in values and any(channel == INTERRUPT for channel, _ in pending)
    return Standing(values, waits)


def _check_frame(checkpoint: Mapping[str, Any], metadata: Any) -> None:
    """What LangGraph keeps beside the values: versions that can be compared, steps that can be counted."""
    _must(isinstance(checkpoint, dict) and isinstance(metadata, dict), "it is no checkpoint")
    _must(
        type(checkpoint.get("v")) is int and 4 <= checkpoint["v"] < 100, "it has a form that this kernel does not know"
    )
    _must(isinstance(checkpoint.get("id"), str) and isinstance(checkpoint.get("ts"), str), "it has no id or no time")
    _must(type(metadata.get("step")) is int and abs(metadata["step"]) < 2**31, "it counts no steps")
    _must(_all_text(checkpoint.get("updated_channels") or ()), "its channels are not named")
    _must(not checkpoint.get("pending_sends"), "it sends tasks, which the graph never does")
    _must(isinstance(checkpoint.get("channel_values"), dict), "it has no values")
    seen: Any = checkpoint.get("versions_seen")
    _must(isinstance(seen, dict), "it has no versions")
    for versions in (checkpoint.get("channel_versions"), *seen.values()):
        _must(isinstance(versions, dict) and _all_text(versions), "its versions are none")
        _must(all(isinstance(v, str) and _VERSION.fullmatch(v) for v in versions.values()), "its versions are none")


def _check_values(values: Iterator[tuple[Any, Any]] | Any) -> None:
    for channel, value in values:
        _must(isinstance(channel, str), "a channel has no name")
        if channel in _channels():
            _check(channel, _without_overwrite(value))
        else:
            _must(channel.startswith(_OF_THE_GRAPH), f"it has a channel {channel!r}, which the graph has not")
        if channel.startswith("branch:to:"):
            _must(value is None, f"{channel} holds something")
        if channel.startswith("join:"):
            _must(isinstance(value, str) or _all_text(value), f"{channel} holds no names")


def _check(channel: str, value: Any) -> None:
    """Raises pydantic's errors unless the value, taken apart and put together again, is what the channel holds."""
    adapter = _channels()[channel]
    adapter.validate_python(adapter.dump_python(value, warnings=False))


@cache
def _channels() -> dict[str, TypeAdapter[Any]]:
    return {name: TypeAdapter(kind) for name, kind in get_type_hints(ResearchState).items()}


def _without_overwrite(value: Any) -> Any:
    """A write may replace what its channel holds in place of adding to it."""
    from langgraph.types import Overwrite

    if isinstance(value, Overwrite):
        return value.value
    return value["__overwrite__"] if isinstance(value, dict) and value.keys() == {"__overwrite__"} else value


def _all_text(names: Any) -> bool:
    return isinstance(names, Sequence | Mapping | set) and all(isinstance(name, str) for name in names)


def _must(holds: bool, why: str) -> None:
    if not holds:
        raise UnusableCheckpoints(why)
