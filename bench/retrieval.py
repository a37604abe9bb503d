"""Measures the offline search on SciFact: claims as queries, the 5,183 abstracts as corpus, the cited ones as right.

    python bench/retrieval.py --data ../shared/data            # every step, on train
    python bench/retrieval.py --data ../shared/data --dev      # what was chosen on train, once, on dev
    python bench/retrieval.py --data ../shared/data --pipeline # four planned queries, fused and re-ranked

The corpus goes through CorpusSource and the ranking through sources/rank.py: the product's own code. nDCG@10 and
recall@10 are means over the claims (every claim cites at least one abstract of the corpus).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sovereign_kernel.goal import analyse, plan_queries
from sovereign_kernel.sources.corpus import CorpusSource
from sovereign_kernel.sources.fusion import fuse
from sovereign_kernel.sources.pool import PER_QUERY
from sovereign_kernel.sources.rank import CHOSEN, Steps, search_index
from sovereign_kernel.sources.topic import Topic

DEPTH = 10
TRIED = {
    "BM25 (FTS5, porter, title x 2)": Steps(),
    "+ phrases 0.05": Steps(phrases=0.05),
    "+ phrases 0.1": Steps(phrases=0.1),
    "+ phrases 0.2": Steps(phrases=0.2),
    "+ compounds 0.5": Steps(compounds=0.5),
    "+ compounds 1": Steps(compounds=1.0),
    "+ long forms 0.2": Steps(long_forms=0.2),
    "+ long forms 0.5": Steps(long_forms=0.5),
    "+ long forms 1": Steps(long_forms=1.0),
    "+ feedback 0.05": Steps(feedback=0.05),
    "+ feedback 0.1": Steps(feedback=0.1),
    "+ feedback 0.2": Steps(feedback=0.2),
    "+ phrases 0.1, compounds 1": Steps(phrases=0.1, compounds=1.0),
    "+ phrases 0.1, compounds 1, long forms 0.5": Steps(phrases=0.1, compounds=1.0, long_forms=0.5),
    "+ all, feedback 0.1": Steps(phrases=0.1, compounds=1.0, long_forms=0.5, feedback=0.1),
}
Claim = tuple[str, set[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--dev", action="store_true", help="what was chosen, on dev")
    parser.add_argument("--pipeline", action="store_true", help="the whole search, a claim as goal, every fourth claim")
    args = parser.parse_args()
    folder = args.data / "scifact"
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Corpus(folder / "corpus.jsonl", Path(scratch))
        claims = read_claims(folder / f"claims_{'dev' if args.dev else 'train'}.jsonl")
        if args.pipeline:
            for name, (ndcg, recall) in corpus.pipeline(claims[::4]).items():
                print(f"{ndcg:.4f}   {recall:.4f}  {name}")
            return
        tried = {"BM25": Steps(), f"chosen: {CHOSEN}": CHOSEN} if args.dev else {**TRIED, f"chosen: {CHOSEN}": CHOSEN}
        print(f"{len(claims)} claims\nnDCG@10  recall@10  s/query")
        for name, steps in tried.items():
            started = time.perf_counter()
            ndcg, recall = corpus.measure(claims, steps)
            seconds = (time.perf_counter() - started) / len(claims)
            print(f"{ndcg:.4f}   {recall:.4f}     {seconds:.4f}  {name}", flush=True)


class Corpus:
    """SciFact's abstracts as a corpus file of our own shape, indexed as any other."""

    def __init__(self, abstracts: Path, scratch: Path) -> None:
        path = scratch / "scifact.jsonl"
        with path.open("w", encoding="utf-8") as out:
            for line in abstracts.open(encoding="utf-8"):
                entry = json.loads(line)
                record = {"id": str(entry["doc_id"]), "title": entry["title"], "abstract": " ".join(entry["abstract"])}
                out.write(json.dumps(record) + "\n")
        self._source = CorpusSource(path, scratch)
        self._lexicon = self._source.lexicon()

    def measure(self, claims: Sequence[Claim], steps: Steps) -> tuple[float, float]:
        """Mean nDCG@10 and recall@10."""
        found = [self._search(claim, steps) for claim, _ in claims]
        pairs = list(zip(found, (right for _, right in claims), strict=True))
        return _mean([_ndcg(*pair) for pair in pairs]), _mean([_recall(*pair) for pair in pairs])

    def pipeline(self, claims: Sequence[Claim]) -> dict[str, tuple[float, float]]:
        """One query with the whole claim; four planned ones, fused; and those re-ranked by the claim, as the
        product does.
        """
        found: dict[str, list[list[str]]] = {
            "one query": [],
            "four queries, fused": [],
            "fused, re-ranked by the goal": [],
        }
        for claim, _ in claims:
            queries = plan_queries(analyse(claim, self._lexicon), 4)
            fused = [paper for paper, _ in fuse([self._source.search(query, PER_QUERY).papers for query in queries])]
            ranked = Topic(claim, self._lexicon).ranked(fused)
            one = self._source.search(claim, DEPTH).papers
            for name, papers in zip(found, (one, fused, ranked), strict=True):
                found[name].append([paper.id for paper in papers[:DEPTH]])
        right = [ids for _, ids in claims]
        return {
            name: (_mean(list(map(_ndcg, lists, right))), _mean(list(map(_recall, lists, right))))
            for name, lists in found.items()
        }

    def _search(self, claim: str, steps: Steps) -> list[str]:
        with self._source.index() as index:
            numbers = search_index(index, claim, DEPTH, self._lexicon, steps).numbers
            return [
                index.execute("SELECT id FROM papers WHERE number = ?", (number,)).fetchone()[0] for number in numbers
            ]


def read_claims(path: Path) -> list[Claim]:
    entries = map(json.loads, path.read_text("utf-8").splitlines())
    return [(entry["claim"], {str(id) for id in entry["cited_doc_ids"]}) for entry in entries]


def _ndcg(found: Sequence[str], right: set[str]) -> float:
    gain = sum(1 / math.log2(rank + 2) for rank, id in enumerate(found) if id in right)
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(DEPTH, len(right))))


def _recall(found: Sequence[str], right: set[str]) -> float:
    return len(right.intersection(found)) / len(right)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    main()
