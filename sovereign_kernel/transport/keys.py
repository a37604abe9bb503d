"""The owner's keys: as their owners mean them, and that no text which comes from outside holds one.

A pasted key often brings blanks, line ends or quotes along; they are no part of it. A server may say the key that it
was sent in an answer or an error: `without_keys` is applied where such text is read, so that nothing behind it (records,
checkpoints, drafts, messages) ever holds one.
"""

from __future__ import annotations

import base64
import os
import unicodedata
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import quote

from sovereign_kernel.errors import BadSetting
from sovereign_kernel.storage.canonical_json import REDACTED

KEYS = {"nim": "NVIDIA_API_KEY", "openai": "OPENAI_API_KEY"}
SHORTEST = 8
"""Characters below which a key is a placeholder such as "none": to take it out would spoil honest text."""
_AROUND = " \t\r\n\ufeff\u00a0\u200b\"'`“”‘’"

Text = TypeVar("Text")


def read_key(name: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The key in a variable; None when there is none. Raises BadSetting, without showing it, for what is no key."""
    key = _bare(name, environment)
    odd = next((char for char in key if not "!" <= char <= "~"), None)
    if odd is not None:
        raise BadSetting(
            f"{name} holds {_described(odd)}, which no key has",
            help=f"copy the key again, and set {name} to it alone, on one line",
        )
    return key or None


def has_key(name: str, environment: Mapping[str, str] | None = None) -> bool:
    """Whether something is set, also what is no key."""
    return bool(_bare(name, environment))


def secrets(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The keys that are set, in every form in which they may show themselves or a server may say them again."""
    environment = os.environ if environment is None else environment
    given = [value for name in KEYS.values() if (value := environment.get(name))]
    return tuple(dict.fromkeys(form for value in given for form in _forms(value) if form.strip(_AROUND)))


def without_keys(found: Text) -> Text:
    """The same text, or the same JSON value, with every key in it replaced by '[redacted]'."""
    known = tuple(form for form in secrets() if len(form) >= SHORTEST)
    return _clean(found, known) if known else found  # type: ignore[return-value]


def _forms(key: str) -> tuple[str, ...]:
    """As it was given, as it is sent, percent-encoded, and in base64 without its last, partial block."""
    bare = key.strip(_AROUND)
    encoded = base64.b64encode(bare.encode(errors="surrogateescape")).decode().rstrip("=")
    encoded = encoded[: len(encoded) - len(encoded) % 4]
    return tuple(dict.fromkeys(form for form in (key, key.strip(), bare, quote(bare, safe=""), encoded) if form))


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


def _bare(name: str, environment: Mapping[str, str] | None) -> str:
    environment = os.environ if environment is None else environment
    return environment.get(name, "").strip(_AROUND)


def _described(char: str) -> str:
    if char in "\r\n":
        return "a line break"
    if char.isspace():
        return "a blank"
    return f"the character U+{ord(char):04X} ({unicodedata.name(char, 'without a name')})"
