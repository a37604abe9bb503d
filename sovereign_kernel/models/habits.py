"""How one server wants to be asked for one model: learned from its own refusals, and remembered for the process."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Literal

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


_known: dict[tuple[str, str], Habits] = {}
_lock = Lock()


def known(base_url: str, model: str) -> Habits | None:
    """What this process has learned of the server; None when it has not refused anything yet."""
    with _lock:
        return _known.get((base_url, model))


def remember(base_url: str, model: str, habits: Habits) -> None:
    with _lock:
        _known[base_url, model] = habits


def forget() -> None:
    """Forgets every server. For tests, whose servers come and go on the same ports."""
    with _lock:
        _known.clear()
