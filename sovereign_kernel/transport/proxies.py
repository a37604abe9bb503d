"""The proxy that the environment names for an address.

Read here, because the HTTP libraries disagree: some refuse a proxy without a scheme, some crash at a network such as
10.0.0.0/8 in NO_PROXY, some ignore ALL_PROXY, and all send requests for this very machine to a proxy elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from typing import NoReturn
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from sovereign_kernel.errors import BadSetting

SCHEMES = ("http", "https", "socks5", "socks5h")
SYSTEM = "the system's proxy settings"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Proxy:
    """`url` may hold a password and is never shown; `variable` is where it was read."""

    url: str
    variable: str


def proxy_for(
    url: str, environment: Mapping[str, str] | None = None, *, socks_package: str = "socksio"
) -> Proxy | None:
    """The proxy for `url`, None for a direct connection; this machine's own addresses are always direct.

    `socks_package` is what the HTTP library needs for SOCKS. Raises BadSetting, which names the variable.
    """
    environment = os.environ if environment is None else environment
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if is_this_machine(host) or _is_excepted(host, parts.port or _PORTS.get(parts.scheme), environment):
        return None
    found = _named(parts.scheme, environment)
    if found is None and environment is os.environ:
        found = _of_the_system(parts.scheme, host)
    if found is None:
        return None
    return Proxy(_checked(found, socks_package), found.variable)


def is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _named(scheme: str, environment: Mapping[str, str]) -> Proxy | None:
    """The first variable that is set; an empty one means: no proxy."""
    for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY"):
        if name == "HTTP_PROXY" and "REQUEST_METHOD" in environment:
            continue  # under CGI a client can set it, by a header named Proxy
        if name in environment:
            value = environment[name].strip().strip("\"'")
            return Proxy(value, name) if value else None
    return None


def _of_the_system(scheme: str, host: str) -> Proxy | None:
    """What macOS and Windows keep outside the environment."""
    value = getproxies().get(scheme)
    return Proxy(value, SYSTEM) if value and not proxy_bypass(host) else None


def _checked(proxy: Proxy, socks_package: str) -> str:
    url = proxy.url if "://" in proxy.url else f"http://{proxy.url}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        _refuse(proxy, "is not the address of a proxy", "write it like http://proxy.example:3128")
    if parts.scheme.startswith("socks") and find_spec(socks_package) is None:
        package = {"socks": "PySocks"}.get(socks_package, socks_package)
        _refuse(proxy, f"names a SOCKS proxy, which needs the package {package}", "pip install socksio PySocks")
    return url


def _refuse(proxy: Proxy, what: str, remedy: str) -> NoReturn:
    raise BadSetting(
        f"{proxy.variable} {what}", help=f"{remedy}; or unset {proxy.variable}, or list the host in NO_PROXY"
    )


def _is_excepted(host: str, port: int | None, environment: Mapping[str, str]) -> bool:
    excepted = environment.get("no_proxy", environment.get("NO_PROXY", ""))
    return any(_covers(entry, host, port) for entry in excepted.replace(" ", ",").split(",") if entry)


def _covers(entry: str, host: str, port: int | None) -> bool:
    """Whether an entry of NO_PROXY means the host: *, a name with all beneath it, an address, a network, host:port."""
    if entry == "*":
        return True
    entry = entry.lower()
    try:
        return ip_address(host) in ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    name, colon, digits = entry.rpartition(":")
    if colon and digits.isdigit():
        if int(digits) != port:
            return False
        entry = name
    name = entry.strip("[]").removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))
