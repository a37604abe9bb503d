"""What the kernel adds to its model's time: wall time against the critical path, calls and tokens of a run.

    python bench/overhead.py [--latency 2.0] [--papers 10] [--rounds 2] [--score 8] [--profile]

A model server on the loopback answers every chat request after exactly `latency` seconds, any number side by side. The
critical path is what a run could not do without, however fast the kernel were: nodes that follow each other wait for
each other, and within a node a chain of questions does. It is counted from the server's record: answered requests are
put in the order in which they came; a request that begins after another was answered can depend on it, so the path is
the longest chain of requests that do not overlap, times the latency. What queues beyond `parallel` (a setting) makes it
longer. `cpu_s` is processor time, the loopback server's included: on an idle machine the overhead comes near it.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sovereign_kernel import research
from sovereign_kernel.api import Outcome
from sovereign_kernel.testing.openai import ModelServer
from sovereign_kernel.testing.scholar import make_scholar

GOAL = "How does sparse mixture-of-experts change the inference cost of vision-language models at equal accuracy?"


class Timed(ModelServer):
    """Keeps when each request came and went."""

    def __init__(self, latency: float) -> None:
        super().__init__(latency=latency)
        self.spans: list[tuple[float, float, str]] = []

    def serve(self, exchange: Any) -> None:
        came = time.monotonic()
        super().serve(exchange)
        self.spans.append((came, time.monotonic(), (exchange.asked.schema or {}).get("title", exchange.asked.path)))


@dataclass(frozen=True)
class Measured:
    outcome: Outcome
    seconds: float
    busy: float
    chain: int
    calls: Counter[str]


def longest_chain(spans: list[tuple[float, float, str]]) -> int:
    """The most requests of which none overlaps another: greedy by end, as in interval scheduling."""
    count, free_from = 0, 0.0
    for came, went in sorted(((came, went) for came, went, _ in spans), key=lambda span: span[1]):
        if came >= free_from:
            count, free_from = count + 1, went
    return count


def measure(
    latency: float, score: float, folder: Path, profile: cProfile.Profile | None = None, **more: Any
) -> Measured:
    with make_scholar(Timed(latency)) as server:
        assert isinstance(server, Timed)
        server.answers["Argument"] = lambda asked: {"rationale": "As measured.", "objections": [], "score": score}
        own = {"source": "corpus", "provider": "openai", "base_url": server.base_url, "model": "scholar"}
        began, busy = time.monotonic(), time.process_time()
        if profile:
            profile.enable()
        outcome = research(GOAL, **own | {"requests_per_minute": 100_000, "parallel": 16, "out": folder} | more)
        if profile:
            profile.disable()
        return Measured(
            outcome,
            time.monotonic() - began,
            time.process_time() - busy,
            longest_chain(server.spans),
            Counter(title for _, _, title in server.spans),
        )


def told(name: str, found: Measured, latency: float) -> dict[str, Any]:
    draft = found.outcome.draft
    assert draft is not None
    path = found.chain * latency
    folder = found.outcome.run
    return {
        "run": name,
        "latency_s": latency,
        "wall_s": round(found.seconds, 2),
        "critical_path_s": round(path, 2),
        "ratio": round(found.seconds / path, 3),
        "overhead_s": round(found.seconds - path, 2),
        "cpu_s": round(found.busy, 2),
        "papers": len(draft.papers),
        "claims": len(draft.claims),
        "rounds": len(draft.tribunal.rounds),
        "calls": sum(found.calls.values()),
        "calls_by_answer": dict(found.calls),
        "prompt_tokens": draft.cost.prompt_tokens,
        "completion_tokens": draft.cost.completion_tokens,
        "checkpoints_kib": sum(p.stat().st_size for p in folder.rglob("*") if "checkpoint" in p.name) // 1024,
        "folder_kib": sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=2.0, help="seconds that every answer takes (2)")
    parser.add_argument("--papers", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--score", type=float, default=8.0, help="what reviewers argue; below 6.5 draws revisions")
    parser.add_argument("--profile", action="store_true", help="print where a warm run's own time goes")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        more = {"papers": chosen.papers, "rounds": chosen.rounds, "embeddings": "offline"}
        for name in ("cold", "warm"):
            found = measure(chosen.latency, chosen.score, Path(home) / name, **more)
            print(json.dumps(told(name, found, chosen.latency), indent=1))
        if chosen.profile:
            profile = cProfile.Profile()
            measure(0.0, chosen.score, Path(home) / "profiled", profile, **more)
            pstats.Stats(profile).sort_stats("cumulative").print_stats("sovereign_kernel|graph.py|agents", 45)


if __name__ == "__main__":
    main()
