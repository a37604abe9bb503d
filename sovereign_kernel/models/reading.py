"""What a model server's answer holds, wherever in it the server puts that. Pure: bytes in, value or WireError out."""

from __future__ import annotations

import base64
import binascii
import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from sovereign_kernel.models.refusals import error_inside
from sovereign_kernel.models.wire import EXCERPT, RawVectors, Reply, WireError, scrub
from sovereign_kernel.transport.keys import without_keys

LARGEST = 1e15
"""In a vector; the square of one that is larger has no float32."""
MOST_TOKENS = 10**9
"""A count above is an error of the server, so unknown; checkpoints could not even hold one above 2^64."""
_THOUGHTS = ("thinking", "reasoning", "redacted_thinking")
_BOM = b"\xef\xbb\xbf"


def read_reply(body: bytes, key: str | None = None) -> Reply:
    """A completion from its JSON. Raises WireError where there is none, with the status of an error that is told."""
    document = _streamed(body) if body.lstrip()[:5] == b"data:" else read_document(body, key)
    error = error_inside(document, key)
    if error is not None:
        raise error
    document = without_keys(document)
    choices = document.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise WireError("malformed", "the answer has no choices")
    message = choices[0].get("message")
    if not isinstance(message, dict) or not isinstance(message.get("content"), str | list | None):
        raise WireError("malformed", "the answer's message is not text")
    finish = choices[0].get("finish_reason")
    model = document.get("model")
    reasoning = text_of(message.get("reasoning_content")) or text_of(message.get("reasoning"))
    text = text_of(message.get("content")) or _arguments(message)
    if not text.strip() and "{" in reasoning and finish != "length":
        text = reasoning  # some servers take the whole of a constrained answer for a thought
    return Reply(
        text=(text or text_of(message.get("refusal"))).encode(errors="replace").decode(),
        finish_reason=finish if isinstance(finish, str) else None,
        prompt_tokens=_tokens(document, "prompt_tokens"),
        completion_tokens=_tokens(document, "completion_tokens"),
        model=model if isinstance(model, str) else None,
        reasoning=reasoning,
    )


def read_vectors(body: bytes, expected: int, dimension: int | None = None, key: str | None = None) -> RawVectors:
    """`expected` finite vectors from their JSON, in the order of the texts.

    Raises WireError where one is missing, odd or of another length than `dimension`.
    """
    document = read_document(body, key)
    error = error_inside(document, key)
    if error is not None:
        raise error
    entries = document.get("data")
    if not isinstance(entries, list) or len(entries) != expected or not all(isinstance(one, dict) for one in entries):
        got = len(entries) if isinstance(entries, list) else "no"
        raise WireError("malformed", f"{got} vectors came back for {expected} texts")
    rows = [_row(entry.get("embedding"), dimension) for entry in entries]
    places = _places([entry.get("index") for entry in entries])
    ordered = dict(zip(places, rows, strict=True))
    return RawVectors(tuple(ordered[place] for place in range(expected)), _tokens(document, "prompt_tokens"))


def read_document(body: bytes, key: str | None = None) -> dict[str, Any]:
    try:
        document = json.loads(body.removeprefix(_BOM))
    except (ValueError, RecursionError) as exc:
        start = scrub(body[:EXCERPT].decode("utf-8", "replace"), key)
        raise WireError("malformed", f"the answer is not JSON: {start}") from exc
    if isinstance(document, list) and len(document) == 1 and isinstance(document[0], dict):
        document = document[0]  # as Gemini wraps its errors
    if not isinstance(document, dict):
        raise WireError("malformed", "the answer is not a JSON object")
    return document


