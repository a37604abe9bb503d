"""Writes the third stage's pairs: those that people wrote, and a part of the labelled sets of other kinds.

    python -m training.cross_encoder.written --data ../shared/data --science science.jsonl --out written.jsonl

Evidence is chosen as at run time. `--twice` repeats the written pairs; another seed takes other rows of
the labelled sets.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter
from pathlib import Path

from sovereign_kernel.verification.evidence import read_pair
from sovereign_kernel.verification.verifier import evidence_texts

PAIRS = Path(__file__).parents[1] / "pairs"
WRITTEN = ("w1", "w2", "w3", "w4")
FROM_SETS = {
    "cad_nli": 900, "evidence_inference_2": 1100, "fever_dev_gold": 500, "fool_me_twice_dev": 500,
    "fever_symmetric_dev": 300, "med": 100, "conjnli_adversarial": 100,
}  # fmt: skip
FROM_SCIENCE = {
    "scifact": 900,
    "scifact, annotated evidence": 275,
    "title": 300,
    "conclusion": 300,
    "pubmedqa conclusion": 150,
}
OTHERS = 12
"""Rows of every other kind of the second stage, so that edits are not forgotten."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--science", type=Path, required=True, help="science.jsonl of training.cross_encoder.make")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    rows = [row for name in WRITTEN for row in written(PAIRS / f"{name}.jsonl")] * (2 if args.twice else 1)
    for name, count in FROM_SETS.items():
        with gzip.open(args.data / "nli2" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            found = [json.loads(line) for line in lines]
        rows += [row | {"kind": name} for row in rng.sample(found, min(count, len(found)))]
    taken: Counter[str] = Counter()
    science = [json.loads(line) for line in args.science.read_text("utf-8").splitlines()]
    for row in rng.sample(science, len(science)):
        if taken[row["kind"]] < FROM_SCIENCE.get(row["kind"], OTHERS):
            taken[row["kind"]] += 1
            rows.append(row)
    keep = ("claim", "evidence", "label", "kind")
    args.out.write_text("".join(json.dumps({key: row[key] for key in keep}) + "\n" for row in rows), "utf-8")
    print(len(rows), dict(Counter(row["label"] for row in rows)))


def written(path: Path) -> list[dict[str, object]]:
    """A file of training/pairs with the evidence that the verifier would read."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row | {"evidence": list(evidence_texts(read_pair(row["claim"], row["source"])))} for row in rows]


if __name__ == "__main__":
    main()
