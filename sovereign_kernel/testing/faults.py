"""What a model server does wrong: each fault is served in place of one answer."""

from __future__ import annotations

import json
import math
import socket
import struct
from collections.abc import Callable

from sovereign_kernel.testing.openai import Exchange, Fault
from sovereign_kernel.testing.plausible import Json


def status(code: int, *, retry_after: str | None = None, message: str = "scripted fault") -> Fault:
    headers = {"Retry-After": retry_after} if retry_after is not None else {}
    return lambda exchange: exchange.send(code, exchange.server.error(code, message), headers)


def hang(exchange: Exchange) -> None:
    """Says nothing until the server stops."""
    exchange.server.stopping.wait(30)


def drip(exchange: Exchange) -> None:
    """A byte now and then, so that no read ever times out."""
    exchange.begin(200, {"Content-Type": "application/json", "Content-Length": "100000"})
    while not exchange.server.stopping.wait(0.02):
        exchange.handler.wfile.write(b" ")
        exchange.handler.wfile.flush()


def drip_headers(exchange: Exchange) -> None:
    """The same, and never as far as a body."""
    exchange.handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not exchange.server.stopping.wait(0.02):
        exchange.handler.wfile.write(b"a")
        exchange.handler.wfile.flush()


def reset(exchange: Exchange) -> None:
    """Resets the connection in the middle of the body."""
    raw = json.dumps(exchange.regular()).encode()
    exchange.begin(200, {"Content-Type": "application/json", "Content-Length": str(len(raw))})
    exchange.handler.wfile.write(raw[: len(raw) // 2])
    exchange.handler.wfile.flush()
    exchange.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.handler.connection.close()
    exchange.handler.close_connection = True


def cut_json(exchange: Exchange) -> None:
    """A whole response whose JSON stops in the middle."""
    raw = json.dumps(exchange.regular())
    exchange.send(200, raw[: len(raw) // 2].encode())


def html(exchange: Exchange) -> None:
    exchange.send(200, "<!doctype html><title>Welcome</title><p>Please sign in to the network.</p>")


def empty_body(exchange: Exchange) -> None:
    exchange.send(200, b"")


def not_an_object(exchange: Exchange) -> None:
    exchange.send(200, b"[1, 2, 3]")


def huge(exchange: Exchange) -> None:
    """A body without end."""
    exchange.begin(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    piece = b" " * (1 << 20)
    while not exchange.server.stopping.is_set():
        exchange.handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))


def redirect(to: str) -> Fault:
    return lambda exchange: exchange.send(307, b"", {"Location": to + exchange.asked.path})


def changed(change: Callable[[Json], object]) -> Fault:
    """The regular answer after `change(document)`, which changes it in place."""

    def fault(exchange: Exchange) -> None:
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
odd_index = changed(lambda document: document["data"][-1].update(index=-1))
