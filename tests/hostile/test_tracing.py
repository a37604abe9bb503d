"""LangSmith is told nothing by any way in, in any thread, though its variables are set; unless the owner wants it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sovereign_kernel.testing.openai import ModelServer
from sovereign_kernel.testing.scholar import make_scholar
from tests.graph.conftest import CORPUS
from tests.hostile.recorder import Recorder

GOAL = "How does sparse mixture-of-experts change the inference cost of vision-language models at equal accuracy?"
# Only a client that is there already: a new one would ask its host what it can do.
END = "\nfrom langsmith import run_trees\nif run_trees._CLIENT:\n    run_trees._CLIENT.flush()\n"
WAYS = {
    "research": f"from sovereign_kernel import research\nresearch({GOAL!r})",
    "the bare graph": f"from graph import graph\ngraph.invoke({{'goal': {GOAL!r}}})",
    "a graph of one's own": f"from graph import build_graph\nlist(build_graph().stream({{'goal': {GOAL!r}}}))",
    "the bare graph, async": (
        f"import asyncio\nfrom graph import graph\nasyncio.run(graph.ainvoke({{'goal': {GOAL!r}}}))"
    ),
    "check": (
        "from sovereign_kernel.cli.main import main\nimport sys\n"
        "sys.argv = ['sovereign', 'check', 'The method is 3x faster.', '--source', 'paper.txt', "
        "'--provider', 'openai']\ntry:\n    main()\nexcept SystemExit:\n    pass"
    ),
    "verify": (
        "from sovereign_kernel import research\nfrom sovereign_kernel.audit import audit\n"
        f"assert audit(research({GOAL!r}).run).holds"
    ),
}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with make_scholar(ModelServer()) as found:
        yield found


def ran(script: str, server: ModelServer, recorder: Recorder, folder: Path, **more: str) -> None:
    (folder / "paper.txt").write_text("Our method is 2x faster than the baseline.", "utf-8")
    traced = {
        "LANGSMITH_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_ENDPOINT": recorder.url,
        "LANGSMITH_API_KEY": "lsv2-canary",
    }
    own = {
        "PROVIDER": "openai",
        "BASE_URL": server.base_url,
        "MODEL": "m",
        "SOURCE": "corpus",
        "CORPUS": str(CORPUS),
        "CACHE_DIR": str(folder / "cache"),
        "ROUNDS": "0",
        "REQUESTS_PER_MINUTE": "100000",
    }
    chosen = {f"SOVEREIGN_{name}": value for name, value in own.items()}
    ended = subprocess.run(
        [sys.executable, "-c", script + END],
        cwd=folder,
        env=os.environ | traced | chosen | more,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_sent(way: str, server: ModelServer, tmp_path: Path) -> None:
    before = len(server.requests)
    with Recorder() as recorder:
        ran(WAYS[way], server, recorder, tmp_path)
    assert len(server.requests) > before, "the model was not asked, so nothing is shown"
    assert recorder.sent == []


def test_an_owner_who_wants_it_gets_it(server: ModelServer, tmp_path: Path) -> None:
    """The control: the test above sees what is sent."""
    with Recorder() as recorder:
        ran(WAYS["check"], server, recorder, tmp_path, SOVEREIGN_TRACING="1")
    assert recorder.sent
