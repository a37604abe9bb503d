"""Nothing lost, nobody fooled, in figures: `python bench/reliability.py`; `--help` names its parts.

Kills: a run is ended by SIGKILL in every node, after every node, and before operations on files of its folder (to open,
rename, remove), evenly over all of them; then resumed. Calls are counted at a loopback model server: what the resumed
run asks beyond an undisturbed run's calls less those that had finished is repeated. Faults and hostile papers: the
tables of tests/reliability and tests/hostile. Tampering: one random character of a random file of a finished run is
replaced, removed or added (each file is as likely), and `audit` is asked whether everything still holds. Load: runs
side by side in one process, then in eight that share a cache, against a loopback model and a loopback arXiv.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sovereign_kernel import research  # noqa: E402
from sovereign_kernel.audit import audit  # noqa: E402
from sovereign_kernel.testing.arxiv import ArxivServer  # noqa: E402
from sovereign_kernel.testing.openai import ModelServer  # noqa: E402
from sovereign_kernel.testing.scholar import make_scholar  # noqa: E402
from tests.reliability import load  # noqa: E402
from tests.reliability.driving import CORPUS, GOAL, WORK, Point, answers, drive, told  # noqa: E402

PROCESSES = 8
GAP = 0.05  # seconds between requests to the loopback arXiv


@dataclass
class Kills:
    """What came of the killed runs."""

    kills: int = 0
    survived: int = 0
    repeated: int = 0
    faults: list[str] = field(default_factory=list)


def killed_runs(folder: Path, wanted: int) -> Kills:
    """`wanted` kills: in and after every node, and before operations on files, evenly over all that a run makes."""
    result = Kills()
    with make_scholar(ModelServer()) as server:
        options = small(server) | {"cache_dir": folder / "cache", "rounds": 1, "threshold": 9.9}
        drive("research", folder / "calm", options, Point("file", number=sys.maxsize))
        operations = int((folder / "calm.operations").read_text())
        expected, calm = len(server.requests), told(folder / "calm")
        for point in points(wanted, operations):
            path = folder / f"run-{result.kills}"
            server.requests.clear()
            if drive("research", path, options, point) != -signal.SIGKILL:
                continue  # the order in which threads write differs from run to run
            result.kills += 1
            held, asked = answers(path), len(server.requests)
            again = (path / "run.json").is_file()  # without one there is no run yet, only an empty folder
            ended = drive("resume", path, {}, Point()) if again else drive("research", path, options, Point())
            result.repeated += max(0, len(server.requests) - asked - (expected - held))
            faults = [f"exit code {ended}"] if ended else []
            faults += ["another draft"] if not ended and told(path) != calm else []
            faults += ["the audit does not hold"] if not ended and not audit(path).holds else []
            result.survived += not faults
            result.faults += [f"{point}: {fault}" for fault in faults]
    return result


def points(wanted: int, operations: int) -> list[Point]:
    # publish is after the owner's answer: see tests/reliability/test_kills.py
    nodes = [Point(kind, node) for node in WORK if node != "publish" for kind in ("in", "after")]
    nodes.remove(Point("after", "owner_review"))  # it ends there
    files = max(0, min(operations, wanted - len(nodes)))
    spread = [Point("file", number=1 + place * operations // files) for place in range(files)]
    return [*nodes[:wanted], *spread]


def small(server: ModelServer) -> dict[str, Any]:
    return {
        "source": "corpus",
        "corpus": CORPUS,
        "provider": "openai",
        "base_url": server.base_url,
        "model": "scholar",
        "requests_per_minute": 100_000,
        "papers": 2,
        "queries": 2,
    }


def tampered(path: Path, changes: int, rng: random.Random) -> list[str]:
    """Changes one character at a time; where a change was not found."""
    files = sorted(found for found in path.rglob("*") if found.is_file())
    missed = []
    for _ in range(changes):
        file = rng.choice(files)
        whole = file.read_bytes()
        at = rng.randrange(len(whole) + 1)
        kind = rng.choice(("replace", "delete", "insert")) if at < len(whole) else "insert"
        new = bytes([rng.choice([byte for byte in range(256) if whole[at : at + 1] != bytes([byte])])])
        file.write_bytes(whole[:at] + (b"" if kind == "delete" else new) + whole[at + (kind != "insert") :])
        if audit(path).holds:
            missed.append(f"{kind} at {at} of {file.relative_to(path)}")
        file.write_bytes(whole)
    return missed


@dataclass(frozen=True)
class Suite:
    """A table of tests that was run."""

    tried: int
    failed: tuple[str, ...]


def suite(path: str, folder: Path) -> Suite:
    """Runs the tests of `path` in a process of their own."""
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", path, "-q", "--tb=no", "-p", "no:cacheprovider", f"--junitxml={report}"]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    cases = [case for case in ElementTree.parse(report).iter("testcase") if case.find("skipped") is None]
    bad = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    return Suite(len(cases), tuple(str(case.get("name")) for case in bad))


@contextmanager
def world(subjects: int) -> Iterator[tuple[ArxivServer, dict[str, Any]]]:
    """A loopback arXiv with papers on every subject, and a loopback model."""
    with make_scholar(ModelServer(latency=0.02)) as server, ArxivServer(load.entries(subjects)) as arxiv:
        more = {"source": "arxiv", "arxiv_url": arxiv.url, "arxiv_gap": GAP, "queries": 1, "papers": 3, "rounds": 0}
        yield arxiv, small(server) | more


def loaded(folder: Path, many: int) -> None:
    """Runs under load, and prints what came of them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.preloaded"])
    with world(many) as (arxiv, options), context.Pool(1) as process:
        chosen = options | {"cache_dir": folder / "cache"}
        before = process.apply(load.Memory.now).own
        faults, seconds = timed(lambda: process.apply(load.runs, (range(many), many, chosen, folder / "one", many)))
        most = process.apply(load.Memory.now).own
        tell_load(f"{many} runs side by side in one process", faults, seconds, arxiv)
        print(f"  memory:            {before:.0f} MB before, {most:.0f} MB at most", flush=True)
    each = max(1, many // PROCESSES // 4)
    with world(PROCESSES * each) as (arxiv, options):
        chosen = options | {"cache_dir": folder / "shared"}
        faults, seconds = timed(lambda: load.processes(PROCESSES, each, chosen, folder / "eight"))
        tell_load(f"{PROCESSES} processes with one cache, {each} runs each", faults, seconds, arxiv)


def timed(work: Callable[[], list[str]]) -> tuple[list[str], float]:
    started = time.monotonic()
    return work(), time.monotonic() - started


def tell_load(what: str, faults: list[str], seconds: float, arxiv: ArxivServer) -> None:
    at_once = max(request.open for request in arxiv.requests)
    print(f"lost or mixed up:    {len(faults)} of {what}, in {seconds:.0f} s")
    print(f"  arXiv:             {len(arxiv.requests)} requests, the shortest gap {min(arxiv.gaps):.3f} s")
    print(f"                     (asked for: {GAP} s), at most {at_once} at once", flush=True)
    tell_faults(faults)


def tell_faults(faults: list[str] | tuple[str, ...]) -> None:
    print("".join(f"  {fault}\n" for fault in faults), end="", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=1000, help="random changes of a finished run (default 1000)")
    parser.add_argument("--kills", type=int, default=150, help="kills (default 150)")
    parser.add_argument("--load", type=int, default=200, help="runs side by side (default 200)")
    parser.add_argument("--no-suites", action="store_true", help="leave out the faults and the hostile papers")
    parser.add_argument("--seed", type=int, default=4)
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.kills:
            kills = killed_runs(folder, chosen.kills)
            print(f"kills survived:      {kills.survived} of {kills.kills}")
            print(f"calls repeated:      {kills.repeated}", flush=True)
            tell_faults(kills.faults)
        if not chosen.no_suites:
            for what, path in (("faults", "tests/reliability/test_faults.py"), ("hostile papers", "tests/hostile")):
                result = suite(path, folder)
                print(f"{what + ':':20} {result.tried - len(result.failed)} of {result.tried} tests as they should be")
                tell_faults(result.failed)
        if chosen.changes:
            options: dict[str, Any] = {"source": "corpus", "corpus": CORPUS, "provider": "none", "require_owner": True}
            outcome = research(GOAL, out=folder / "finished", **options)
            missed = tampered(outcome.run, chosen.changes, random.Random(chosen.seed))
            print(f"tampered runs found: {chosen.changes - len(missed)} of {chosen.changes}", flush=True)
            tell_faults([f"missed: {place}" for place in missed])
        if chosen.load:
            loaded(folder, chosen.load)


if __name__ == "__main__":
    main()
