"""`langgraph dev` as an owner starts it, in a folder of its own, and a client of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.graph.conftest import CORPUS

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 120  # seconds
needs_studio = pytest.mark.skipif(
    find_spec("langgraph_cli") is None, reason="langgraph-cli is not installed: pip install '.[dev]'"
)


class Studio:
    """A server process, and a client of it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        from langgraph_sdk import get_sync_client

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        for name in ("langgraph.json", "graph.py"):
            shutil.copy(ROOT / name, folder)
        quiet = {"LANGSMITH_TRACING": "false", "LANGGRAPH_CLI_NO_ANALYTICS": "1", "LANGGRAPH_NO_VERSION_CHECK": "1"}
        own = {
            "SOVEREIGN_SOURCE": "corpus",
            "SOVEREIGN_PROVIDER": "none",
            "SOVEREIGN_CORPUS": str(CORPUS),
            "SOVEREIGN_CACHE_DIR": str(folder / "cache"),
        }
        self.log = folder / "log.txt"
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "langgraph_cli", "dev", "--no-browser", "--no-reload", "--port", str(port)],
                cwd=folder,
                env=os.environ | quiet | own | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.client: Any = get_sync_client(url=self.url)

    def wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/ok", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        pytest.fail(f"langgraph dev did not start:\n{self.log.read_text('utf-8')[-3000:]}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Studio:
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.http.client.close()
        self.stop()

    def stream(self, thread: str | None, context: dict[str, Any] | None = None, **asked: Any) -> list[str]:
        """The names of the nodes that reported, in order. Raises RuntimeError with what a client is told."""
        chosen = {"require_owner": True} if context is None else context
        parts = self.client.runs.stream(thread, "sovereign", context=chosen, stream_mode="updates", **asked)
        names: list[str] = []
        for part in parts:
            if part.event == "error":
                raise RuntimeError(f"{part.data['error']}: {part.data['message']}")
            if part.event == "updates":
                names.extend(part.data)
        return names
