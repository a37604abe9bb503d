"""Runs a process under everything that could see it leave this machine: a proxy, a resolver and a native recorder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

GUARD = Path(__file__).resolve().parents[1] / "guard"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
TRACES = ("deviceid", "onnxruntime.db")
"""Files by which onnxruntime's telemetry can be told even before it calls home."""


@dataclass
class Watch:
    """`home` is the watched processes' own; what they asked for beyond this machine is in `attempts`."""

    home: Path
    recorder: Path | None
    proxy: str
    asked: list[str] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.home / "network.log"

    def run(self, *command: object, **environment: str) -> subprocess.CompletedProcess[str]:
        watched = dict.fromkeys(PROXIES, self.proxy) | {"no_proxy": "127.0.0.1,localhost,::1"}
        watched |= {"HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / ".cache")}
        watched |= {"TESTS_NETWORK_LOG": str(self.log), "LD_PRELOAD": str(self.recorder or "")}
        words = [str(word) for word in command]
        kept = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
        return subprocess.run(
            words, env=kept | watched | environment, cwd=self.home, capture_output=True, text=True, check=False
        )

    def sovereign(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "sovereign_kernel", *arguments)

    @property
    def attempts(self) -> list[str]:
        """Connections and look-ups beyond the loopback, requests to the proxy, and traces of telemetry."""
        logged = self.log.read_text().splitlines() if self.log.exists() else []
        traces = [str(path) for path in self.home.rglob("*") if path.name in TRACES]
        return [*logged, *(f"proxy {line}" for line in self.asked), *traces]


@contextmanager
def watching(home: Path) -> Iterator[Watch]:
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def refuse(self) -> None:
            asked.append(self.requestline)
            self.send_error(502)

        do_CONNECT = do_GET = do_POST = do_HEAD = do_PUT = refuse  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Watch(home, _recorder(home), f"http://127.0.0.1:{server.server_address[1]}", asked)
        finally:
            server.shutdown()


def _recorder(folder: Path) -> Path | None:
    """The native recorder, where there is a C compiler and a loader that takes it; else Python's own hooks must do."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "recorder.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(GUARD / "recorder.c"), "-ldl"]
    done = subprocess.run(command, capture_output=True, check=False)
    return library if done.returncode == 0 else None
