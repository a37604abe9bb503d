"""Measures the offline search: what a scholar cites, among all others. One command a set, no model.

    python bench/retrieval.py scifact           # 809 claims of train against 5,183 abstracts; --dev: the exam
    python bench/retrieval.py deepscholar       # title and abstract of 32 papers, their 426 cited ones among 20,000
    python bench/retrieval.py pubmedqa          # 1,000 questions against all 1,000 abstracts

Corpus, ranking and planned queries are the product's own code (CorpusSource, plan_queries, collect). Means over the
questions, in brackets the 95% interval of 2,000 bootstrap samples. `--part tune` and `--part held` are halves of a set
by the hash of the question's id: weights may be chosen on tune (and on SciFact train) only. Vectors are kept in
--cache-dir.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sovereign_kernel.goal import analyse, expand_queries, plan_queries
from sovereign_kernel.records import Paper
from sovereign_kernel.sources.arxiv.client import ArxivSource
from sovereign_kernel.sources.corpus import EMBEDDED, CorpusSource
from sovereign_kernel.sources.corpus_file import read_corpus
from sovereign_kernel.sources.ranking import search_words
from sovereign_kernel.sources.search import collect
from sovereign_kernel.transport.clock import SystemClock

DEPTH = 10
QUERIES = 4


@dataclass(frozen=True)
class Question:
    """`right`: the ids that should be found; `own`: ids that do not count, such as the asking paper itself."""

    id: str
    text: str
    right: frozenset[str]
    own: frozenset[str] = frozenset()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=SETS)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--dev", action="store_true", help="SciFact's exam; nothing is chosen on it")
    parser.add_argument("--part", choices=("all", "tune", "held"), default="all")
    parser.add_argument("--every", type=int, default=1, help="only every n-th question")
    parser.add_argument("--cache-dir", type=Path, default=Path("build/vectors"), help="where vectors are kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        records, questions = SETS[args.set](args.data, args.dev)
        path = Path(scratch) / "corpus.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        asked = [question for question in questions if args.part in ("all", _part(question))][:: args.every]
        source = CorpusSource(path, args.cache_dir)
        print(f"{args.set}: {len(asked)} questions, {source.info().records:,} records")
        print(f"{'nDCG@10':<22} {'recall@10':<22}")
        for name, search in searches(source, whole=args.set == "deepscholar").items():
            found = [[id for id in search(question.text) if id not in question.own][:DEPTH] for question in asked]
            figures = [
                (_ndcg(ids, each.right), _recall(ids, each.right)) for ids, each in zip(found, asked, strict=True)
            ]
            print("  ".join(map(with_interval, zip(*figures, strict=True))), f" {name}", flush=True)


def searches(source: CorpusSource, whole: bool) -> dict[str, Callable[[str], list[str]]]:
    """By name: words alone; one search with the whole question; four planned queries, ranked as a run ranks them, also
    with what names in the first papers bring.
    """
    if whole:  # as the embedded corpus is searched: its vectors ship
        source.encode_all()
    lexicon = source.lexicon()
    arxiv = ArxivSource("http://127.0.0.1:9/", Path(tempfile.gettempdir()), 0.0, 0.1, 0.1, SystemClock())

    def by_words(text: str) -> list[str]:
        with source.index() as index:
            scores = search_words(index, text, 2 * DEPTH, lexicon).scores
            ids = dict(index.execute("SELECT number, id FROM papers").fetchall())
        return [ids[number] for number in sorted(scores, key=lambda number: -scores[number])]

    def found(text: str, queries: Sequence[str]) -> tuple[Paper, ...]:
        return collect(text, queries, "corpus", arxiv, source, keep=2 * DEPTH).papers

    def as_a_run(text: str) -> list[str]:
        return [paper.id for paper in found(text, plan_queries(analyse(text, lexicon), QUERIES))]

    def twice(text: str) -> list[str]:
        goal = analyse(text, lexicon)
        queries = plan_queries(goal, QUERIES)
        further = expand_queries(goal, found(text, queries), lexicon)
        return [paper.id for paper in found(text, (*queries, *further))]

    return {
        "words alone (BM25)": by_words,
        "one search": lambda text: [paper.id for paper in source.search(text, 2 * DEPTH).papers],
        f"as a run: {QUERIES} planned queries": as_a_run,
        "the same, and a second look": twice,
    }


# --- the sets -------------------------------------------------------------------------------------------------


def scifact(data: Path, dev: bool) -> tuple[list[dict[str, str]], list[Question]]:
    folder = data / "scifact"
    records = [
        _record(str(entry["doc_id"]), entry["title"], " ".join(entry["abstract"]))
        for entry in _lines(folder / "corpus.jsonl")
    ]
    claims = _lines(folder / f"claims_{'dev' if dev else 'train'}.jsonl")
    return records, [
        Question(str(entry["id"]), entry["claim"], frozenset(map(str, entry["cited_doc_ids"]))) for entry in claims
    ]


def deepscholar(data: Path, dev: bool) -> tuple[list[dict[str, str]], list[Question]]:
    folder = data / "deepscholar"
    cited = list(_lines(folder / "cited.jsonl.gz"))
    records = {paper.id: _record(paper.id, paper.title, paper.text[len(paper.title) + 2 :]) for paper in _embedded()}
    records |= {entry["id"]: _record(entry["id"], entry["title"], entry["abstract"]) for entry in cited}
    questions = [
        Question(
            entry["id"],
            f"{entry['title']}. {entry['abstract']}",
            frozenset(other["id"] for other in cited if other["cited_by"] == entry["id"]),
            frozenset({entry["id"]}),
        )
        for entry in _lines(folder / "papers.jsonl.gz")
    ]
    return list(records.values()), [question for question in questions if question.right]


def pubmedqa(data: Path, dev: bool) -> tuple[list[dict[str, str]], list[Question]]:
    """The set leaves the titles out: most of them are the questions."""
    entries = json.loads((data / "pubmedqa" / "ori_pqal.json").read_text("utf-8"))
    records = [
        _record(id, f"PubMed {id}", " ".join([*entry["CONTEXTS"], entry["LONG_ANSWER"]]))
        for id, entry in entries.items()
    ]
    return records, [Question(id, entry["QUESTION"], frozenset({id})) for id, entry in entries.items()]


SETS = {"scifact": scifact, "deepscholar": deepscholar, "pubmedqa": pubmedqa}


def _embedded() -> Iterable[Any]:
    return read_corpus(EMBEDDED, screened=False)


def _record(id: str, title: str, abstract: str) -> dict[str, str]:
    return {"id": id, "title": title, "abstract": abstract}


def _lines(path: Path) -> Iterable[Any]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _part(question: Question) -> str:
    return "tune" if hashlib.sha256(question.id.encode()).digest()[0] % 2 == 0 else "held"


# --- the figures ----------------------------------------------------------------------------------------------


def _ndcg(found: Sequence[str], right: frozenset[str]) -> float:
    gain = sum(1 / math.log2(rank + 2) for rank, id in enumerate(found) if id in right)
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(DEPTH, len(right))))


def _recall(found: Sequence[str], right: frozenset[str]) -> float:
    return len(right.intersection(found)) / len(right)


def with_interval(values: Sequence[float]) -> str:
    """ "0.7098 [0.68, 0.73]"."""
    drawn = np.random.default_rng(0).choice(np.array(values), (2_000, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{sum(values) / len(values):.4f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main()
