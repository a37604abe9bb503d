"""kill -9 in a node, between nodes, at a file, at a call: the run goes on, repeats nothing, and says the same."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel.audit import audit
from sovereign_kernel.records import BANNER
from sovereign_kernel.runs import RunFolder, load_draft
from sovereign_kernel.testing.openai import ModelServer
from tests.reliability.conftest import Calm
from tests.reliability.driving import Point, answers, drive, told

KILLED = -signal.SIGKILL
POINTS = [
    Point("in", "searcher"),
    Point("in", "verify"),
    Point("in", "index"),
    Point("in", "validator"),
    Point("in", "tribunal"),
    Point("in", "revise"),
    Point("in", "owner_review"),
    Point("after", "claim_extractor"),
    Point("after", "policy"),
    Point("file", number=9),
    Point("file", number=60),
]


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_a_killed_run_goes_on_and_says_the_same(
    point: Point, server: ModelServer, options: dict[str, Any], calm: Calm, tmp_path: Path
) -> None:
    path = tmp_path / "run"
    server.requests.clear()
    assert drive("research", path, options, point) == KILLED
    held, asked = answers(path), len(server.requests)
    assert drive("resume", path, {}, Point()) == 0
    assert len(server.requests) - asked == calm.calls - held
    assert told(path) == told_before_approval(calm)
    assert audit(path).holds


def test_killed_again_and_again(server: ModelServer, options: dict[str, Any], calm: Calm, tmp_path: Path) -> None:
    path = tmp_path / "run"
    server.requests.clear()
    assert drive("research", path, options, Point("file", number=30)) == KILLED
    assert drive("resume", path, {}, Point("file", number=30)) == KILLED
    assert drive("resume", path, {}, Point("in", "writer")) == KILLED
    held, asked = answers(path), len(server.requests)
    assert drive("resume", path, {}, Point()) == 0
    assert len(server.requests) - asked == calm.calls - held
    assert told(path) == told_before_approval(calm)


def test_killed_as_the_owners_answer_is_published(
    server: ModelServer, options: dict[str, Any], calm: Calm, tmp_path: Path
) -> None:
    path = tmp_path / "run"
    assert drive("research", path, options, Point()) == 0
    calls = len(server.requests)
    assert drive("approve", path, {}, Point("in", "publish")) == KILLED
    assert drive("resume", path, {}, Point()) == 0
    assert RunFolder.open(path).status == "finished"
    owner = load_draft(RunFolder.open(path)).decision.owner
    assert owner is not None and owner.owner == "Ada"
    assert told(path) == told(calm.path)
    assert len(server.requests) == calls
    assert audit(path).holds


def test_killed_by_the_server_in_the_middle_of_a_call(
    server: ModelServer, options: dict[str, Any], calm: Calm, tmp_path: Path
) -> None:
    """The call that had no answer is asked again, and no other."""
    path = tmp_path / "run"
    server.requests.clear()

    def kill(exchange: Any) -> None:
        for child in multiprocessing.active_children():
            child.kill()
        server.route(exchange)

    server.faults += [server.route, server.route, server.route, kill]
    assert drive("research", path, options | {"parallel": 1}, Point()) == KILLED
    server.faults.clear()
    assert answers(path) == 3 and len(server.requests) == 4
    assert drive("resume", path, {}, Point()) == 0
    assert len(server.requests) == calm.calls + 1
    mine = told(path)
    mine["settings"]["parallel"] = told_before_approval(calm)["settings"]["parallel"]
    assert mine == told_before_approval(calm)


def told_before_approval(calm: Calm) -> dict[str, Any]:
    """The undisturbed run's draft as the owner saw it."""
    draft = told(calm.path)
    draft["decision"]["owner"] = None
    return draft | {"banner": BANNER}
