"""What is asked of a model server and what it gives back, as values, and every way in which that can fail.

The shapes are those of /v1/chat/completions and /v1/embeddings, which NIM and OpenAI-compatible servers share.
"""

from __future__ import annotations

import email.utils
import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import parse_qsl, urlsplit

from sovereign_kernel.errors import BadSetting
from sovereign_kernel.models.habits import Habits
from sovereign_kernel.transport.keys import without_keys

Fault = Literal["status", "timeout", "connection", "malformed", "setup"]
"""`setup`: what the owner has configured cannot work, and asking again is pointless."""
Messages = Sequence[tuple[Literal["system", "user", "assistant"], str]]

EXCERPT = 300
READ = 8_192
"""Characters of an error page that are looked at."""


class WireError(Exception):
    """A request that brought nothing usable. `excerpt` is the start of what the server said, without keys.

    `words` is all of it that tells faults apart, in lower case: message, code, type, parameter. `help` says what to do
    where more is known than the status tells. `exhausted`: the owner's quota or credit is used up.
    """

    def __init__(
        self,
        fault: Fault,
        excerpt: str = "",
        *,
        status: int | None = None,
        retry_after: float | None = None,
        words: str = "",
        help: str = "",
        exhausted: bool = False,
    ) -> None:
        super().__init__(f"{fault} {status or ''}: {excerpt}")
        self.fault, self.excerpt, self.status, self.retry_after = fault, excerpt, status, retry_after
        self.words, self.help, self.exhausted = words or excerpt.lower(), help, exhausted

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later."""
        if self.fault == "setup" or self.exhausted:
            return False
        return self.fault != "status" or self.status in {408, 409, 425, 429} or (self.status or 0) >= 500


@dataclass(frozen=True)
class Reply:
    """One completion. Token counts are None where the server does not tell them."""

    text: str
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    model: str | None = None
    reasoning: str = ""

    @property
    def tokens(self) -> int | None:
        if self.prompt_tokens is None or self.completion_tokens is None:
            return None
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True)
class RawVectors:
    """One answered batch of embeddings, in the order of the texts."""

    rows: tuple[tuple[float, ...], ...]
    prompt_tokens: int | None = None


class Wire(Protocol):
    base_url: str
    key_name: str
    habits: Habits
    """How the server wants to be asked, before it has refused anything."""
    extra_body: Mapping[str, Any]

    def send(
        self, messages: Messages, schema: Mapping[str, Any], max_tokens: int, seconds: float, habits: Habits
    ) -> Reply:
        """One request in the way of `habits`, no retries, at most `seconds` long. Raises WireError only."""
        ...


class EmbeddingWire(Protocol):
    base_url: str
    key_name: str

    def send(self, texts: Sequence[str] | str, kind: Literal["passage", "query"], seconds: float) -> RawVectors:
        """One request, no retries, at most `seconds` long; a str goes as one, not as a list. Raises WireError only."""
        ...


def check_url(base_url: str) -> str:
    """The address without a trailing slash. Raises BadSetting where it is not plain http(s), or carries credentials.

    Azure's `api-version` is the one query that an address may have.
    """
    base_url = base_url.strip().strip("\"'")
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadSetting(f"the address {base_url!r} is not http(s)", help="give it like http://127.0.0.1:8000/v1")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.username or parts.password or parts.fragment or query.keys() - {"api-version"}:
        raise BadSetting(
            f"the address of {parts.hostname} carries credentials or a query",
            help="put the key into NVIDIA_API_KEY or OPENAI_API_KEY, and the plain address into base_url",
        )
    return parts._replace(path=parts.path.rstrip("/")).geturl()


def endpoint(base_url: str, path: str) -> str:
    """The address of `path` beneath a checked `base_url`; a query stays at the end."""
    parts = urlsplit(base_url)
    return parts._replace(path=f"{parts.path}/{path}").geturl()


def scrub(text: str, key: str | None = None) -> str:
    """`text` on one line, without `key` and without anything that looks like a key, cut to an excerpt."""
    text = without_key(text, key)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= EXCERPT else text[:EXCERPT] + " …"


def without_key(text: str, key: str | None) -> str:
    """The start of `text`, without `key` and without anything that looks like a key."""
    if key:
        text = text.replace(key, "[key]")
    text = without_keys(text)
    if len(text) > READ:
        text = re.sub(r"\S{1,200}\Z", "", text[:READ])  # the last word may be half a key
    return re.sub(r"(?i)\bbearer\s{1,20}\S+|\b(?:nvapi|sk)-[\w*-]{6,}", "[key]", text)


def read_retry_after(value: str | None) -> float | None:
    """Seconds to wait by a Retry-After header: a number, or an HTTP date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
