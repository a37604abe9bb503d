"""The owner's keys: where they are read, and that no text which comes from outside holds one.

A server may say the key that it was sent in an answer or an error. `without_keys` is applied where such text is read,
so that nothing behind it (records, checkpoints, drafts, messages) ever holds one.
"""

from __future__ import annotations

import base64
import os
from typing import TypeVar
from urllib.parse import quote

from sovereign_kernel.canonical import REDACTED

KEYS = {"nim": "NVIDIA_API_KEY", "openai": "OPENAI_API_KEY"}
SHORTEST = 8
"""Characters below which a key is a placeholder such as "none": to take it out would spoil honest text."""

Text = TypeVar("Text")


def secrets() -> tuple[str, ...]:
    """The keys that are set, in the forms in which a server may say them again."""
    return tuple(form for name in KEYS.values() if (key := os.environ.get(name)) for form in _forms(key))


def without_keys(found: Text) -> Text:
    """The same text, or the same JSON value, with every key in it replaced by '[redacted]'."""
    known = tuple(form for form in secrets() if len(form) >= SHORTEST)
    return _clean(found, known) if known else found  # type: ignore[return-value]


def _forms(key: str) -> tuple[str, ...]:
    """As it is, without the white space around it, percent-encoded, and in base64 without its last, partial block."""
    bare = key.strip()
    encoded = base64.b64encode(bare.encode(errors="surrogateescape")).decode().rstrip("=")
    encoded = encoded[: len(encoded) - len(encoded) % 4]
    return tuple(dict.fromkeys(form for form in (key, bare, quote(bare, safe=""), encoded) if form))


def _clean(found: object, known: tuple[str, ...]) -> object:
    if isinstance(found, str):
        for form in known:
            found = found.replace(form, REDACTED)
        return found
    if isinstance(found, dict):
        return {_clean(name, known): _clean(part, known) for name, part in found.items()}
    if isinstance(found, list):
        return [_clean(part, known) for part in found]
    return found
