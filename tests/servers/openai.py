"""A loopback server that speaks OpenAI's wire format truly, and fails in every way that real ones do.

    with ModelServer() as server:                  # or NimServer, the NIM dialect
        server.answers["Critique"] = lambda asked: {"score": 7}   # by the JSON Schema's title, for any number of calls
        server.faults += [status(429, retry_after="0"), hang]     # one fault a request, in order; then all is well
        ... base_url=server.base_url ...
        assert len(server.requests) == 3

Without an answer of its own for a schema, the server makes up a plausible one from the schema. Everything that was
asked is kept, headers included, so tests can look for repeated calls and leaked keys.
"""

from __future__ import annotations

import hashlib
import json
import math
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Json

    @property
    def schema(self) -> Json | None:
        wrapped = (self.body.get("response_format") or {}).get("json_schema") or {}
        return wrapped.get("schema")

    @property
    def text(self) -> str:
        """All that the messages say."""
        return "\n".join(str(m.get("content")) for m in self.body.get("messages", []))

    @property
    def user(self) -> str:
        """What the first user message says."""
        return next(str(m["content"]) for m in self.body["messages"] if m["role"] == "user")


Answerer = Callable[[Asked], Any]
Fault = Callable[["_Exchange"], None]


class ModelServer:
    """`key`: the only one that is let in (None: any). `models`: the names that are known (None: any)."""

    prefix = "/v1"
    dimension = 64
    token_limit: int | None = None

    def __init__(
        self, *, key: str | None = None, models: set[str] | None = None, latency: float = 0.0, usage: bool = True
    ) -> None:
        self.key, self.models, self.latency, self.usage = key, models, latency, usage
        self.takes_schema = True
        self.requests: list[Asked] = []
        self.faults: list[Fault] = []
        self.answers: dict[str, Answerer] = {}
        self.answer: Answerer = lambda asked: plausible(asked.schema or _schema_in(asked.text))
        self.finish_reason = "stop"
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self.stopping = threading.Event()

    def __enter__(self) -> ModelServer:
        self._http = _Loopback(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}{self.prefix}"

    def serve(self, exchange: _Exchange) -> None:
        asked = exchange.asked
        with self._lock:
            self.requests.append(asked)
            fault = self.faults.pop(0) if self.faults else None
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            if self.latency:
                self.stopping.wait(self.latency)
            if fault is None:
                self.route(exchange)
            else:
                fault(exchange)
        finally:
            with self._lock:
                self._at_once -= 1

    def route(self, exchange: _Exchange) -> None:
        asked = exchange.asked
        if self.key is not None and asked.headers.get("authorization") != f"Bearer {self.key}":
            sent = asked.headers.get("authorization", "").removeprefix("Bearer ")
            exchange.send(401, self.error(401, f"Incorrect API key provided: {sent}"))
        elif asked.path == f"{self.prefix}/models":
            names = sorted(self.models or {"some-model"})
            exchange.send(200, {"object": "list", "data": [{"id": n, "object": "model"} for n in names]})
        elif self.models is not None and asked.body.get("model") not in self.models:
            exchange.send(404, self.error(404, f"The model `{asked.body.get('model')}` does not exist"))
        elif asked.path == f"{self.prefix}/chat/completions":
            if asked.schema and not self.takes_schema:
                exchange.send(400, self.error(400, "response_format of type json_schema is not supported"))
            else:
                exchange.send(200, self.completion(asked))
        elif asked.path == f"{self.prefix}/embeddings":
            refusal = self.refused_embedding(asked)
            exchange.send(400 if refusal else 200, self.error(400, refusal) if refusal else self.embeddings(asked))
        else:
            exchange.send(404, self.error(404, "Not Found"))

    def completion(self, asked: Asked) -> Json:
        title = (asked.schema or _schema_in(asked.text) or {}).get("title", "")
        said = self.answers.get(title, self.answer)(asked)
        text = said if isinstance(said, str) else json.dumps(said)
        document = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": asked.body.get("model"),
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": self.finish_reason,
                    "logprobs": None,
                }
            ],
        }
        prompt, completion = len(asked.text.split()), len(text.split())
        usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        return document | ({"usage": usage} if self.usage else {})

    def embeddings(self, asked: Asked) -> Json:
        texts = asked.body["input"]
        texts = [texts] if isinstance(texts, str) else texts
        rows = [
            {"object": "embedding", "index": i, "embedding": word_vector(t, self.dimension)}
            for i, t in enumerate(texts)
        ]
        count = sum(len(t.split()) for t in texts)
        usage = {"prompt_tokens": count, "total_tokens": count}
        document = {"object": "list", "data": rows, "model": asked.body.get("model")}
        return document | ({"usage": usage} if self.usage else {})

    def refused_embedding(self, asked: Asked) -> str | None:
        texts = asked.body.get("input")
        if not texts or (isinstance(texts, list) and not all(isinstance(t, str) and t for t in texts)):
            return "'input' must be a non-empty string or list of non-empty strings"
        return None

    def error(self, status: int, message: str) -> Json:
        return {"error": {"message": message, "type": "invalid_request_error", "code": status}}


