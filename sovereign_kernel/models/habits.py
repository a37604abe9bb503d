"""How one server wants to be asked for one model: learned from its own refusals, and remembered for the process."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, Literal, TypeVar

Kept = TypeVar("Kept")
AnswerForm = Literal["json_schema", "json_object", "text"]
TOKEN_FIELDS = ("max_tokens", "max_completion_tokens")


@dataclass(frozen=True)
class Habits:
    """The defaults are what most servers take.

    `token_field`: the name of the limit on an answer's tokens; None: it is not sent. `answer_form`: the response_format
    that is asked for. `system_role`: False puts the instructions in front of the user's text. `left_out`: optional
    fields that were refused. `context`: the tokens that prompt and answer may have together, `most_tokens` those of an
    answer, where the server has told.
    """

    token_field: str | None = TOKEN_FIELDS[0]
    answer_form: AnswerForm = "json_schema"
    system_role: bool = True
    left_out: frozenset[str] = frozenset()
    context: int | None = None
    most_tokens: int | None = None


class Memory(Generic[Kept]):
    """What this process has learned of servers, by address and model. Shared by threads."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Kept] = {}
        self._lock = Lock()
        _memories.append(self)

    def of(self, base_url: str, model: str) -> Kept | None:
        """None when the server has not refused anything yet."""
        with self._lock:
            return self._kept.get((base_url, model))

    def keep(self, base_url: str, model: str, habits: Kept) -> None:
        with self._lock:
            self._kept[base_url, model] = habits

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


def forget() -> None:
    """Forgets every server. For tests, whose servers come and go on the same ports."""
    for memory in _memories:
        memory.clear()


_memories: list[Memory[Any]] = []
memory: Memory[Habits] = Memory()
