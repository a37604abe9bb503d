"""One structured question over anything that answers messages: asked, read, and mended at most once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sovereign_kernel.errors import BadAnswer, PromptRefused
from sovereign_kernel.models.answers import UnusableError, parse, schema_of
from sovereign_kernel.models.wire import Messages, Reply
from sovereign_kernel.ports import Answer, Prompt

Send = Callable[[Messages, Mapping[str, Any], int], Reply]
"""(messages, JSON Schema of the answer, 0 for the question and 1 for its repetition) -> reply"""
Note = Callable[[int, UnusableError], None]
_SHOWN = 4_000


def converse(send: Send, note: Note, model: str, role: str, prompt: Prompt, answer: type[Answer]) -> Answer:
    """The answer; `note(attempt, reason)` is told of each unusable one. Raises BadAnswer, and what `send` raises."""
    schema = schema_of(answer)
    messages: Messages = (("system", f"{prompt.system}\n\n{_form(schema)}"), ("user", prompt.user))
    reply = send(messages, schema, 0)
    try:
        return _read(reply, answer, model, role)
    except UnusableError as wrong:
        note(0, wrong)
        messages = (*messages, *_mend(reply, wrong))
    reply = send(messages, schema, 1)
    try:
        return _read(reply, answer, model, role)
    except UnusableError as wrong:
        note(1, wrong)
        raise BadAnswer(
            f"{model} gave {role} an unusable answer twice: {wrong}",
            help="choose another model by --model, or raise max_tokens where answers are cut; then resume the run",
            text=reply.text,
        ) from wrong


def _form(schema: Mapping[str, Any]) -> str:
    compact = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return f"Answer with one JSON object and nothing else. It must fit this JSON Schema:\n{compact}"


def _read(reply: Reply, answer: type[Answer], model: str, role: str) -> Answer:
    if reply.finish_reason == "content_filter":
        raise PromptRefused(
            f"the answer of {model} to {role} was withheld by its content filter",
            help="another model or server may give it; nothing else of the run is concerned",
            text=reply.text,
        )
    if reply.finish_reason != "length":
        return parse(reply.text, answer)
    try:
        return parse(reply.text, answer, whole=True)  # some servers pad a finished answer with blanks
    except UnusableError as wrong:
        raise UnusableError("it was cut off, because it was longer than allowed") from wrong


def _mend(reply: Reply, wrong: UnusableError) -> Messages:
    """What is said to a model whose answer was unusable. A cut answer is not shown again: it would only cost room."""
    if reply.finish_reason == "length":
        return (("user", "Your last answer was cut off, because it was too long. Answer again, much shorter."),)
    shown = reply.text[:_SHOWN] or "(empty)"
    return (
        ("assistant", shown),
        ("user", f"That answer cannot be used: {wrong}. Answer again with the one JSON object that fits the schema."),
    )
