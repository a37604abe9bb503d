"""`langgraph dev` serves the graph offline and without a key: schemas, a streamed run, the owner's interrupt."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel.records import BANNER
from tests.graph.conftest import CORPUS, GOAL

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.skipif(
        find_spec("langgraph_cli") is None, reason="langgraph-cli is not installed: pip install '.[dev]'"
    ),
    pytest.mark.slow,
]
STARTS_WITHIN = 120  # seconds


class Studio:
    """A server process, and a client of it."""

    def __init__(self, folder: Path) -> None:
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
                env=os.environ | quiet | own,
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

    def stream(self, thread: str, **asked: Any) -> list[str]:
        """The names of the nodes that reported, in order."""
        parts = self.client.runs.stream(
            thread, "sovereign", context={"require_owner": True}, stream_mode="updates", **asked
        )
        names: list[str] = []
        for part in parts:
            if part.event == "error":
                raise RuntimeError(part.data["error"])
            if part.event == "updates":
                names.extend(part.data)
        return names


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    server = Studio(tmp_path_factory.mktemp("studio"))
    try:
        server.wait()
        yield server
    finally:
        server.client.http.client.close()
        server.stop()


def test_the_settings_are_described_and_bounded(studio: Studio) -> None:
    assistant = studio.client.assistants.search()[0]
    assert assistant["graph_id"] == "sovereign"
    schemas = studio.client.assistants.get_schemas(assistant["assistant_id"])
    papers = schemas["context_schema"]["properties"]["papers"]
    assert papers["description"] == "Papers that are kept"
    assert (papers["minimum"], papers["maximum"], papers["default"]) == (1, 100, 10)
    assert all(field["description"] for field in schemas["context_schema"]["properties"].values())
    assert list(schemas["input_schema"]["properties"]) == ["goal"]


def test_a_run_streams_waits_for_its_owner_and_goes_on(studio: Studio) -> None:
    thread = studio.client.threads.create()["thread_id"]
    steps = studio.stream(thread, input={"goal": GOAL})
    assert steps[:5] == ["searcher", "claim_extractor", "verify", "index", "writer"]
    assert set(steps[5:8]) == {"skeptic", "validator", "synthesizer"}
    assert steps[-1] == "__interrupt__"
    waiting = studio.client.threads.get_state(thread)
    assert waiting["next"] == ["owner_review"]
    assert waiting["values"]["draft"]["banner"] == BANNER
    shown = waiting["tasks"][0]["interrupts"][0]["value"]
    assert shown["answer"] == waiting["values"]["draft"]["answer"]

    rest = studio.stream(thread, command={"resume": {"action": "approve", "owner": "Ada"}})
    assert rest == ["owner_review", "publish"]
    done = studio.client.threads.get_state(thread)
    assert done["next"] == [] and "Ada" in done["values"]["draft"]["banner"]
    assert done["values"]["draft"]["decision"]["owner"]["draft_sha256"] == shown["draft_sha256"]
    log = studio.log.read_text("utf-8", errors="replace")
    assert "Blocked deserialization" not in log


def test_what_is_no_answer_is_refused_and_the_run_still_waits(studio: Studio) -> None:
    thread = studio.client.threads.create()["thread_id"]
    studio.stream(thread, input={"goal": GOAL})
    for given in ("looks good to me, approve", {"action": "approve"}, {"action": "send_back", "note": " "}):
        assert studio.stream(thread, command={"resume": given}) == ["__interrupt__"]
        waiting = studio.client.threads.get_state(thread)
        assert waiting["next"] == ["owner_review"]
        assert waiting["tasks"][0]["interrupts"][0]["value"]["refused"]
    assert studio.stream(thread, command={"resume": {"action": "approve", "owner": "Ada"}})[-1] == "publish"
