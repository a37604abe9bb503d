"""What a server says when it refuses, in the shapes of all the servers that are known: told apart by their words.

Pure. Every pattern is linear, and no more than the start of an error page is looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sovereign_kernel.models.wire import READ, WireError, read_retry_after, scrub, without_key

_CONTENT = re.compile(
    r"content[_ ]?filter|content[_ -]management|content[_ ]policy|responsibleai|data_?inspection|inappropriate content|"
    r"content exists risk|safety (?:system|setting|filter)|block_?reason|prohibited_content|"
    r"blocked by (?:our |the )?(?:content|safety|moderation)|"
    r"flagged (?:as|for|by)|was flagged|requires moderation|moderation_blocked|usage polic|invalid_prompt|"
    r"guardrail|sensitive content|unsafe content|不安全或敏感"
)
_CONTEXT = re.compile(
    r"context[_ ](?:length|window|size)|maximum context|model_max_prompt|max_model_len|n_ctx|"
    r"(?:prompt|input|request|message)s? (?:is|are) too (?:long|large)|prompt too long|input token count|"
    r"reduce (?:the length|your prompt|the size)|tokens in the messages|inputs?` tokens|too many input tokens|"
    r"exceeds? the (?:model's )?(?:maximum|limit of tokens)|string_above_max_length"
)
_EXHAUSTED = re.compile(
    r"insufficient[_ ](?:quota|credit|balance|funds)|credit balance|out of credits|more credits|payment required|"
    r"billing[_ ](?:hard|not|limit)|hard limit has been reached|arrears|余额不足"
)
_EXHAUSTED_UNLESS_TOLD_TO_WAIT = re.compile(
    r"exceeded your current quota|per[- ]day|daily (?:limit|quota)|\((?:tpd|rpd)\)|monthly (?:limit|quota|spend)"
)
"""Gemini says the first of a limit that ends in a minute, too; then it says when to come back."""
_WAIT = re.compile(r"(?:try again|retry|retry after|wait)(?: in)? ([0-9]{1,6}(?:\.[0-9]{1,6})?) ?(ms|s\b|sec)")
_STATUS_OF = (
    (401, re.compile(r"unauthenticated|unauthorized|invalid[_ ]api[_ ]key|authentication|no auth|\b401\b")),
    (403, re.compile(r"permission|forbidden|access denied")),
    (404, re.compile(r"model_?not_?found|not_found")),
    (429, re.compile(r"rate[_ ]?limit|too many requests|insufficient_quota|resource_exhausted|throttl")),
    (503, re.compile(r"overloaded|unavailable|service_unavailable|capacity|loading model")),
    (504, re.compile(r"time[d]?[_ -]?out|deadline")),
    (400, re.compile(r"content_?filter|context_length|invalid_request|bad_?request|invalid_parameter")),
    (500, re.compile(r"server_error|internal")),
)
_WORDS = ("message", "msg", "detail", "error", "title", "error_message", "errors")
_TELLTALE = ("code", "type", "param", "status", "reason", "error_type", "metadata", "innererror", "details", "loc")


def is_content_refusal(error: WireError) -> bool:
    """Whether this one prompt was refused for what it says; another prompt may pass."""
    return error.fault == "status" and error.status in {400, 403, 422, 451, 500} and _found(_CONTENT, error)


def is_too_long(error: WireError) -> bool:
    """Whether prompt and answer together are longer than the model takes."""
    return error.fault == "status" and error.status in {400, 413, 422, 500} and _found(_CONTEXT, error)


def status_error(status: int, headers: Mapping[str, str], body: bytes, key: str | None) -> WireError:
    """The fault behind any answer but 2xx; a redirect is named and not followed."""
    if 300 <= status < 400:
        host = urlsplit(headers.get("location", "")).netloc or "elsewhere"
        return WireError("status", f"it redirects to {scrub(host, key)}, which is not followed", status=status)
    return _refusal(status, _parsed(body), read_retry_after(headers.get("retry-after")), key)


def error_inside(document: Mapping[str, Any], key: str | None = None) -> WireError | None:
    """The fault that a 2xx body tells of in place of an answer; None when it tells of none."""
    found = document.get("error")
    choices = document.get("choices")
    if not found and isinstance(choices, list) and choices and isinstance(choices[0], dict):
        found = choices[0].get("error")
        if not found and choices[0].get("finish_reason") == "error":
            found = {"message": "the answer ended in an error"}
    if not found and not choices and "data" not in document:
        named = document.get("object") == "error" or any(document.get(name) for name in ("message", "detail", "msg"))
        found = dict(document) if named else None
    if not found:
        return None
    return _refusal(_status_told(found), {"error": found}, None, key)


def _refusal(status: int | None, told: Any, retry_after: float | None, key: str | None) -> WireError:
    excerpt = scrub(said(told), key)
    words = " ".join(without_key(f"{said(told)} {' '.join(_telltales(told))}", key).lower().split())
    if retry_after is None and (asked := _WAIT.search(words)):
        retry_after = float(asked[1]) / (1000 if asked[2] == "ms" else 1)
    if status is None and (_CONTENT.search(words) or _CONTEXT.search(words)):
        status = 400
    if status is None and _EXHAUSTED.search(words):
        status = 402
    if status is None:
        return WireError("malformed", f"it says: {excerpt}", words=words)
    waits = retry_after is not None
    spent = _EXHAUSTED.search(words) or (not waits and _EXHAUSTED_UNLESS_TOLD_TO_WAIT.search(words))
    exhausted = status == 402 or (status in {403, 429} and bool(spent))
    return WireError("status", excerpt, status=status, retry_after=retry_after, words=words, exhausted=exhausted)


def _found(pattern: re.Pattern[str], error: WireError) -> bool:
    return bool(pattern.search(error.words))


def _parsed(body: bytes) -> Any:
    """The JSON of an error's body, or its text without tags."""
    text = body[: 4 * READ].decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        title = re.search(r"<title[^<>]{0,200}>([^<>]{1,200})<", text, re.IGNORECASE)
        return title[1] if title and title[1].strip() else re.sub(r"<[^<>]*>", " ", text)


