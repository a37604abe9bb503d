"""A loopback arXiv: real HTTP, the Atom format of the API, a set of papers to search, and every fault that was seen
or feared.

with ArxivServer([SomePaper(...)]) as server:
    server.faults = [Fault.status(429, {"Retry-After": "1"}), Fault.cut()]   # one a request, then it serves
    ArxivSource(server.url, ...)
"""

from __future__ import annotations

import itertools
import re
import socket
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape, quoteattr

RATE_PAGE = b"<html><head><title>Rate exceeded</title></head><body><h1>Rate exceeded.</h1></body></html>"


@dataclass(frozen=True)
class Entry:
    """One paper as arXiv holds it; `id` carries the version."""

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ("A. Author",)
    categories: tuple[str, ...] = ("cs.LG",)
    comment: str | None = None
    published: str = "2026-01-05T12:00:00Z"


@dataclass(frozen=True)
class Fault:
    """What to do with one request in place of answering it."""

    kind: str
    code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def status(cls, code: int, headers: Mapping[str, str] | None = None, body: bytes = b"no") -> Fault:
        return cls("answer", code, headers or {}, body)

    @classmethod
    def page(cls, body: bytes, content_type: str = "text/html") -> Fault:
        return cls("answer", 200, {"Content-Type": content_type}, body)

    @classmethod
    def redirect(cls, where: str) -> Fault:
        return cls("answer", 302, {"Location": where}, b"")

    @classmethod
    def hang(cls) -> Fault:
        return cls("hang")

    @classmethod
    def drip(cls, headers: bool) -> Fault:
        """A byte now and then, of the headers or of the body, so that no read ever times out."""
        return cls("drip", headers={"X-Drips": "headers" if headers else "body"})

    @classmethod
    def reset(cls) -> Fault:
        """Sends the half of an answer, then resets the connection."""
        return cls("reset")

    @classmethod
    def cut(cls) -> Fault:
        """Sends the half of an answer as if it were the whole."""
        return cls("cut")

    @classmethod
    def slow(cls, seconds: float) -> Fault:
        """Answers rightly, but first waits."""
        return cls("slow", headers={"seconds": str(seconds)})


@dataclass(frozen=True)
class Request:
    """When it came (monotonic seconds) and what was asked; `open` is how many were being served, this one included."""

    at: float
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    open: int


class ArxivServer:
    """Serves `entries` by query words and by id list. `always` is a fault for every request that `faults`
    leaves over.
    """

    def __init__(self, entries: Sequence[Entry] = (), latency: float = 0.0) -> None:
        self.entries = list(entries)
        self.latency = latency
        self.faults: list[Fault] = []
        self.always: Fault | None = None
        self.requests: list[Request] = []
        self.released = threading.Event()
        self._open = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/query"

    @property
    def gaps(self) -> list[float]:
        """Seconds between one request and the next."""
        times = [request.at for request in self.requests]
        return [later - sooner for sooner, later in itertools.pairwise(times)]

    def __enter__(self) -> ArxivServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def begin(self, path: str, headers: dict[str, str]) -> tuple[Request, Fault | None]:
        params = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        with self._lock:
            self._open += 1
            request = Request(time.monotonic(), path, params, headers, self._open)
            self.requests.append(request)
            return request, self.faults.pop(0) if self.faults else self.always

    def end(self) -> None:
        with self._lock:
            self._open -= 1

    def feed(self, request: Request) -> bytes:
        params = request.params
        start, size = int(params.get("start", 0)), int(params.get("max_results", 10))
        ids = [id for id in params.get("id_list", "").split(",") if id]
        found = self._by_id(ids) if ids else self._by_query(params.get("search_query", ""))
        return atom(found[start : start + size], len(found), start)

    def _by_id(self, ids: Sequence[str]) -> list[Entry]:
        bare = {re.sub(r"v\d+$", "", id) for id in ids}
        return [entry for entry in self.entries if re.sub(r"v\d+$", "", entry.id) in bare]

    def _by_query(self, query: str) -> list[Entry]:
        """By how many of the query's words and phrases a paper has; all of them where the query says AND."""
        query, first, last = _dated(query)
        units = [(quoted or word).lower() for quoted, word in re.findall(r'all:(?:"([^"]*)"|(\S+))', query)]
        least = len(units) if " AND " in query else 1

        def count(entry: Entry) -> int:
            said = " ".join(re.findall(r"[^\W_]+", f"{entry.title} {entry.abstract}".lower()))
            return sum(f" {unit}" in f" {said}" for unit in units)

        return sorted(
            (
                entry
                for entry in self.entries
                if units and count(entry) >= least and first <= entry.published[:10].replace("-", "") <= last
            ),
            key=lambda entry: -count(entry),
        )


