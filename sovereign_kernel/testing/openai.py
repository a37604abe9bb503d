"""A loopback server that speaks OpenAI's wire format truly, and fails in every way that real ones do.

    with ModelServer() as server:                  # or NimServer, the NIM dialect
        server.answers["Critique"] = lambda asked: {"score": 7}   # by the JSON Schema's title, for any number of calls
        server.faults += [status(429, retry_after="0"), hang]     # one fault a request, in order; then all is well
        server.habits += SERVERS["Gemini"]                        # what a real server always does: habits.py
        ... base_url=server.base_url ...
        assert len(server.requests) == 3

Without an answer of its own for a schema, the server makes up a plausible one from the schema. Everything that was
asked is kept, headers included, so tests can look for repeated calls and leaked keys.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sovereign_kernel.testing.plausible import Json, plausible, schema_in, word_vector


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
Fault = Callable[["Exchange"], None]
Habit = Callable[["Exchange"], bool]
"""What a server always does; False where a request does not concern it."""


class ModelServer:
    """`key`: the only one that is let in (None: any). `models`: the names that are known (None: any)."""

    prefix = "/v1"
    query = ""
    dimension = 64
    token_limit: int | None = None

    def __init__(
        self, *, key: str | None = None, models: set[str] | None = None, latency: float = 0.0, usage: bool = True
    ) -> None:
        self.key, self.models, self.latency, self.usage = key, models, latency, usage
        self.takes_schema = True
        self.requests: list[Asked] = []
        self.faults: list[Fault] = []
        self.habits: list[Habit] = []
        self.answers: dict[str, Answerer] = {}
        self.answer: Answerer = lambda asked: plausible(asked.schema or schema_in(asked.text))
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
        return f"http://127.0.0.1:{self._http.server_address[1]}{self.prefix}{self.query}"

    def serve(self, exchange: Exchange) -> None:
        asked = exchange.asked
        with self._lock:
            self.requests.append(asked)
            fault = self.faults.pop(0) if self.faults else None
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            if self.latency:
                self.stopping.wait(self.latency)
            if fault is not None:
                fault(exchange)
            elif not any(habit(exchange) for habit in self.habits):
                self.route(exchange)
        finally:
            with self._lock:
                self._at_once -= 1

    def route(self, exchange: Exchange) -> None:
        asked, path = exchange.asked, exchange.asked.path.split("?")[0]
        if self.key is not None and asked.headers.get("authorization") != f"Bearer {self.key}":
            sent = asked.headers.get("authorization", "").removeprefix("Bearer ")
            exchange.send(401, self.error(401, f"Incorrect API key provided: {sent}"))
        elif path == f"{self.prefix}/models":
            names = sorted(self.models or {"some-model"})
            exchange.send(200, {"object": "list", "data": [{"id": n, "object": "model"} for n in names]})
        elif self.models is not None and asked.body.get("model") not in self.models:
            exchange.send(404, self.error(404, f"The model `{asked.body.get('model')}` does not exist"))
        elif path == f"{self.prefix}/chat/completions":
            if asked.schema and not self.takes_schema:
                exchange.send(400, self.error(400, "response_format of type json_schema is not supported"))
            else:
                exchange.send(200, self.completion(asked))
        elif path == f"{self.prefix}/embeddings":
            refusal = self.refused_embedding(asked)
            exchange.send(400 if refusal else 200, self.error(400, refusal) if refusal else self.embeddings(asked))
        else:
            exchange.send(404, self.error(404, "Not Found"))

    def completion(self, asked: Asked) -> Json:
        title = (asked.schema or schema_in(asked.text) or {}).get("title", "")
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
class Exchange:
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
        if self.asked.path.split("?")[0].endswith("/embeddings"):
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
            server.serve(Exchange(server, self, Asked(method, self.path, headers, json.loads(raw) if raw else {})))

        def log_message(self, *_: object) -> None:
            """Silent: the requests are kept."""

    return Handler


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
