"""SNLI (dev and test) and Breaking NLI: what everyday sentences teach about entailment."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from training.cross_encoder.pairs import LabelledPair, held_out

SHARE = 10


def snli(data: Path, *, held: bool) -> Iterator[LabelledPair]:
    yield from _read(data / "nli" / "snli_dev_test.jsonl.gz", "snli", held)


def breaking(data: Path, *, held: bool) -> Iterator[LabelledPair]:
    yield from _read(data / "nli" / "breaking_nli.jsonl.gz", "breaking", held)


def _read(path: Path, kind: str, held: bool) -> Iterator[LabelledPair]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            if held_out(pair["premise"], SHARE) == held:
                yield LabelledPair(pair["hypothesis"], (pair["premise"],), pair["label"], kind)