def _dated(query: str) -> tuple[str, str, str]:
    """A query without its limit of dates, and the first and last day of that, as YYYYMMDD."""
    limit = re.fullmatch(r"\((.*)\) AND submittedDate:\[(\d{8})0000 TO (\d{8})2359\]", query)
    return (limit[1], limit[2], limit[3]) if limit else (query, "00000000", "99999999")


def atom(entries: Sequence[Entry], total: int, start: int = 0) -> bytes:
    """A feed as export.arxiv.org writes it."""
    body = "".join(map(_entry, entries))
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns="http://www.w3.org/2005/Atom"><id>https://arxiv.org/api/x</id><title>arXiv Query</title>'
        f"<updated>2026-04-12T22:09:50Z</updated><opensearch:itemsPerPage>{len(entries)}</opensearch:itemsPerPage>"
        f"<opensearch:totalResults>{total}</opensearch:totalResults><opensearch:startIndex>{start}</opensearch:startIndex>"
        f"{body}</feed>"
    ).encode()


def _entry(entry: Entry) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in entry.authors)
    categories = "".join(
        f'<category term={quoteattr(name)} scheme="http://arxiv.org/schemas/atom"/>' for name in entry.categories
    )
    comment = f"<arxiv:comment>{escape(entry.comment)}</arxiv:comment>" if entry.comment else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{entry.id}</id><title>{escape(entry.title)}</title>"
        f"<updated>{entry.published}</updated><summary>{escape(entry.abstract)}</summary>{categories}"
        f"<published>{entry.published}</published>{comment}"
        f"<arxiv:primary_category term={quoteattr(entry.categories[0])}/>{authors}</entry>"
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    owner: ArxivServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        owner = self.server.owner
        request, fault = owner.begin(self.path, dict(self.headers))
        try:
            if owner.latency:
                time.sleep(owner.latency)
            self._serve(request, fault)
        finally:
            owner.end()

    def _serve(self, request: Request, fault: Fault | None) -> None:
        owner = self.server.owner
        if fault is None or fault.kind == "slow":
            if fault:
                time.sleep(float(fault.headers["seconds"]))
            self._send(200, owner.feed(request), {"Content-Type": "application/atom+xml; charset=utf-8"})
        elif fault.kind == "answer":
            self._send(fault.code, fault.body, fault.headers)
        elif fault.kind == "hang":
            owner.released.wait(30)
            self.close_connection = True
        elif fault.kind == "drip":
            in_headers = fault.headers["X-Drips"] == "headers"
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"X-Slow: " if in_headers else b"Content-Length: 9999\r\n\r\n"))
            while not owner.released.wait(0.02):
                self.wfile.write(b" ")
            self.close_connection = True
        elif fault.kind == "cut":
            body = owner.feed(request)
            self._send(200, body[: len(body) // 2], {"Content-Type": "application/atom+xml"})
        else:
            body = owner.feed(request)
            self._send(200, body[: len(body) // 2], {"Content-Length": str(len(body))})
            self.wfile.flush()
            # An immediate reset in place of an orderly end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

    def _send(self, code: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""