def said(told: Any) -> str:
    """The sentence for a reader, from whatever a server wraps around it; a gateway's is followed by its provider's."""
    for _ in range(8):
        if isinstance(told, list) and told:
            if all(isinstance(part, dict) and "msg" in part for part in told[:5]):
                return "; ".join(str(part["msg"]) for part in told[:5])
            told = told[0]
        elif isinstance(told, dict):
            raw = told["metadata"].get("raw") if isinstance(told.get("metadata"), dict) else None
            inner = next((told[name] for name in _WORDS if told.get(name)), None)
            if raw and isinstance(inner, str):
                return f"{inner}: {said(_unquoted(raw))}"
            if inner is None:
                return str(told)
            told = inner
        else:
            break
    return str(told)


def _unquoted(raw: Any) -> Any:
    """A provider's own error, which some gateways hand on as a text of JSON."""
    if not isinstance(raw, str) or len(raw) > READ:
        return str(raw)[:READ]
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw


def _telltales(told: Any, depth: int = 0) -> list[str]:
    """Codes, types and names of parameters, wherever they stand."""
    if depth > 6:
        return []
    if isinstance(told, list):
        return [word for part in told[:8] for word in _telltales(part, depth + 1)]
    if isinstance(told, dict):
        named = [part for name, part in list(told.items())[:40] if name in _TELLTALE or name in _WORDS]
        return [word for part in named for word in _telltales(part, depth + 1)]
    return [str(told)[:1_000]] if told is not None and depth else []


def _status_told(found: Any) -> int | None:
    """The status that an error without one means: its code, where that is one, else by its words."""
    told = found if isinstance(found, dict) else {}
    for name in ("code", "status", "status_code", "http_status", "type"):
        digits = str(told.get(name))
        if digits.isascii() and digits.isdigit() and len(digits) == 3 and 400 <= int(digits) < 600:
            return int(digits)
    words = " ".join(_telltales({"error": found})).lower()[:READ]
    return next((status for status, pattern in _STATUS_OF if pattern.search(words)), None)
