"""Limits sockets to the loopback, in this process and in every Python process that a test starts.

On PYTHONPATH, so that child processes load it by themselves (Python imports `sitecustomize` at its start).
The error is no OSError: code that takes a refused connection for "unreachable" must not hide it. Where
TESTS_NETWORK_LOG names a file, every attempt is a line in it, also one whose error was swallowed.
"""

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

LOCAL_NAMES = {None, "", b"", "localhost", b"localhost"}


class NetworkError(RuntimeError):
    """A test tried to leave this machine."""


def is_loopback(host: Any) -> bool:
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


def record(attempt: str) -> None:
    if name := os.environ.get("TESTS_NETWORK_LOG"):
        with Path(name).open("a") as log:
            log.write(f"{attempt} in {sys.argv[:3]}\n")


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if not isinstance(address, tuple):  # a Unix socket
            return
        host = address[0]
    else:
        return
    if not is_loopback(host) and host not in ("0.0.0.0", "::"):
        record(f"{event} {host!r}")
        raise NetworkError(
            f"{event} to {host!r}: tests talk to the loopback only (use a server of sovereign_kernel/testing)"
        )


sys.addaudithook(watch)
