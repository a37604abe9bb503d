"""Many runs at once, each with a world of its own, so that anything mixed up shows: shared by the test and the bench.

Every run has its own subject; the model server answers each from that run's own papers, and arXiv holds three papers a
subject. A draft that holds another subject's word has been mixed up.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sovereign_kernel.records import Draft
from sovereign_kernel.testing.arxiv import Entry

LETTERS = "bcdfghklmnprstvz"


def subject(number: int) -> str:
    """A made-up word of its own for every number below 4,096."""
    parts = [LETTERS[number // 256 % 16], LETTERS[number // 16 % 16], LETTERS[number % 16]]
    return "".join(part + vowel for part, vowel in zip(parts, "aou", strict=True)) + "tron"


def goal(number: int) -> str:
    return f"Does {subject(number)} pruning lower the inference cost of language models?"


def entries(count: int) -> list[Entry]:
    """Three papers for each of `count` subjects."""
    return [
        Entry(
            f"26{place % 12 + 1:02}.{number * 3 + place:05}v1",
            f"{subject(number).capitalize()} pruning of language models, part {place}",
            f"We show that {subject(number)} pruning lowers the inference cost of language models by {9 + place}%. "
            f"Accuracy with {subject(number)} pruning falls by {1 + place} points on the models that we tried.",
        )
        for number in range(count)
        for place in range(3)
    ]


def mixed_up(number: int, draft: Draft, count: int) -> list[str]:
    """Other runs' subjects in this run's draft, and what is missing from it."""
    text = draft.model_dump_json(exclude={"coverage"}).lower()
    words = {word for word in text.replace('"', " ").split() if "tron" in word}
    strangers = {subject(other) for other in range(count) if other != number}
    faults = [f"run {number} holds {word}" for word in words for name in strangers if name in word]
    if not draft.papers or not draft.claims or not draft.sentences:
        faults.append(f"run {number} found nothing of its own")
    return faults


def runs(numbers: Sequence[int], count: int, options: dict[str, Any], folder: Path | None, at_once: int) -> list[str]:
    """Runs these subjects side by side in this process; each in a folder of its own, or (None) by the bare graph.
    Everything that was lost or mixed up, in words."""
    from graph import build_graph
    from sovereign_kernel import research
    from sovereign_kernel.audit import audit

    graph = build_graph()
    gate = threading.Barrier(min(at_once, len(numbers)))

    def one(number: int) -> list[str]:
        if number in numbers[: gate.parties]:
            gate.wait()
        try:
            if folder is None:
                draft = graph.invoke({"goal": goal(number)}, context=options)["draft"]
            else:
                outcome = research(goal(number), out=folder / f"run-{number}", **options)
                draft = outcome.draft
                if not audit(outcome.run).holds:
                    return [f"run {number}: its audit does not hold"]
        except Exception as exc:  # noqa: BLE001 - whatever it was, it lost the run, and that is what is counted
            return [f"run {number} was lost: {type(exc).__name__}: {exc}"]
        return mixed_up(number, draft, count)

    with ThreadPoolExecutor(at_once) as pool:
        return [fault for faults in pool.map(one, numbers) for fault in faults]


def processes(many: int, each: int, options: dict[str, Any], folder: Path) -> list[str]:
    """`many` processes that share one cache, each with `each` subjects of its own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.preloaded"])
    with context.Pool(many) as pool:
        work = [(list(range(at * each, (at + 1) * each)), many * each, options, folder, 1) for at in range(many)]
        return [fault for faults in pool.starmap(runs, work, chunksize=1) for fault in faults]


@dataclass(frozen=True)
class Memory:
    """The most that this process, or its largest child, ever held, in MB."""

    own: float
    child: float

    @classmethod
    def now(cls) -> Memory:
        unit = 1024 if sys.platform != "darwin" else 1024**2
        most = [resource.getrusage(who).ru_maxrss / unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return cls(*most)
