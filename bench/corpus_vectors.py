"""Writes the vectors that ship with the embedded corpus: `python bench/corpus_vectors.py`, 15 minutes of one core.

Row n belongs to record n + 1 of the index. What the
cache folder knows is not encoded again.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sovereign_kernel.sources.corpus import EMBEDDED
from sovereign_kernel.sources.corpus_file import read_corpus
from sovereign_kernel.sources.paper_vectors import SHIPPED, PaperVectors, key_of, pack


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache-dir", type=Path, default=Path("build/vectors"))
    args = parser.parse_args()
    texts = list({paper.id: paper.text for paper in read_corpus(EMBEDDED, screened=False)}.values())
    keys = np.frombuffer(b"".join(map(key_of, texts)), "<u8")
    np.savez(SHIPPED, keys=keys, vectors=pack(PaperVectors(args.cache_dir).of(texts)))
    print(f"{SHIPPED}: {len(texts):,} vectors, {SHIPPED.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
