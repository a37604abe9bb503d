"""One byte form for a value, so that a hash of it means the same on every machine. Pure."""

from __future__ import annotations

import hashlib
import json
import math
import numbers
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

REDACTED = "[redacted]"


def plain(value: Any, secrets: Sequence[str] = ()) -> Any:
    """`value` in JSON's own types: records become objects, NaN and infinities None, every secret '[redacted]'.

    Raises TypeError for what has no such form: a live object never slips into a file by its repr.
    """
    if isinstance(value, str):
        return redact(value, secrets)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json"), secrets)
    if isinstance(value, Mapping):
        return {redact(str(key), secrets): plain(part, secrets) for key, part in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((plain(part, secrets) for part in value), key=repr)
    if isinstance(value, list | tuple):
        return [plain(part, secrets) for part in value]
    if isinstance(value, PurePath):
        return redact(str(value), secrets)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def redact(text: str, secrets: Sequence[str]) -> str:
    """`text` with every secret in it replaced; an empty secret is none."""
    for secret in secrets:
        if secret and secret in text:
            text = text.replace(secret, REDACTED)
    return text


def dumps(value: Any) -> str:
    """Compact ASCII JSON, keys in the order given: the form of one ledger line."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def canonical(value: Any) -> bytes:
    """Compact ASCII JSON with sorted keys; equal values give equal bytes, and a reader's round trip changes nothing."""
    return json.dumps(plain(value), ensure_ascii=True, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()


def sha256(content: bytes) -> str:
    """SHA-256, hexadecimal, lower case."""
    return hashlib.sha256(content).hexdigest()
