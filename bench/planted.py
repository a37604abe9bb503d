"""Planted falsehoods: how many are found at 5% false alarms.

    python -m bench.planted --data ../shared/data [--provider nim|openai --model NAME --base-url URL] [--out FILE.json]
    python -m bench.planted --tribunal [the same]: whole drafts, see planted_drafts.py

Sound claims are sentences of arXiv abstracts from January 2026 on (no training reads them), as they are or lightly
rewritten; false ones are the same with one falsehood. The rules (bench/planting.py) are not those of the training.
A claim counts as found when its score is below the line that 5% of the sound claims are below.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import configured
from bench.planting import FALSEHOODS
from bench.rewriting import rewrite
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.ports import EntailmentEngine
from sovereign_kernel.text.sentences import split_sentences
from sovereign_kernel.verification import KernelVerifier
from sovereign_kernel.verification.entailment import default_engine

Table = dict[str, tuple[float, float, float]]
FIRST = "2601"
ALARMS = 0.05


@dataclass(frozen=True)
class Planted:
    claim: str
    source: str
    kind: str
    original: str


def abstracts(data: Path, rng: random.Random, count: int) -> list[str]:
    texts = []
    with gzip.open(data / "arxiv" / "arxiv_2025-03_2026-07.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["id"][:4] >= FIRST and record["id"][0] == "2":
                texts.append(f"{record['title']}\n\n{' '.join(record['abstract'].split())}")
    return rng.sample(texts, min(count, len(texts)))


def plant(texts: Sequence[str], rng: random.Random, each: int) -> list[Planted]:
    """`each` claims of every kind, three times as many sound ones; at most one of a kind from an abstract."""
    made: dict[str, list[Planted]] = {kind: [] for kind in ("sound", *FALSEHOODS)}
    for text in texts:
        sentences = usable_sentences(text)
        if len(sentences) < 3:
            continue
        for kind in made:
            if len(made[kind]) >= (each if kind != "sound" else 3 * each):
                continue
            for sentence in rng.sample(sentences, len(sentences)):
                others = [s for s in sentences if s != sentence]
                new = sentence if kind == "sound" else FALSEHOODS[kind](sentence, others, rng)
                if new and (kind == "sound" or new != sentence):
                    claim = rewrite(new, others, rng, most=2 if kind == "sound" else 1)
                    made[kind].append(Planted(claim, text, kind, sentence))
                    break
        if all(len(v) >= (each if k != "sound" else 3 * each) for k, v in made.items()):
            break
    return [planted for rows in made.values() for planted in rows]


def usable_sentences(text: str) -> list[str]:
    body = text.split("\n\n", 1)[1]
    return [s for a, b in split_sentences(body) if 50 < len(s := body[a:b]) < 350 and "http" not in s]


def scores(
    rows: Sequence[Planted], engine: EntailmentEngine | None, batch: int = 64
) -> tuple[list[float], list[float]]:
    """(probability of SUPPORTED, TF-IDF) of each row."""
    verifier = KernelVerifier(engine)
    support, similar = [], []
    for start in range(0, len(rows), batch):
        for found in verifier.verify_all([(row.claim, row.source, None) for row in rows[start : start + batch]]):
            support.append(found.probabilities.SUPPORTED if found.probabilities else 0.0)
            similar.append(found.tfidf or 0.0)
    return support, similar


def detection(rows: Sequence[Planted], values: Sequence[float], line: float | None = None) -> Table:
    """Share found of each kind, with its 95% bootstrap interval; "false alarms" is the share of sound ones found."""
    by_kind: dict[str, list[float]] = {}
    for row, value in zip(rows, values, strict=True):
        by_kind.setdefault(row.kind, []).append(value)
    line = float(np.quantile(by_kind["sound"], ALARMS)) if line is None else line
    rng = np.random.default_rng(0)
    table = {}
    for kind, found in by_kind.items():
        hits = np.array(found) < line
        draws = rng.choice(hits, (1000, len(hits))).mean(axis=1)
        table["false alarms" if kind == "sound" else kind] = (
            float(hits.mean()), float(np.quantile(draws, 0.025)), float(np.quantile(draws, 0.975)),
        )  # fmt: skip
    kinds = [k for k in table if k != "false alarms"]
    table["all kinds"] = tuple(float(np.mean([table[k][i] for k in kinds])) for i in range(3))  # type: ignore[assignment]
    table["line"] = (line, line, line)
    return table


def columns(rows: Sequence[Planted], engines: Sequence[EntailmentEngine]) -> Iterator[tuple[str, Table]]:
    support, similar = scores(rows, None)
    yield "TF-IDF at 0.15", detection(rows, similar, 0.15)
    yield "TF-IDF at 5%", detection(rows, similar)
    yield "signals", detection(rows, support)
    for engine in engines:
        yield engine.name[-25:], detection(rows, scores(rows, engine)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--each", type=int, default=300, help="claims of each kind; three times as many sound ones")
    parser.add_argument("--seed", type=int, default=2026)
    configured.add_options(parser)
    parser.add_argument("--tribunal", action="store_true", help="plant in whole drafts instead")
    parser.add_argument("--drafts", type=int, default=60)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--show", help="print the misses of this kind, or 'sound' for the false alarms")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    texts = abstracts(args.data, rng, 40 * args.each)
    tools = configured.toolkit(args)
    if args.tribunal:
        _tribunal(texts, rng, tools, args.drafts, args.out)
        return
    rows = plant(texts, rng, args.each)
    table = dict(columns(rows, _engines(tools)))
    print(f"{len(rows)} claims, 95% bootstrap intervals")
    kinds = list(next(iter(table.values())))
    print(f"{'':18}" + "".join(f"{name:>26}" for name in table))
    for kind in kinds:
        cells = [f"{c[kind][0]:.3f} [{c[kind][1]:.2f}, {c[kind][2]:.2f}]" for c in table.values()]
        print(f"{kind:18}" + "".join(f"{cell:>26}" for cell in cells))
    if args.out:
        args.out.write_text(
            json.dumps({"rows": len(rows), "seed": args.seed, "table": table}, indent=1) + "\n", "utf-8"
        )
    if args.show:
        _show(rows, args.show, table["signals"]["line"][0])


def _engines(tools: Toolkit) -> list[EntailmentEngine]:
    """The bundled engine, and the configured model, where there are any."""
    engines = [default_engine(), configured.engine(tools)]
    return [engine for engine in engines if engine is not None]


def _tribunal(texts: Sequence[str], rng: random.Random, tools: Toolkit, drafts: int, out: Path | None) -> None:
    from bench.planted_drafts import judge_drafts, report

    told = report(judge_drafts(texts, rng, tools, drafts), tools.settings.threshold)
    for name, value in told.items():
        print(f"{name:70} {value}")
    if out:
        out.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def _show(rows: Sequence[Planted], kind: str, line: float) -> None:
    shown = [row for row in rows if row.kind == kind]
    for row, value in zip(shown, scores(shown, None)[0], strict=True):
        if (value < line) == (kind == "sound"):
            print(f"\n{value:.3f} {row.claim}\n      {row.original}")


if __name__ == "__main__":
    main()
