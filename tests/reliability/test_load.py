"""Runs side by side: none lost, none mixed up, and arXiv's gap held. `bench/reliability.py --load` does it with 200."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel.errors import SourceUnavailable
from sovereign_kernel.sources import turnstile
from sovereign_kernel.testing.arxiv import ArxivServer
from sovereign_kernel.testing.openai import ModelServer
from sovereign_kernel.testing.scholar import make_scholar
from sovereign_kernel.transport.clock import SystemClock
from tests.reliability import load

RUNS = 8
GAP = 0.05


@pytest.fixture(scope="module")
def arxiv() -> Iterator[ArxivServer]:
    with ArxivServer(load.entries(RUNS)) as server:
        yield server


@pytest.fixture(scope="module")
def options(arxiv: ArxivServer) -> Iterator[dict[str, Any]]:
    with make_scholar(ModelServer()) as server:
        yield {
            "source": "arxiv",
            "corpus": Path(__file__).parents[1] / "data" / "small_corpus.jsonl",
            "arxiv_url": arxiv.url,
            "arxiv_gap": GAP,
            "provider": "openai",
            "base_url": server.base_url,
            "model": "scholar",
            "requests_per_minute": 100_000,
            "queries": 1,
            "papers": 3,
            "rounds": 0,
        }


@pytest.mark.parametrize("bare", [True, False], ids=["bare graph", "folders"])
def test_runs_side_by_side_in_one_process(
    bare: bool, options: dict[str, Any], arxiv: ArxivServer, tmp_path: Path
) -> None:
    arxiv.requests.clear()
    chosen = options | {"cache_dir": tmp_path / "cache"}
    assert load.runs(range(RUNS), RUNS, chosen, None if bare else tmp_path, RUNS) == []
    assert min(arxiv.gaps) >= GAP and max(request.open for request in arxiv.requests) == 1


def test_processes_that_share_one_cache(options: dict[str, Any], arxiv: ArxivServer, tmp_path: Path) -> None:
    arxiv.requests.clear()
    chosen = options | {"cache_dir": tmp_path / "cache"}
    assert load.processes(4, 2, chosen, tmp_path) == []
    assert min(arxiv.gaps) >= GAP and max(request.open for request in arxiv.requests) == 1


@pytest.mark.parametrize("moves", [True, False])
def test_the_queue_for_arxiv_is_waited_for_as_long_as_it_moves(
    moves: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnstile, "_QUEUE", -595)  # of gaps of 0.1 s, to a minute: half a second
    line = turnstile.Turnstile(tmp_path, 0.1, SystemClock())
    held, given_up = threading.Event(), threading.Event()

    def hold() -> None:
        with line.turn(1):
            held.set()
            for number in range(20):
                if given_up.wait(0.1):
                    return
                if moves:
                    (tmp_path / "arxiv.not-before").write_text(str(number), "ascii")

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    try:
        if moves:
            with line.turn(1):
                pass
        else:
            with pytest.raises(SourceUnavailable, match="kept arXiv's one connection"), line.turn(1):
                pass
    finally:
        given_up.set()
        holder.join()
