"""From a model's text to a validated answer. Pure: text in, record or reason out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from sovereign_kernel.ports import Answer

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
_THOUGHT_OPEN = re.compile(r"<(?:think|thinking|reasoning)>", re.IGNORECASE)
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
    """`text` without <think>…</think>; also where the opening tag is missing, or the closing one."""
    text = _THOUGHT.sub("", text)
    text = _THOUGHT_END.split(text)[-1]
    return _THOUGHT_OPEN.split(text)[0].strip()


def parse(text: str, answer: type[Answer]) -> Answer:
    """The last JSON object in `text` that is a valid `answer`, whatever prose or code fence is around it.

    Raises UnusableError with the reasons of the longest object, or because there was none.
    """
    spoken = without_thoughts(text)
    found = list(_objects(spoken))
    if not found:
        raise UnusableError("it holds no complete JSON object" if spoken else "it is empty")
    reasons: dict[int, str] = {}
    for length, candidate in reversed(found):
        try:
            json.dumps(candidate, ensure_ascii=False).encode()
            return answer.model_validate(candidate)
        except UnicodeEncodeError:
            reasons[length] = "it holds half of a surrogate pair, which is no text"
        except ValidationError as exc:
            reasons[length] = _reason(exc)
    raise UnusableError(reasons[max(reasons)])


def spoken_objects(text: str) -> list[dict[str, Any]]:
    """Every top-level JSON object of an answer, in order, whatever it holds."""
    return [value for _, value in _objects(without_thoughts(text))]


def _objects(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Top-level JSON objects with their lengths. Raw line breaks inside strings are let through; NaN is not."""
    decoder = json.JSONDecoder(strict=False, parse_constant=_no_constant)
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
            yield end - at, value
        at = text.find("{", end)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _reason(exc: ValidationError) -> str:
    errors = exc.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, e['loc'])) or 'the object'}: {e['msg']}" for e in errors[:_REASONS]]
    more = len(errors) - _REASONS
    return "; ".join(lines) + (f"; and {more} more" if more > 0 else "")
