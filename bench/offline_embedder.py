"""Fits and measures the offline embedder.

python -m bench.offline_embedder fit        # writes sovereign_kernel/embeddings/idf.bin from the embedded corpus
python -m bench.offline_embedder measure SCIFACT_FOLDER    # claims of train against 5,183 abstracts
"""

from __future__ import annotations

import json
import lzma
import sys
import zlib
from pathlib import Path

import numpy as np

from sovereign_kernel.embeddings import offline

CORPUS = Path(offline.__file__).parents[1] / "data" / "corpus.jsonl.xz"


def fit() -> None:
    """idf = ln((N + 1) / (df + 1)) of every bucket of stems, over every second record of the corpus, in 255 steps."""
    frequencies = np.zeros(offline.BUCKETS, np.int64)
    count = 0
    with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            record = json.loads(line)
            if number % 2 == 0:
                count += 1
                stems = set(offline.stems(f"{record['title']} {record['abstract']}"))
                frequencies[list({offline.place(stem).bucket for stem in stems})] += 1
    idf = np.log((count + 1) / (frequencies + 1))
    steps = np.round(idf / offline.STEP).clip(1, 255).astype(np.uint8)
    offline.IDF.write_bytes(zlib.compress(steps.tobytes(), 9))
    print(f"{count} records, {int((frequencies > 0).sum())} buckets used, {offline.IDF.stat().st_size} bytes")


def measure(folder: Path) -> None:
    """Prints nDCG@10 and recall@10 of claim -> cited abstracts, by inner product."""
    papers = [json.loads(line) for line in (folder / "corpus.jsonl").open(encoding="utf-8")]
    claims = [json.loads(line) for line in (folder / "claims_train.jsonl").open(encoding="utf-8")]
    claims = [claim for claim in claims if claim["cited_doc_ids"]]
    rows = {int(paper["doc_id"]): row for row, paper in enumerate(papers)}
    embedder = offline.OfflineEmbedder()
    vectors = embedder.embed([f"{p['title']} {' '.join(p['abstract'])}" for p in papers], "passage")
    scores = embedder.embed([claim["claim"] for claim in claims], "query") @ vectors.T
    gains, recalls = [], []
    for row, claim in zip(scores, claims, strict=True):
        gold = {rows[int(cited)] for cited in claim["cited_doc_ids"]}
        hits = np.array([found in gold for found in np.argsort(-row, kind="stable")[:10]])
        discounts = 1 / np.log2(np.arange(2, 12))
        gains.append(float(hits @ discounts / discounts[: len(gold)].sum()))
        recalls.append(float(hits.sum() / len(gold)))
    print(f"{len(claims)} claims: nDCG@10 {np.mean(gains):.3f}, recall@10 {np.mean(recalls):.3f}")


if __name__ == "__main__":
    fit() if sys.argv[1:] == ["fit"] else measure(Path(sys.argv[2]))
