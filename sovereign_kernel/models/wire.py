"""What a model server's wire carries, checked before any library reads it, and what can go wrong on it.

The shapes are those of /v1/chat/completions and /v1/embeddings, which NIM and OpenAI-compatible servers share.
"""

from __future__ import annotations

import email.utils
import json
import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from sovereign_kernel.errors import BadSetting
from sovereign_kernel.keys import without_keys

Fault = Literal["status", "timeout", "connection", "malformed"]
Messages = Sequence[tuple[Literal["system", "user", "assistant"], str]]

EXCERPT = 300
# What a library may stumble over in an answer that our own reading has already passed; its bare Exceptions are all
# about statuses, which no library gets to see.
LIBRARY_FAULTS = (ValueError, TypeError, LookupError, AttributeError, AssertionError)
# The headers that a door lets out. The libraries add others from variables that were set for one provider alone
# (OPENAI_ORG_ID, OPENAI_CUSTOM_HEADERS …) and from this machine (its system, its Python).
PLAIN_HEADERS = frozenset(
    {"accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"}
    | {"transfer-encoding", "user-agent"}
)
BODY_LIMIT = 32 * 1024 * 1024
LARGEST = 1e15  # in a vector; the square of one that is larger has no float32


class WireError(Exception):
    """A request that brought nothing usable. `excerpt` is the start of the body, without keys."""

    def __init__(
        self,
        fault: Fault,
        excerpt: str = "",
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{fault} {status or ''}: {excerpt}")
        self.fault, self.excerpt, self.status, self.retry_after = fault, excerpt, status, retry_after

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later."""
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

    def send(self, messages: Messages, schema: Mapping[str, Any] | None, max_tokens: int, seconds: float) -> Reply:
        """One request, no retries, at most `seconds` long. Raises WireError only."""
        ...


class EmbeddingWire(Protocol):
    base_url: str
    key_name: str

    def send(self, texts: Sequence[str], kind: Literal["passage", "query"], seconds: float) -> RawVectors:
        """One request, no retries, at most `seconds` long. Raises WireError only."""
        ...


def check_url(base_url: str) -> str:
    """The address without a trailing slash. Raises BadSetting where it is not plain http(s), or carries credentials."""
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadSetting(f"the address {base_url!r} is not http(s)", help="give it like http://127.0.0.1:8000/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadSetting(
            f"the address of {parts.hostname} carries credentials or a query",
            help="put the key into NVIDIA_API_KEY or OPENAI_API_KEY, and the plain address into base_url",
        )
    return base_url.rstrip("/")


def scrub(text: str, key: str | None = None) -> str:
    """`text` on one line, without `key` and without anything that looks like a key, cut to an excerpt."""
    if key:
        text = text.replace(key, "[key]")
    text = without_keys(text)
    text = re.sub(r"(?i)bearer\s+\S+|\b(?:nvapi|sk)-[\w*-]{6,}", "[key]", text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= EXCERPT else text[:EXCERPT] + " …"


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


def status_error(status: int, headers: Mapping[str, str], body: bytes, key: str | None) -> WireError:
    """The fault behind any answer but 2xx; a redirect is named and not followed."""
    if 300 <= status < 400:
        host = urlsplit(headers.get("location", "")).netloc or "elsewhere"
        return WireError("status", f"it redirects to {scrub(host, key)}, which is not followed", status=status)
    excerpt = scrub(_error_message(body), key)
    return WireError("status", excerpt, status=status, retry_after=read_retry_after(headers.get("retry-after")))


def read_reply(body: bytes) -> Reply:
    """A completion from its JSON. Raises WireError where the shape is not that of one."""
    document = without_keys(_document(body))
    choices = document.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise WireError("malformed", "the answer has no choices")
    message = choices[0].get("message")
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(content, str | None):
        raise WireError("malformed", "the answer's message is not text")
    finish = choices[0].get("finish_reason")
    model = document.get("model")
    reasoning = message.get("reasoning_content") or message.get("reasoning") or ""
    return Reply(
        text=(content or "").encode(errors="replace").decode(),
        finish_reason=finish if isinstance(finish, str) else None,
        prompt_tokens=_tokens(document, "prompt_tokens"),
        completion_tokens=_tokens(document, "completion_tokens"),
        model=model if isinstance(model, str) else None,
        reasoning=reasoning if isinstance(reasoning, str) else "",
    )


def read_vectors(body: bytes, count: int, dimension: int | None) -> RawVectors:
    """`count` finite vectors from their JSON, by index. Raises WireError where one is missing, odd or too short."""
    document = _document(body)
    entries = document.get("data")
    if not isinstance(entries, list) or len(entries) != count:
        got = len(entries) if isinstance(entries, list) else "no"
        raise WireError("malformed", f"{got} vectors came back for {count} texts")
    rows: dict[int, tuple[float, ...]] = {}
    for entry in entries:
        index = entry.get("index") if isinstance(entry, dict) else None
        if isinstance(index, int):
            rows[index] = _row(entry.get("embedding"), dimension)
    if set(rows) != set(range(count)):
        raise WireError("malformed", "the vectors' indexes do not match the texts")
    return RawVectors(tuple(rows[i] for i in range(count)), _tokens(document, "prompt_tokens"))


def _row(values: object, dimension: int | None) -> tuple[float, ...]:
    if not isinstance(values, list) or not values:
        raise WireError("malformed", "a vector is not a list of numbers")
    if dimension is not None and len(values) != dimension:
        raise WireError("malformed", f"a vector has {len(values)} dimensions instead of {dimension}")
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= LARGEST for v in values):
        raise WireError("malformed", "a vector holds something that is not a finite number")
    return tuple(float(v) for v in values)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as exc:
        start = scrub(body[: 4 * EXCERPT].decode("utf-8", "replace"))  # more than is shown: half a key is not known
        raise WireError("malformed", f"the answer is not JSON: {start}") from exc
    if not isinstance(document, dict):
        raise WireError("malformed", "the answer is not a JSON object")
    return document


def _tokens(document: Mapping[str, Any], name: str) -> int | None:
    usage = document.get("usage")
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def _error_message(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return re.sub(r"<[^>]*>", " ", text)
    while isinstance(document, dict):
        document = next(
            (document[k] for k in ("message", "detail", "error", "title") if document.get(k)), str(document)
        )
    return str(document)