class _Loopback(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what the tests of faults are about: not worth a traceback."""


@dataclass
class _Exchange:
    """The server's side of one request; what a fault works with."""

    server: ModelServer
    handler: BaseHTTPRequestHandler
    asked: Asked

    def send(self, status: int, body: Json | str | bytes, headers: dict[str, str] | None = None) -> None:
        content_type = "application/json" if isinstance(body, dict) else "text/html; charset=utf-8"
        raw = json.dumps(body).encode() if isinstance(body, dict) else body.encode() if isinstance(body, str) else body
        self.begin(status, {"Content-Type": content_type, "Content-Length": str(len(raw))} | (headers or {}))
        self.handler.wfile.write(raw)

    def begin(self, status: int, headers: dict[str, str]) -> None:
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()

    def regular(self) -> Json:
        """What would have been answered without the fault."""
        if self.asked.path.endswith("/embeddings"):
            return self.server.embeddings(self.asked)
        return self.server.completion(self.asked)


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        def _serve(self, method: str) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.serve(_Exchange(server, self, Asked(method, self.path, headers, json.loads(raw) if raw else {})))

        def log_message(self, *_: object) -> None:
            """Silent: the requests are kept."""

    return Handler


# --- faults: each is served in place of one answer -------------------------------------------------------------


def status(code: int, *, retry_after: str | None = None, message: str = "scripted fault") -> Fault:
    headers = {"Retry-After": retry_after} if retry_after is not None else {}
    return lambda exchange: exchange.send(code, exchange.server.error(code, message), headers)


def hang(exchange: _Exchange) -> None:
    """Says nothing until the server stops."""
    exchange.server.stopping.wait(30)


def drip(exchange: _Exchange) -> None:
    """A byte now and then, so that no read ever times out."""
    exchange.begin(200, {"Content-Type": "application/json", "Content-Length": "100000"})
    while not exchange.server.stopping.wait(0.02):
        exchange.handler.wfile.write(b" ")
        exchange.handler.wfile.flush()


def drip_headers(exchange: _Exchange) -> None:
    """The same, and never as far as a body."""
    exchange.handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not exchange.server.stopping.wait(0.02):
        exchange.handler.wfile.write(b"a")
        exchange.handler.wfile.flush()


def reset(exchange: _Exchange) -> None:
    """Resets the connection in the middle of the body."""
    raw = json.dumps(exchange.regular()).encode()
    exchange.begin(200, {"Content-Type": "application/json", "Content-Length": str(len(raw))})
    exchange.handler.wfile.write(raw[: len(raw) // 2])
    exchange.handler.wfile.flush()
    exchange.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.handler.connection.close()
    exchange.handler.close_connection = True


def cut_json(exchange: _Exchange) -> None:
    """A whole response whose JSON stops in the middle."""
    raw = json.dumps(exchange.regular())
    exchange.send(200, raw[: len(raw) // 2].encode())


def html(exchange: _Exchange) -> None:
    exchange.send(200, "<!doctype html><title>Welcome</title><p>Please sign in to the network.</p>")


def empty_body(exchange: _Exchange) -> None:
    exchange.send(200, b"")


def not_an_object(exchange: _Exchange) -> None:
    exchange.send(200, b"[1, 2, 3]")


def huge(exchange: _Exchange) -> None:
    """A body without end."""
    exchange.begin(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    piece = b" " * (1 << 20)
    while not exchange.server.stopping.is_set():
        exchange.handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))


def redirect(to: str) -> Fault:
    return lambda exchange: exchange.send(307, b"", {"Location": to + exchange.asked.path})


def changed(change: Callable[[Json], object]) -> Fault:
    """The regular answer after `change(document)`, which changes it in place."""

    def fault(exchange: _Exchange) -> None:
        document = exchange.regular()
        change(document)
        exchange.send(200, json.dumps(document).encode())

    return fault


def says(text: str, *, finish_reason: str = "stop", reasoning: str | None = None) -> Fault:
    """A completion with this text."""

    def change(document: Json) -> None:
        choice = document["choices"][0]
        choice["message"]["content"] = text
        choice["finish_reason"] = finish_reason
        if reasoning is not None:
            choice["message"]["reasoning_content"] = reasoning

    return changed(change)


no_choices = changed(lambda document: document.update(choices=[]))
wrong_types = changed(lambda document: document.update(choices={"0": 1}, data="none"))
wrong_content = changed(lambda document: document["choices"][0]["message"].update(content={"a": 1}))
wrong_model = changed(lambda document: document.update(model="another-model"))
short_vector = changed(lambda document: document["data"][-1]["embedding"].pop())
nan_vector = changed(lambda document: document["data"][-1]["embedding"].__setitem__(0, math.nan))
text_vector = changed(lambda document: document["data"][-1]["embedding"].__setitem__(0, "0.5"))
few_vectors = changed(lambda document: document["data"].pop())
same_index = changed(lambda document: document["data"][-1].update(index=0))


# --- plausible answers -----------------------------------------------------------------------------------------


def plausible(schema: Json | None) -> Any:
    """The plainest value that a JSON Schema allows."""
    return _value(schema, (schema or {}).get("$defs", {})) if schema else {"answer": "plausible"}


def _value(node: Json, defs: Json) -> Any:
    if "$ref" in node:
        return _value(defs[node["$ref"].rsplit("/", 1)[-1]], defs)
    if "enum" in node:
        return node["enum"][0]
    if "const" in node:
        return node["const"]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in node:
            return _value(node[several][0], defs)
    kind = node.get("type")
    if kind == "object":
        return {name: _value(part, defs) for name, part in node.get("properties", {}).items()}
    if kind == "array":
        parts = node.get("prefixItems") or [node.get("items", {})] * node.get("minItems", 0)
        return [_value(part, defs) for part in parts]
    if kind in {"number", "integer"}:
        least, most = node.get("minimum", node.get("exclusiveMinimum", 0)), node.get("maximum", 10)
        return int((least + most) // 2) if kind == "integer" else (least + most) / 2
    return {"boolean": False, "null": None}.get(str(kind), "plausible text" if kind == "string" else None)


def _schema_in(text: str) -> Json | None:
    """The schema that a prompt shows, for servers that take none beside it."""
    at = text.find("JSON Schema:\n")
    if at < 0:
        return None
    schema, _ = json.JSONDecoder().raw_decode(text, at + len("JSON Schema:\n"))
    return schema


def word_vector(text: str, dimension: int) -> list[float]:
    """A vector of hashed words, so that texts with common words are near each other."""
    row = [0.0] * dimension
    for word in text.lower().split():
        row[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % dimension] += 1.0
    return row


@dataclass
class FastClock:
    """ports.Clock whose sleeps take no time, on top of the real one; it keeps what was slept."""

    slept: list[float] = field(default_factory=list)

    def now(self) -> str:
        return "2026-01-01T00:00:00Z"

    def monotonic(self) -> float:
        return time.monotonic() + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
