"""Chooses the records of the embedded corpus, deterministically, and writes sovereign_kernel/data/corpus.jsonl.xz.

    python training/build_corpus.py --data ../shared/data [--records 20000]

The rule, in order:
1. the seed papers, all of them;
2. the kernel's home ground, because the goals that ship with it ask about it: records that speak of mixture
   of experts, of vision-language or multimodal models, and of the cost of inference; those that touch more of
   the three come first, up to `HOME_SHARE` of the corpus;
3. everything else, spread over month of submission and primary category: a stratum gets places in proportion
   to the square root of its size, so that small fields are heard; inside a stratum the SHA-256 of the id
   decides, which is as good as chance and the same on every machine.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import lzma
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
HOME_SHARE = 0.45
HOME = (
    re.compile(r"mixtures?[- ]of[- ](?:\w+[- ])?experts?|\bMoEs?\b|expert routing|\bsparse experts?\b", re.I),
    re.compile(
        r"vision[- ]language|\bL?VLMs?\b|\bMLLMs?\b|multi-?modal (?:large )?(?:language )?models?|visual question", re.I
    ),
    re.compile(
        r"inference (?:cost|latency|speed|effic|time|throughput|accel)|throughput|latency|KV[- ]cache|\bFLOPs?\b|"
        r"quantiz|speculative decoding|token (?:pruning|reduction|compression)|batch size|compute budget|speed-?up",
        re.I,
    ),
)
OUT = Path(__file__).resolve().parents[1] / "sovereign_kernel" / "data" / "corpus.jsonl.xz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    with gzip.open(args.data / "arxiv" / "arxiv_2025-03_2026-07.jsonl.gz", "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    seeds = json.loads((args.data / "arxiv" / "seed_papers.json").read_text("utf-8"))
    chosen = choose(entries, seeds, args.records)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(json.dumps(_slim(entry), ensure_ascii=False, separators=(",", ":")) + "\n" for entry in chosen)
    args.out.write_bytes(lzma.compress(body.encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(chosen)} records, {args.out.stat().st_size / 1e6:.2f} MB, {args.out}")


def choose(entries: Iterable[Entry], seeds: Iterable[Entry], records: int) -> list[Entry]:
    """`records` entries, seeds first among equals, sorted by id."""
    chosen = {seed["id"]: seed for seed in seeds}
    rest = sorted((entry for entry in entries if entry["id"] not in chosen), key=lambda entry: _chance(entry["id"]))
    home = sorted((entry for entry in rest if touches(entry)), key=lambda entry: -touches(entry))
    for entry in home[: int(records * HOME_SHARE)]:
        chosen[entry["id"]] = entry
    strata: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in rest:
        if entry["id"] not in chosen:
            strata[entry["id"][:4], entry["categories"][0]].append(entry)
    for entry in _spread(strata, records - len(chosen)):
        chosen[entry["id"]] = entry
    return sorted(chosen.values(), key=lambda entry: entry["id"])


def touches(entry: Entry) -> int:
    """How much of the home ground a record touches: the topics it speaks of, mixture of experts counting three."""
    text = f"{entry['title']} {entry['abstract']}"
    return sum((3 if number == 0 else 1) * bool(topic.search(text)) for number, topic in enumerate(HOME))


def _spread(strata: dict[tuple[str, str], list[Entry]], places: int) -> list[Entry]:
    """`places` entries over the strata: the n-th of a stratum of size s stands at n / sqrt(s) in one common queue."""
    queue = [
        (number / math.sqrt(len(members)), key, entry)
        for key, members in strata.items()
        for number, entry in enumerate(members)
    ]
    queue.sort(key=lambda place: (place[0], place[1], _chance(place[2]["id"])))
    return [entry for _, _, entry in queue[:places]]


def _chance(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()


def _slim(entry: Entry) -> Entry:
    return {key: entry.get(key) for key in ("id", "title", "abstract", "authors", "categories", "comment")}


if __name__ == "__main__":
    main()
