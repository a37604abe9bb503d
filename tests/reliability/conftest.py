"""A model on the loopback, settings of small runs against it, and one undisturbed run to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel.testing.openai import ModelServer
from sovereign_kernel.testing.scholar import make_scholar
from tests.reliability.driving import CORPUS, Point, drive


@dataclass(frozen=True)
class Calm:
    """A run that nothing disturbed, and how many calls it took."""

    path: Path
    calls: int


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with make_scholar(ModelServer()) as server:
        yield server


@pytest.fixture(scope="module")
def options(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two papers, and a line that no draft reaches: every node works, and the owner is asked."""
    return {
        "source": "corpus",
        "corpus": CORPUS,
        "cache_dir": tmp_path_factory.mktemp("cache"),
        "provider": "openai",
        "base_url": server.base_url,
        "model": "scholar",
        "requests_per_minute": 100_000,
        "papers": 2,
        "queries": 2,
        "rounds": 1,
        "threshold": 9.9,
    }


@pytest.fixture(scope="module")
def calm(server: ModelServer, options: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Calm:
    path = tmp_path_factory.mktemp("calm") / "run"
    server.requests.clear()
    assert drive("research", path, options, Point()) == 0
    calls = len(server.requests)
    assert drive("approve", path, {}, Point()) == 0
    return Calm(path, calls)
