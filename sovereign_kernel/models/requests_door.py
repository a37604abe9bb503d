"""The door to the network for libraries that use `requests` (ChatNVIDIA, NVIDIAEmbeddings).

They know no total time-out, follow redirects with the key in hand, read bodies of any size, and flatten every error to
a bare Exception. Here a request goes to the configured host only, and what comes back is checked before they see it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from sovereign_kernel.models.wire import BODY_LIMIT, WireError, scrub, status_error
from sovereign_kernel.within import OverdueError, within

_PIECE = 65_536


class RequestsDoor(requests.Session):
    """A session for one exchange. `check(body)` raises WireError on a body that is not what was asked for."""

    def __init__(self, base_url: str, key: str | None, seconds: float, check: Callable[[bytes], object]) -> None:
        super().__init__()
        self._host = urlsplit(base_url).hostname or ""
        self._key, self._check, self._seconds = key, check, seconds
        self._deadline = time.monotonic() + seconds
        self.auth = _as_it_is

    def request(self, method: Any, url: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        self._refuse_stranger(str(url))
        left = max(0.01, self._deadline - time.monotonic())
        options |= {"allow_redirects": False, "stream": True, "timeout": left}
        try:
            response, body = within(left, lambda: self._exchange(method, url, options))
        except (requests.Timeout, urllib3.exceptions.TimeoutError, OverdueError) as exc:
            raise WireError("timeout", f"no answer within {self._seconds:g} s") from exc
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as exc:
            raise WireError("connection", scrub(_innermost(exc), self._key)) from exc
        if not 200 <= response.status_code < 300:
            headers = {name.lower(): value for name, value in response.headers.items()}
            raise status_error(response.status_code, headers, body, self._key)
        if response.status_code != 202:  # 202: NVIDIA's cloud is still working; the library asks again
            self._check(body)
        response._content = body
        return response

    def _exchange(self, method: Any, url: Any, options: dict[str, Any]) -> tuple[requests.Response, bytes]:
        response = super().request(method, url, **options)
        return response, self._read(response)

    def _refuse_stranger(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        family = ".nvidia.com"
        if host != self._host and not (host.endswith(family) and self._host.endswith(family)):
            raise WireError("status", f"a request to {host} in place of {self._host} was not made", status=421)

    def _read(self, response: requests.Response) -> bytes:
        pieces, size = [], 0
        with response:
            while piece := response.raw.read1(_PIECE, decode_content=True):
                pieces.append(piece)
                size += len(piece)
                if size > BODY_LIMIT:
                    raise WireError("malformed", f"the answer is longer than {BODY_LIMIT} bytes")
                if time.monotonic() > self._deadline:
                    raise WireError("timeout", f"no whole answer within {self._seconds:g} s")
            expected = response.headers.get("Content-Length")
            if (
                expected
                and expected.isdigit()
                and not response.headers.get("Content-Encoding")
                and size < int(expected)
            ):
                raise WireError("connection", f"the answer broke off after {size} of {expected} bytes")
        return b"".join(pieces)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stands where requests would put a password from ~/.netrc over the key."""
    return request


def _innermost(exc: BaseException) -> str:
    while (inner := exc.__cause__ or exc.__context__) is not None:
        exc = inner
    return f"{type(exc).__name__}: {exc}"
