"""Almost-JSON that models write, made JSON where that is cheap and leaves no doubt about what was meant. Pure.

Comments, trailing commas, Python's spelling, typographic quotes, an answer inside a string or inside another object, a
bare list, null for an empty list. Nothing is guessed: what is mended must still be a valid answer.
"""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError

LONGEST = 200_000
"""Characters that are mended at most."""
DEEPEST = 60
_STRING_OR_EXTRA = re.compile(
    r'"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z)'  # a string is left as it is; each part may end with the text: one pass
    r"|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)"  # comments
    r"|,(?=\s{0,200}[}\]])",  # a comma before the end
    re.DOTALL,
)
_TYPOGRAPHIC = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_NULL_FOR_A_LIST = {"list_type", "tuple_type", "set_type", "frozen_set_type"}


def mended(text: str) -> Iterator[Any]:
    """Values that `text` may have meant, the likeliest first."""
    text = text.strip()
    if len(text) > LONGEST:
        return
    with suppress(ValueError, RecursionError):
        inner = json.loads(text, parse_constant=no_constant)
        if isinstance(inner, str):  # JSON inside a JSON string
            yield from _read(inner)
        elif isinstance(inner, list):
            yield inner
    span = _span(text)
    if span is None:
        return
    yield from _read(_plain(span))
    if '"' not in span and any(quote in span for quote in "“”„«»"):
        yield from _read(_plain(span.translate(_TYPOGRAPHIC)))
    yield from _python(span)


def unwrapped(value: Any, answer: type[BaseModel]) -> Iterator[Any]:
    """The value itself; then what it wraps, where it has none of the answer's fields."""
    yield value
    if isinstance(value, list):
        lists = [name for name, field in answer.model_fields.items() if get_origin(field.annotation) in {list, tuple}]
        if len(lists) == 1:
            yield {lists[0]: value}
    elif isinstance(value, dict) and not answer.model_fields.keys() & value.keys():
        for part in value.values():
            if isinstance(part, dict):
                yield part
            elif isinstance(part, str) and part.lstrip().startswith("{") and len(part) <= LONGEST:
                yield from _read(part)


def with_empty_lists(value: Any, exc: ValidationError) -> Any | None:
    """`value` with an empty list in place of each null that was refused there; None where other things are wrong."""
    errors = exc.errors(include_url=False, include_context=False)
    if not all(error["type"] in _NULL_FOR_A_LIST and error["input"] is None and error["loc"] for error in errors):
        return None
    filled = copy.deepcopy(value)
    for error in errors:
        *path, last = error["loc"]
        holder = filled
        try:
            for step in path:
                holder = holder[step]
            holder[last] = []
        except (LookupError, TypeError):
            return None
    return filled


def no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _span(text: str) -> str | None:
    """From the first bracket that opens to the last that closes."""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    return text[min(starts) : end + 1] if starts and end > min(starts) else None


def _read(text: str) -> Iterator[Any]:
    with suppress(ValueError, RecursionError):
        yield json.loads(text, strict=False, parse_constant=no_constant)


def _plain(text: str) -> str:
    """Without comments, and without commas before the end; twice, for a comma in front of a comment."""
    for _ in range(2):
        text = _STRING_OR_EXTRA.sub(lambda found: found[0] if found[0][0] == '"' else "", text)
    return text


def _python(text: str) -> Iterator[Any]:
    """A dictionary as Python prints it. Read as a literal: nothing is run."""
    depth = deepest = 0
    for char in text:
        depth += (char in "{[(") - (char in "}])")
        deepest = max(deepest, depth)
    if deepest > DEEPEST or "'" not in text:
        return
    with suppress(ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        value = ast.literal_eval(text)
        yield json.loads(json.dumps(value, allow_nan=False))
