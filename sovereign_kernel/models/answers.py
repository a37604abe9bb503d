"""From a model's text to a validated answer. Pure: text in, record or reason out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ValidationError

from sovereign_kernel.models.mending import mended, no_constant, unwrapped, with_empty_lists
from sovereign_kernel.ports import Answer
from sovereign_kernel.transport.keys import without_keys

_THOUGHT_TAG = re.compile(r"<(/?)(?:think|thinking|reasoning)>", re.IGNORECASE)
LONGEST = 1_000_000
"""Characters of an answer that are read; max_tokens allows about as many."""
_TRIES = 200
_REASONS = 8
# Keywords that strict servers refuse, or that would let a model leave fields out.
_UNWANTED = frozenset({"default", "minLength", "maxLength", "uniqueItems"})


class UnusableError(Exception):
    """A text that holds no valid answer; the message tells the model what was wrong."""


def schema_of(answer: type[BaseModel]) -> dict[str, Any]:
    """The answer's JSON Schema with every property required and no other allowed, as strict servers ask for."""
    schema = _closed(answer.model_json_schema())
    assert isinstance(schema, dict)
    return schema


def _closed(node: object) -> object:
    if isinstance(node, list):
        return [_closed(part) for part in node]
    if not isinstance(node, dict):
        return node
    properties = node.get("properties")
    closed = {
        key: {name: _closed(part) for name, part in value.items()} if key in {"properties", "$defs"} else _closed(value)
        for key, value in node.items()
        if key not in _UNWANTED
    }
    if isinstance(properties, dict):
        closed |= {"required": list(properties), "additionalProperties": False}
    return closed


def without_thoughts(text: str) -> str:
    """`text` without <think>…</think>; also where the opening tag is missing, or the closing one. One pass."""
    spoken: list[str] = []
    at, within = 0, False
    for tag in _THOUGHT_TAG.finditer(text):
        if tag[1]:
            if not within:
                spoken.clear()  # a thought whose opening tag the server has taken away
        elif not within:
            spoken.append(text[at : tag.start()])
        within = not tag[1]
        at = tag.end()
    return "".join(spoken if within else [*spoken, text[at:]]).strip()


def parse(text: str, answer: type[Answer], *, whole: bool = False) -> Answer:
    """The last JSON object in `text` that is a valid `answer`, whatever prose or code fence is around it.

    What is cheap to mend is mended: see `mending`. With `whole`, for a text that may have been cut, only an object with
    every field counts, and only where no other begins after it. Raises UnusableError with the reasons of the longest
    object, or because there was none.
    """
    if len(text) > LONGEST:
        raise UnusableError(f"it is longer than {LONGEST:,} characters")
    spoken = without_thoughts(text)
    found = list(_objects(spoken))
    if whole:
        return _whole(spoken, found, answer)
    reasons: dict[int, str] = {}
    for length, _, candidate in reversed(found):
        try:
            return _valid(candidate, answer)
        except UnusableError as wrong:
            reasons[length] = str(wrong)
    for candidate in mended(spoken):
        with suppress(UnusableError):
            return _valid(candidate, answer)
    if reasons:
        raise UnusableError(reasons[max(reasons)])
    raise UnusableError("it holds no complete JSON object" if spoken else "it is empty")


def _whole(text: str, found: Sequence[tuple[int, int, dict[str, Any]]], answer: type[Answer]) -> Answer:
    if not found or "{" in text[found[-1][1] :]:
        raise UnusableError("it holds no complete JSON object")
    candidate = found[-1][2]
    if not answer.model_fields.keys() <= candidate.keys():
        raise UnusableError("it lacks fields")
    return _valid(candidate, answer)


def _valid(candidate: Any, answer: type[Answer]) -> Answer:
    """The answer in a JSON value: the value itself, or what is wrapped in it."""
    wrong: UnusableError | None = None
    for form in unwrapped(candidate, answer):
        try:
            json.dumps(form, ensure_ascii=False).encode()
            return _validated(form, answer)
        except UnicodeEncodeError:
            wrong = wrong or UnusableError("it holds half of a surrogate pair, which is no text")
        except ValidationError as exc:
            wrong = wrong or UnusableError(_reason(exc))
    raise wrong or UnusableError("it holds no complete JSON object")


def spoken_objects(text: str) -> list[dict[str, Any]]:
    """Every top-level JSON object of an answer, in order, whatever it holds."""
    return [value for _, _, value in _objects(without_thoughts(text))]


def _validated(form: Any, answer: type[Answer]) -> Answer:
    """Raises ValidationError. A null where a list belongs is an empty list."""
    form = without_keys(form)  # again: here escapes inside the text are undone
    try:
        return answer.model_validate(form)
    except ValidationError as exc:
        filled = with_empty_lists(form, exc)
        if filled is None:
            raise
        return answer.model_validate(filled)


def _objects(text: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Top-level JSON objects with their lengths and ends. Raw line breaks inside strings are let through; NaN is
    not."""
    decoder = json.JSONDecoder(strict=False, parse_constant=no_constant)
    at = text.find("{")
    for _ in range(_TRIES):
        if at < 0:
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as exc:
            end = max(at + 1, exc.pos)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield end - at, end, value
        at = text.find("{", end)


def _reason(exc: ValidationError) -> str:
    errors = exc.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, e['loc'])) or 'the object'}: {e['msg']}" for e in errors[:_REASONS]]
    more = len(errors) - _REASONS
    return "; ".join(lines) + (f"; and {more} more" if more > 0 else "")
