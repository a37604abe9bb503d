"""`langgraph dev` serves the graph offline and without a key: schemas, a streamed run, an interrupt resumed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.cli.front import write_corpus

ROOT = Path(__file__).resolve().parents[2]
GOAL = {"goal": "Does quantization lower the accuracy of small language models?"}


def call(url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, {"Content-Type": "application/json"}), timeout=120) as answer:
        return json.loads(answer.read())


def stream(url: str, body: Any) -> dict[str, list[Any]]:
    """The server-sent events of a run, by name."""
    events: dict[str, list[Any]] = {}
    with urlopen(Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"}), timeout=120) as answer:
        name = ""
        for line in answer.read().decode().splitlines():
            if line.startswith("event:"):
                name = line.removeprefix("event:").strip()
            elif line.startswith("data:"):
                events.setdefault(name, []).append(json.loads(line.removeprefix("data:")))
    return events


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    for name in ("langgraph.json", "graph.py"):  # the server keeps its state beside them: not in the checkout
        (tmp_path / name).symlink_to(ROOT / name)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    command = [Path(sys.executable).with_name("langgraph"), "dev", "--no-browser", "--no-reload", "--port", str(port)]
    log = (tmp_path / "log").open("w+")
    with log, subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=subprocess.STDOUT, env=os.environ) as process:
        try:
            yield wait_for(f"http://127.0.0.1:{port}", process, tmp_path / "log")
        finally:
            process.terminate()
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    while process.poll() is None:
        try:
            call(f"{url}/ok")
        except URLError:
            sleep(0.2)
        else:
            return url
    raise AssertionError(log.read_text())


@pytest.mark.slow
def test_studio_shows_the_settings_streams_a_run_and_takes_the_owners_answer(server: str, tmp_path: Path) -> None:
    (assistant,) = call(f"{server}/assistants/search", {})
    schemas = call(f"{server}/assistants/{assistant['assistant_id']}/schemas")
    papers = schemas["context_schema"]["properties"]["papers"]
    assert (papers["default"], papers["maximum"]) == (10, 100)
    assert papers["description"]
    assert set(schemas["input_schema"]["properties"]) == {"goal"}

    corpus = write_corpus(tmp_path / "corpus.jsonl")
    context = {"source": "corpus", "corpus": str(corpus), "provider": "none", "require_owner": True}
    thread = call(f"{server}/threads", {})["thread_id"]
    run = {"assistant_id": "sovereign", "context": context, "stream_mode": ["updates"]}
    events = stream(f"{server}/threads/{thread}/runs/stream", run | {"input": GOAL})
    assert "error" not in events, events
    stages = [stage for update in events["updates"] for stage in update]
    assert {"searcher", "verify", "skeptic", "validator", "synthesizer", "tribunal", "policy"} <= set(stages)
    state = call(f"{server}/threads/{thread}/state")
    assert state["next"] == ["owner_review"]

    answer = {"action": "approve", "owner": "Ada"}
    events = stream(f"{server}/threads/{thread}/runs/stream", run | {"command": {"resume": answer}})
    assert "error" not in events, events
    state = call(f"{server}/threads/{thread}/state")
    assert state["next"] == []
    assert state["values"]["decision"]["owner"]["owner"] == "Ada"
