"""Nothing lost, nobody fooled, in figures: `python bench/reliability.py [--changes 1000] [--kills 20]`.

Tampering: one random character of a random file of a finished run is replaced, removed or added (each file is as
likely), and `audit` is asked whether everything still holds. Kills: `sovereign research` is killed with SIGKILL at a
random moment, and resumed, until it ends. The calls of the last resumption are counted at a loopback model server: more
than an undisturbed run's less those that had finished before the kill are repetitions.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sovereign_kernel import research  # noqa: E402
from sovereign_kernel.auditing import audit  # noqa: E402
from sovereign_kernel.runs import RunFolder  # noqa: E402
from tests.servers.openai import ModelServer  # noqa: E402
from tests.servers.scholar import make_scholar  # noqa: E402

GOAL = "How does sparse mixture-of-experts change the inference cost of vision-language models at equal accuracy?"
CORPUS = ROOT / "tests" / "data" / "small_corpus.jsonl"
OWN = ("run_id", "created", "models", "cost")  # what differs between two runs of the same answers


@dataclass
class Kills:
    """What came of the killed runs."""

    kills: int = 0
    survived: int = 0
    repeated: int = 0
    same_draft: int = 0
    runs: int = 0
    faults: list[str] = field(default_factory=list)


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


def killed_runs(folder: Path, wanted: int, rng: random.Random) -> Kills:
    """Runs that are killed at random moments until `wanted` kills have struck, each resumed to its end."""
    result = Kills()
    with serving() as server:
        calm, took = run_to_end(server, folder / "calm")
        expected = len(server.requests)
        while result.kills < wanted:
            result.runs += 1
            path = folder / f"run-{result.runs}"
            server.requests.clear()
            command = research_command(server, path)
            while True:
                before, held = len(server.requests), answers(path)
                if not kill_after(command, rng.uniform(0.2, took)):
                    break
                result.kills += 1
                if not (path / "run.json").is_file():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    RunFolder.open(path)
                    command = ["resume", str(path)]
                result.survived += 1
            asked = len(server.requests) - before
            result.repeated += max(0, asked - (expected - held))
            if same(calm, path):
                result.same_draft += 1
            else:
                result.faults.append(f"{path.name}: another draft")
            if not audit(path).holds:
                result.faults.append(f"{path.name}: the audit does not hold")
    return result


@contextmanager
def serving() -> Iterator[ModelServer]:
    with make_scholar(ModelServer(latency=0.1)) as server:
        yield server


def research_command(server: ModelServer, path: Path) -> list[str]:
    options = {
        "--provider": "openai",
        "--base-url": server.base_url,
        "--model": "scholar",
        "--source": "corpus",
        "--corpus": CORPUS,
        "--out": path,
    }
    return ["research", *(str(part) for pair in options.items() for part in pair), "--require-owner", "--", GOAL]


def run_to_end(server: ModelServer, path: Path) -> tuple[Path, float]:
    started = time.monotonic()
    if kill_after(research_command(server, path), None):
        raise SystemExit("the undisturbed run did not end")
    return path, time.monotonic() - started


def kill_after(command: list[str], seconds: float | None) -> bool:
    """Runs `sovereign COMMAND`; True when it had to be killed, that is, had not ended by itself in time."""
    environment = os.environ | {"SOVEREIGN_REQUESTS_PER_MINUTE": "100000", "OPENAI_API_KEY": "none"}
    process = subprocess.Popen(
        [sys.executable, "-m", "sovereign_kernel", *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _, told = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    if process.returncode not in (0, 3, 4):
        raise SystemExit(f"sovereign {command[0]} ended with {process.returncode}: {told.decode()[-500:]}")
    return False


def answers(path: Path) -> int:
    """The calls of a run that had finished."""
    return len(list((path / "calls").glob("*.json")))


def same(one: Path, other: Path) -> bool:
    """Whether two runs have the same draft, but for ids, dates and the time that calls took."""
    return told(one) == told(other)


def told(path: Path) -> dict[str, Any]:
    draft = json.loads((path / "draft.json").read_text())
    return {name: part for name, part in draft.items() if name not in OWN}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=1000, help="random changes of a finished run (default 1000)")
    parser.add_argument("--kills", type=int, default=20, help="kills of running runs (default 20)")
    parser.add_argument("--seed", type=int, default=4)
    chosen = parser.parse_args()
    rng = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.changes:
            options: dict[str, Any] = {"source": "corpus", "corpus": CORPUS, "provider": "none", "require_owner": True}
            outcome = research(GOAL, out=folder / "finished", **options)
            missed = tampered(outcome.run, chosen.changes, rng)
            print(f"tampered runs found: {chosen.changes - len(missed)} of {chosen.changes}", flush=True)
            print("".join(f"  missed: {place}\n" for place in missed), end="")
        if chosen.kills:
            result = killed_runs(folder, chosen.kills, rng)
            print(f"kills survived:      {result.survived} of {result.kills}, in {result.runs} runs")
            print(f"calls repeated:      {result.repeated}")
            print(f"same drafts:         {result.same_draft} of {result.runs}")
            print("".join(f"  fault: {fault}\n" for fault in result.faults), end="")


if __name__ == "__main__":
    main()
