"""One request to arXiv: bounded in time and size, and every way it can go wrong told apart."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from sovereign_kernel.errors import BadSetting
from sovereign_kernel.sources.faults import Lasting, PageTaken, Passing
from sovereign_kernel.transport.certificates import Certificates, certificates
from sovereign_kernel.transport.deadline import OverdueError, within
from sovereign_kernel.transport.proxies import Proxy, proxy_for

_LARGEST_ANSWER = 32_000_000  # bytes; 2,000 results take about 6 MB
_CHUNK = 65_536
_OPENSEARCH_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_ENTRY = "{http://www.w3.org/2005/Atom}entry"
_ATOM = "{http://www.w3.org/2005/Atom}"


class OneRequest(requests.Session):
    """A session that makes one request, and hands over only a complete Atom feed."""

    total: int | None = None
    _used = False

    def __init__(self, timeout: float, user_agent: str) -> None:
        super().__init__()
        self._timeout, self._user_agent = timeout, user_agent
        self._proxy: Proxy | None = None
        self.max_redirects = 3
        self.trust_env = False  # proxies and certificates are read here, by one rule for all that we ask

    def get(self, url: str | bytes, **kwargs: Any) -> requests.Response:
        if self._used:
            raise PageTaken
        self._used = True
        kwargs |= self._owners_network(str(url))
        kwargs["headers"] = {"User-Agent": self._user_agent, "Accept": "application/atom+xml"}
        try:
            response = within(self._timeout, lambda: self._exchange(url, kwargs))
        except OverdueError as exc:
            raise Passing("took too long to send its answer") from exc
        except requests.exceptions.TooManyRedirects as exc:
            raise Lasting("redirected again and again") from exc
        except requests.RequestException as exc:
            raise _translated(exc, str(url), self._timeout, self._proxy) from exc
        self.total = check_feed(response.content, response.headers.get("Content-Type", ""))
        return response

    def _owners_network(self, url: str) -> dict[str, Any]:
        """The owner's proxy and certificates. Raises Lasting, which names the variable, for what cannot be used."""
        try:
            self._proxy = proxy_for(url, socks_package="socks")
            trusted = certificates() if url.startswith("https:") else Certificates()
        except BadSetting as exc:
            raise Lasting(f"cannot be asked: {exc} ({exc.help})", unreachable=True) from exc
        proxies = dict.fromkeys(("http", "https"), self._proxy.url) if self._proxy else {}
        return {"proxies": proxies, "verify": str(trusted.file or trusted.folder or "") or True}

    def _exchange(self, url: str | bytes, kwargs: dict[str, Any]) -> requests.Response:
        connect, end = min(3.05, self._timeout), time.monotonic() + self._timeout
        with super().get(url, timeout=(connect, self._timeout), stream=True, **kwargs) as response:
            _check_status(response, _head(response))
            response._content = _read(response, end)
        return response

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is not None:
            here, there = urlsplit(resp.url), urlsplit(urljoin(resp.url, target))
            if here.hostname != there.hostname or there.scheme not in ("http", "https") or there.scheme < here.scheme:
                raise Lasting(f"redirected to another host, {there.hostname}")
        return target


def check_feed(body: bytes, content_type: str) -> int | None:
    """The feed's total; raises Passing for anything that is not one whole Atom feed, Lasting for arXiv's own
    error feed.
    """
    from lxml import etree

    if re.search(rb"rate\s+exceeded", body[:4_000], re.IGNORECASE) and b"<feed" not in body[:2_000]:
        raise Passing("answered 200 with a page that says 'Rate exceeded'")
    if b"<!DOCTYPE" in body[:2_000] or b"<!ENTITY" in body:
        raise Passing(f"answered with {content_type or 'a page'} that is no plain Atom feed")
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise Passing(f"answered with a cut or malformed feed ({len(body):,} bytes)") from exc
    if root.tag != _ATOM + "feed":
        raise Passing(f"answered with <{etree.QName(root).localname}> in place of an Atom feed")
    entries = root.findall(_ENTRY)
    if len(entries) == 1 and "/api/errors" in (entries[0].findtext(_ATOM + "id") or ""):
        raise Lasting(f"refused the query: {(entries[0].findtext(_ATOM + 'summary') or '').strip()[:300]}")
    total = (root.findtext(_OPENSEARCH_TOTAL) or "").strip()
    return int(total) if re.fullmatch(r"[0-9]{1,12}", total) else None


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, given as seconds or as an HTTP date; None when it says nothing
    usable.
    """
    if value is None:
        return None
    if re.fullmatch(r"\s*\d{1,9}(\.\d+)?\s*", value):
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds())


def _check_status(response: requests.Response, body: bytes) -> None:
    status = response.status_code
    if status == requests.codes.ok:
        return
    wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
    if status in (408, 425, 429) or status >= 500:
        raise Passing(f"answered HTTP {status}", wait)
    found = re.search(rb"<summary[^>]*>([^<]{1,300})", body)
    raise Lasting(f"answered HTTP {status}" + (f": {found[1].decode('utf-8', 'replace').strip()}" if found else ""))


def _head(response: requests.Response) -> bytes:
    """The start of an error's body; nothing of a good answer, which is read elsewhere."""
    if response.status_code == requests.codes.ok:
        return b""
    return next(response.iter_content(4_096), b"")


def _read(response: requests.Response, end: float) -> bytes:
    """The body, piece by piece as it comes: also a thread that was left behind gives up at `end`."""
    body = bytearray()
    try:
        while piece := response.raw.read1(_CHUNK, decode_content=True):
            body += piece
            if len(body) > _LARGEST_ANSWER:
                raise Lasting(f"answered with more than {_LARGEST_ANSWER:,} bytes")
            if time.monotonic() > end:
                raise Passing("took too long to send its answer")
    except urllib3.exceptions.HTTPError as exc:
        raise Passing(f"broke the connection ({type(exc).__name__})") from exc
    return bytes(body)


def _translated(exc: requests.RequestException, url: str, timeout: float, proxy: Proxy | None) -> Passing | Lasting:
    host = urlsplit(url).netloc
    story = repr(exc)
    if isinstance(exc, requests.exceptions.ConnectTimeout):
        return Lasting(f"could not be reached: no connection to {host} in time", unreachable=True)
    if isinstance(exc, requests.Timeout):
        return Passing(f"gave no answer in {timeout:g} s")
    if "NameResolutionError" in story or "getaddrinfo" in story:
        return Lasting(
            f"could not be reached: the name {host} cannot be resolved (is there a network?)", unreachable=True
        )
    if "NewConnectionError" in story or "ProxyError" in story or "Connection refused" in story:
        through = f" through the proxy that {proxy.variable} names" if proxy else ""
        return Lasting(f"could not be reached: no connection to {host}{through}", unreachable=True)
    if isinstance(exc, requests.exceptions.SSLError):
        return Lasting(
            "could not be reached: its certificate could not be verified (let SSL_CERT_FILE name the certificates of "
            "your network)",
            unreachable=True,
        )
    if isinstance(
        exc, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)
    ):
        return Lasting(f"cannot be asked: {url[:200]} is no address")
    return Passing(f"broke the connection ({type(exc).__name__})")
