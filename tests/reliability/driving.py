"""Runs in processes of their own, which end themselves by SIGKILL at a chosen point: no pretence, no chance.

A `Point` names where: as a node begins to work, between nodes, at the n-th operation on a file of the run, or never.
Processes come from a fork server that has imported everything already, so that a kill costs a run and no more.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from sovereign_kernel.pipeline.events import Event
from sovereign_kernel.records import OwnerAnswer

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "data" / "small_corpus.jsonl"
GOAL = "How does sparse mixture-of-experts change the inference cost of vision-language models at equal accuracy?"
OWN = ("run_id", "created", "models", "cost")  # what differs between two runs of the same answers
WORK = {
    "searcher": ("agents/searcher.py", "run"),
    "claim_extractor": ("agents/claim_extractor.py", "run"),
    "verify": ("stages/checking_claims.py", "verify"),
    "index": ("stages/indexing.py", "index"),
    "writer": ("agents/writer.py", "run"),
    "skeptic": ("agents/skeptic.py", "measure"),
    "validator": ("agents/validator.py", "measure"),
    "synthesizer": ("agents/synthesizer.py", "measure"),
    "tribunal": ("tribunal.py", "sit"),
    "revise": ("stages/revision.py", "revise"),
    "policy": ("stages/deciding.py", "decide"),
    "owner_review": ("graph.py", "_asked"),
    "publish": ("stages/deciding.py", "publish"),
}
"""Node by node, the function that does its work: its file's end, and its name."""


@dataclass(frozen=True)
class Point:
    """Where a process ends itself. `node`: the node's name; `file`: the operation's number, from 1."""

    kind: Literal["in", "after", "file", "never"] = "never"
    node: str = ""
    number: int = 0

    def __str__(self) -> str:
        return {"in": f"in {self.node}", "after": f"after {self.node}", "file": f"at file operation {self.number}"}.get(
            self.kind, "never"
        )


def drive(action: str, path: Path, options: dict[str, Any], point: Point) -> int:
    """Does `research`, `resume` or `approve` on `path` in a process of its own; its exit code (-9: killed)."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.preloaded"])
    process = context.Process(target=_work, args=(action, path, options, point))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _work(action: str, path: Path, options: dict[str, Any], point: Point) -> None:
    from sovereign_kernel import research, resume, review

    os.chdir(path.parent)
    if point.kind == "in":
        threading.setprofile(_in(point.node))
        sys.setprofile(_in(point.node))
    operations = [0]
    if point.kind == "file":
        sys.addaudithook(_at_file(path, point.number, operations))
    tell = _after(point.node) if point.kind == "after" else None
    if action == "research":
        research(GOAL, on_event=tell, **options | {"out": path})
    elif action == "resume":
        resume(path, on_event=tell)
    else:
        review(path, OwnerAnswer(action="approve", owner="Ada"), on_event=tell)
    if point.kind == "file":
        path.with_name(path.name + ".operations").write_text(str(operations[0]))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _in(node: str) -> Any:
    file, name = WORK[node]

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name == name and frame.f_code.co_filename.endswith(file):
            _die()

    return watch


def _after(node: str) -> Any:
    def tell(event: Event) -> None:
        if (event.kind, event.stage) == ("stage_finished", node):
            _die()

    return tell


def _at_file(folder: Path, number: int, operations: list[int]) -> Any:
    """Counts every opening to write, renaming and removal in the folder; the process ends before the n-th is done, so
    that what was opened before is half written, or written and not renamed."""
    prefix = f"{folder}{os.sep}"

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event in ("os.rename", "os.remove", "os.truncate") or (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        )
        if writes and isinstance(arguments[0], str | Path) and str(arguments[0]).startswith(prefix):
            operations[0] += 1
            if operations[0] == number:
                _die()

    return hook


def told(path: Path) -> dict[str, Any]:
    """The draft of a run, less what differs between two runs of the same answers."""
    draft = json.loads((path / "draft.json").read_text("utf-8"))
    draft["decision"]["owner"] = draft["decision"]["owner"] and draft["decision"]["owner"]["owner"]
    draft["banner"] = draft["banner"].split(" at ")[0]
    return {name: part for name, part in draft.items() if name not in OWN}


def answers(path: Path) -> int:
    """The calls of a run that had finished."""
    return len(list((path / "calls").glob("[!.]*.json")))