def text_of(content: object) -> str:
    """The text of a content that is text, or a list of parts; thoughts among them are left out."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = (part if isinstance(part, str) else _part(part) for part in content)
    return "".join(parts)


def _part(part: object) -> str:
    if not isinstance(part, dict) or part.get("type") in _THOUGHTS or part.get("thought") is True:
        return ""
    text = part.get("text")
    text = text.get("value") if isinstance(text, dict) else text
    return text if isinstance(text, str) else ""


def _arguments(message: Mapping[str, Any]) -> str:
    """What a model gives to a tool that it made up for the answer."""
    calls = message.get("tool_calls")
    call = calls[0] if isinstance(calls, list) and calls else None
    function = call.get("function") if isinstance(call, dict) else message.get("function_call")
    arguments = function.get("arguments") if isinstance(function, dict) else None
    return json.dumps(arguments) if isinstance(arguments, dict) else arguments if isinstance(arguments, str) else ""


def _streamed(body: bytes) -> dict[str, Any]:
    """The whole completion from the events of a server that streams unasked."""
    whole: dict[str, Any] = {}
    message = {"content": "", "reasoning_content": ""}
    finish = None
    for line in body.splitlines():
        line = line.strip()
        if not line.startswith(b"data:") or line[5:].strip() in {b"[DONE]", b""}:
            continue
        event = read_document(line[5:])
        whole |= {name: value for name, value in event.items() if value is not None}
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        delta = choice.get("delta") if isinstance(choice.get("delta"), dict) else choice.get("message")
        finish = choice.get("finish_reason") or finish
        if isinstance(delta, dict):
            message["content"] += text_of(delta.get("content"))
            message["reasoning_content"] += text_of(delta.get("reasoning_content")) or text_of(delta.get("reasoning"))
    return whole | {"choices": [{"message": message, "finish_reason": finish}]}


def _places(indexes: Sequence[object]) -> list[int]:
    """Where each vector belongs: by its index, or by its position where the server gives no usable indexes.

    Some leave the index out, or a zero only, or give every vector the same one. Raises WireError where the indexes
    neither name every place once nor can be ignored.
    """
    found = [_index(index, place) for place, index in enumerate(indexes)]
    positions = list(range(len(found)))
    if sorted(found) == positions:
        return found
    if len(set(found)) == 1 or found == sorted(set(found)):
        return positions
    raise WireError("malformed", "the vectors' indexes do not match the texts")


def _index(index: object, place: int) -> int:
    if isinstance(index, str) and index.isascii() and index.isdigit() and len(index) < 10:
        return int(index)
    if isinstance(index, float) and index.is_integer():
        return int(index)
    return index if isinstance(index, int) and not isinstance(index, bool) else place


def _row(values: object, dimension: int | None) -> tuple[float, ...]:
    if isinstance(values, str):
        values = _decoded(values)
    if isinstance(values, list) and len(values) == 1 and isinstance(values[0], list):
        values = values[0]
    if not isinstance(values, list) or not values:
        raise WireError("malformed", "a vector is not a list of numbers")
    if dimension is not None and len(values) != dimension:
        raise WireError("malformed", f"a vector has {len(values)} dimensions instead of {dimension}")
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= LARGEST for v in values):
        raise WireError("malformed", "a vector holds something that is not a finite number")
    return tuple(float(v) for v in values)


def _decoded(text: str) -> list[float]:
    """A vector in base64: float32, little-endian, as OpenAI's API has it."""
    try:
        raw = base64.b64decode(text, validate=True)
        return list(struct.unpack(f"<{len(raw) // 4}f", raw))
    except (binascii.Error, ValueError, struct.error) as exc:
        raise WireError("malformed", "a vector is text that is no base64 of numbers") from exc


def count(told: object) -> int | None:
    """A count of tokens that can be one; anything else is unknown."""
    if isinstance(told, float) and told.is_integer():
        told = int(told)
    if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= MOST_TOKENS:
        return None
    return told


def _tokens(document: Mapping[str, Any], name: str) -> int | None:
    usage = document.get("usage")
    return count(usage.get(name)) if isinstance(usage, dict) else None
