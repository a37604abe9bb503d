"""The one adapter for every server that speaks OpenAI's API, NVIDIA's NIM among them: chat and embeddings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urlsplit

from sovereign_kernel.models.habits import Habits
from sovereign_kernel.models.reading import read_reply, read_vectors
from sovereign_kernel.models.refusals import status_error
from sovereign_kernel.models.wire import Messages, RawVectors, Reply, WireError, check_url, endpoint, scrub
from sovereign_kernel.transport.client import GuardedClient, Received, TransportError

NO_KEY = "no-key-is-needed"
"""Sent where there is no key: servers of one's own ignore it, and some want the header."""
SHORTEST_KEY = 11
_API_ROOT = re.compile(r"/v\d|/openai(?:/|$)|/api/paas|/inference|/serving-endpoints|/engines")
_FULL_PATH = re.compile(r"/(?:chat/completions|completions|embeddings)$")
_NO_SUCH_PATH = re.compile(r"endpoint|method|not found|no route|unknown path|cannot post|invalid url|not allowed")
_STILL_WORKING = 202


class Server:
    """One server as one owner of a key sees it. Shared by threads."""

    def __init__(self, base_url: str, key: str | None, timeout: float, setting: str) -> None:
        """`setting` is the name of the setting that holds `base_url`. Raises BadSetting; contacts nobody."""
        self.base_url = check_url(base_url)
        self._key, self._timeout, self._setting = key, timeout, setting
        self._client = GuardedClient(self.base_url)

    def post(self, path: str, body: Mapping[str, Any], seconds: float) -> bytes:
        """The body of a 2xx answer. Raises WireError."""
        seconds = min(seconds, self._timeout)
        content = json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()
        try:
            received = self._client.post(endpoint(self.base_url, path), self._headers(), content, seconds)
        except TransportError as exc:
            raise self._translated(exc) from exc
        if received.status == _STILL_WORKING:
            raise WireError("status", "it is still working on the request", status=503)
        if not 200 <= received.status < 300:
            error = status_error(received.status, received.headers, received.body, self._key)
            no_page = received.status in {404, 405} and "model" not in error.words
            if no_page and (hint := self._wrong_root()):
                raise _misplaced(hint, error.excerpt, received.status)
            raise error
        self._refuse_other_pages(received)
        return received.body

    def _headers(self) -> dict[str, str]:
        key = self._key or NO_KEY
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "sovereign-kernel",
        }
        if "api-version=" in urlsplit(self.base_url).query:
            headers["api-key"] = key  # what Azure's older addresses ask for
        return headers

    def _translated(self, exc: TransportError) -> WireError:
        words = scrub(str(exc), self._key)
        if exc.kind == "certificate":
            return WireError("setup", words, help="let SSL_CERT_FILE name the certificates of your network, as PEM")
        return WireError({"too long": "malformed"}.get(exc.kind, exc.kind), words)  # type: ignore[arg-type]

    def _refuse_other_pages(self, received: Received) -> None:
        """Raises where another page than the API's was found because the address lacks its /v1."""
        hint = self._wrong_root()
        if hint is None:
            return
        start = received.body[:4_096].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
        if not start.startswith(("{", "[", "data:")):
            raise _misplaced(hint, "a page in place of JSON", received.status)
        if '"choices"' not in start and '"data"' not in start and _NO_SUCH_PATH.search(start.lower()):
            error = status_error(404, {}, received.body, self._key)
            raise _misplaced(hint, error.excerpt, received.status)

    def _wrong_root(self) -> str | None:
        """What is wrong with the address, where something plainly is."""
        path = urlsplit(self.base_url).path
        if _FULL_PATH.search(path):
            return f"{self._setting} should end in /v1, without {_FULL_PATH.findall(path)[0]}"
        return None if _API_ROOT.search(path) else f"{self._setting} should end in /v1"


class CompatibleChat:
    """wire.Wire over such a server."""

    def __init__(
        self,
        model: str,
        base_url: str,
        key: str | None,
        timeout: float,
        *,
        key_name: str,
        habits: Habits | None = None,
        temperature: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> None:
        self._server = Server(base_url, key, timeout, "base_url")
        self.base_url, self.key_name = self._server.base_url, key_name
        self.habits, self.extra_body = habits or Habits(), dict(extra_body or {})
        self._model, self._temperature, self._key = model, temperature, key

    def send(
        self, messages: Messages, schema: Mapping[str, Any], max_tokens: int, seconds: float, habits: Habits
    ) -> Reply:
        """See wire.Wire.send."""
        body: dict[str, Any] = {"model": self._model, "messages": _messages(messages, habits)}
        if self._temperature is not None and "temperature" not in habits.left_out:
            body["temperature"] = self._temperature
        if habits.token_field is not None:
            body[habits.token_field] = max_tokens
        if habits.answer_form == "json_schema":
            body["response_format"] = response_format(schema)
        elif habits.answer_form == "json_object":
            body["response_format"] = {"type": "json_object"}
        reply = read_reply(self._server.post("chat/completions", body | self.extra_body, seconds), self._key)
        return replace(reply, text=self._without_key(reply.text), reasoning=self._without_key(reply.reasoning))

    def _without_key(self, text: str) -> str:
        """A model may repeat what its server shows it of the request; a placeholder such as "ollama" is no secret."""
        return text.replace(self._key, "[key]") if self._key and len(self._key) > SHORTEST_KEY else text


class CompatibleEmbeddings:
    """wire.EmbeddingWire over such a server. With `asymmetric`, it is told passages from queries, as NIM wants it."""

    def __init__(
        self, model: str, base_url: str, key: str | None, timeout: float, *, key_name: str, asymmetric: bool = False
    ) -> None:
        self._server = Server(base_url, key, timeout, "embedding_url")
        self.base_url, self.key_name = self._server.base_url, key_name
        self._model, self._key, self._asymmetric = model, key, asymmetric

    def send(self, texts: Sequence[str] | str, kind: Literal["passage", "query"], seconds: float) -> RawVectors:
        """See wire.EmbeddingWire.send."""
        given = texts if isinstance(texts, str) else list(texts)
        body: dict[str, Any] = {"model": self._model, "input": given, "encoding_format": "float"}
        if self._asymmetric:
            body |= {"input_type": kind, "truncate": "NONE"}  # a text that is too long is refused, never cut
        count = 1 if isinstance(texts, str) else len(texts)
        return read_vectors(self._server.post("embeddings", body, seconds), count, None, self._key)


def response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "json_schema",
        "json_schema": {"name": str(schema.get("title", "Answer")), "schema": dict(schema), "strict": True},
    }


def _messages(messages: Messages, habits: Habits) -> list[dict[str, str]]:
    """The messages; for a server that knows no system role they alternate, instructions in front of the user's text."""
    if habits.system_role:
        return [{"role": role, "content": text} for role, text in messages]
    told: list[dict[str, str]] = []
    for role, text in messages:
        spoken_by = "user" if role == "system" else role
        if told and told[-1]["role"] == spoken_by:
            told[-1]["content"] += f"\n\n{text}"
        else:
            told.append({"role": spoken_by, "content": text})
    return told


def _misplaced(hint: str, said: str, status: int) -> WireError:
    return WireError("setup", f"{hint} (it answered {status} {said})", status=status, help=hint)
