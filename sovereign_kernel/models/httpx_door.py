"""The door to the network for the openai library, which speaks through httpx2.

The same promises as in requests_door: the configured host only, no redirects, bounded in time and size, checked.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from urllib.request import getproxies, proxy_bypass

import httpx2

from sovereign_kernel.models.nim import NO_KEY
from sovereign_kernel.models.wire import BODY_LIMIT, PLAIN_HEADERS, WireError, scrub, status_error
from sovereign_kernel.within import OverdueError, within

OPENAI = "api.openai.com"
ACCOUNT = {"openai-organization", "openai-project"}


@dataclass
class Exchange:
    """One request and what came of it. `check(body)` raises WireError on a body that is not what was asked for."""

    seconds: float
    check: Callable[[bytes], object]
    body: bytes = b""


# A connection a request: idle ones would be left to the garbage collector, and answers take seconds anyway.
_NO_IDLE = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
_exchange: ContextVar[Exchange] = ContextVar("exchange")


@contextmanager
def exchanging(exchange: Exchange) -> Iterator[Exchange]:
    """What this thread sends through a door belongs to `exchange`."""
    token = _exchange.set(exchange)
    try:
        yield exchange
    finally:
        _exchange.reset(token)


class HttpxDoor(httpx2.BaseTransport):
    def __init__(self, base_url: str, key: str | None) -> None:
        self._host = httpx2.URL(base_url).host
        self._key = key
        self._inner = httpx2.HTTPTransport(verify=_tls(), limits=_NO_IDLE, proxy=_proxy(base_url))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.host != self._host:
            raise WireError("status", f"a request to {request.url.host} was not made", status=421)
        self._strip(request)
        exchange = _exchange.get()
        try:
            response, body = within(exchange.seconds, lambda: self._exchange(request, exchange.seconds))
        except (httpx2.TimeoutException, OverdueError) as exc:
            raise WireError("timeout", f"no answer within {exchange.seconds:g} s") from exc
        except (httpx2.HTTPError, OSError) as exc:
            raise WireError("connection", scrub(f"{type(exc).__name__}: {exc}", self._key)) from exc
        if not 200 <= response.status_code < 300:
            headers = {name.lower(): value for name, value in response.headers.items()}
            raise status_error(response.status_code, headers, body, self._key)
        exchange.check(body)
        exchange.body = body
        kept = [(n, v) for n, v in response.headers.items() if n not in {"content-encoding", "content-length"}]
        return httpx2.Response(response.status_code, headers=kept, content=body, request=request)

    def _strip(self, request: httpx2.Request) -> None:
        """Leaves the headers that every server may see, and the key that was chosen for this one; OpenAI's own host
        also sees whose account is charged."""
        known = PLAIN_HEADERS | ACCOUNT if self._host == OPENAI else PLAIN_HEADERS
        for name in set(request.headers) - known:
            del request.headers[name]
        request.headers |= {  # anew, since OPENAI_CUSTOM_HEADERS may have changed them
            "accept": "application/json",
            "authorization": f"Bearer {self._key or NO_KEY}",
            "host": request.url.netloc.decode("ascii"),
            "user-agent": "sovereign-kernel",
        }

    def _exchange(self, request: httpx2.Request, seconds: float) -> tuple[httpx2.Response, bytes]:
        deadline = time.monotonic() + seconds
        response = self._inner.handle_request(request)
        pieces, size = [], 0
        try:
            for piece in response.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > BODY_LIMIT:
                    raise WireError("malformed", f"the answer is longer than {BODY_LIMIT} bytes")
                if time.monotonic() > deadline:
                    raise WireError("timeout", f"no whole answer within {seconds:g} s")
        finally:
            response.close()
        return response, b"".join(pieces)

    def close(self) -> None:
        self._inner.close()


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """One for all doors: reading the certificates takes 40 ms."""
    return httpx2.create_ssl_context()


def _proxy(base_url: str) -> str | None:
    """The proxy that the environment names for this address: httpx2 looks there only for transports of its own."""
    url = httpx2.URL(base_url)
    return None if proxy_bypass(url.host) else getproxies().get(url.scheme)
