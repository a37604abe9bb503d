"""One HTTP client for all model servers: a bounded request to one configured host, and nothing behind its back.

No redirect is followed (the key would go with it), no cookie or password of another program is sent, and a request
ends in time even when a server sends its headers a byte a minute.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from sovereign_kernel.transport.certificates import tls_context
from sovereign_kernel.transport.deadline import OverdueError, within
from sovereign_kernel.transport.proxies import proxy_for

if TYPE_CHECKING:
    import httpx

BODY_LIMIT = 32 * 1024 * 1024
Kind = Literal["timeout", "connection", "too long", "certificate"]


class TransportError(Exception):
    """A request without an answer. The text may repeat what a server sent."""

    def __init__(self, kind: Kind, what: str) -> None:
        super().__init__(what)
        self.kind = kind


@dataclass(frozen=True)
class Received:
    """An answer of any status. The names of the headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class GuardedClient:
    """Shared by threads. Raises BadSetting when the owner's proxy or certificates cannot be used; contacts nobody."""

    def __init__(self, base_url: str) -> None:
        self._proxy = proxy_for(base_url)
        encrypted = [url for url in (base_url, self._proxy.url if self._proxy else "") if url.startswith("https:")]
        self._context = tls_context() if encrypted else None

    def post(self, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Received:
        """One request, at most `seconds` long. Raises TransportError only."""
        import httpx

        try:
            return within(seconds, lambda: self._exchange(url, headers, body, seconds))
        except (httpx.TimeoutException, OverdueError) as exc:
            raise TransportError("timeout", f"no answer within {seconds:g} s") from exc
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as exc:
            raise self._translated(exc) from exc

    def _exchange(self, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Received:
        import httpx

        deadline = time.monotonic() + seconds
        pieces, size = [], 0
        timeout = httpx.Timeout(seconds)
        with self._client.stream("POST", url, headers=dict(headers), content=body, timeout=timeout) as response:
            for piece in response.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > BODY_LIMIT:
                    raise TransportError("too long", f"the answer is longer than {BODY_LIMIT} bytes")
                if time.monotonic() > deadline:
                    raise TransportError("timeout", f"no whole answer within {seconds:g} s")
            found = {name.lower(): value for name, value in response.headers.items()}
            return Received(response.status_code, found, b"".join(pieces))

    def _translated(self, exc: Exception) -> TransportError:
        import httpx

        what = f"{type(exc).__name__}: {exc}"
        if "CERTIFICATE_VERIFY_FAILED" in what:
            return TransportError("certificate", f"its certificate could not be verified ({what})")
        if self._proxy and isinstance(exc, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
            return TransportError(
                "connection", f"no connection through the proxy that {self._proxy.variable} names ({what})"
            )
        return TransportError("connection", what)

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx

        proxy = httpx.Proxy(self._proxy.url, ssl_context=self._proxy_context()) if self._proxy else None
        transport = httpx.HTTPTransport(
            verify=self._context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # the latter trusts nobody, for plain HTTP
            trust_env=False,
            proxy=proxy,
            # A connection a request: idle ones would be left to the garbage collector, and answers take seconds anyway.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )
        return httpx.Client(transport=transport, trust_env=False, follow_redirects=False)

    def _proxy_context(self) -> ssl.SSLContext | None:
        return self._context if self._proxy and self._proxy.url.startswith("https:") else None
