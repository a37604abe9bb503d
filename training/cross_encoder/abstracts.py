"""Abstracts as lists of sentences, and which of them are evidence for a claim."""

from __future__ import annotations

import gzip
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LAST_MONTH = "2511"  # the exam's planted falsehoods come from later papers
TOKEN = re.compile(r"[a-z0-9][a-z0-9.\-]*[a-z0-9]|[a-z0-9]")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"(\[$])")
ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|et al|cf|vs|Fig|Eq|resp|approx|[A-Z])\.)$")


@dataclass(frozen=True)
class Abstract:
    id: str
    title: str
    sentences: tuple[str, ...]


def arxiv(data: Path, every: int) -> Iterator[Abstract]:
    """Every `every`-th record submitted up to LAST_MONTH, the seed papers left out."""
    seeds = {paper["id"] for paper in json.loads((data / "arxiv" / "seed_papers.json").read_text("utf-8"))}
    with gzip.open(data / "arxiv" / "arxiv_2025-03_2026-07.jsonl.gz", "rt", encoding="utf-8") as lines:
        for count, line in enumerate(lines):
            if count % every == 0:
                record = json.loads(line)
                if record["id"][:4] <= LAST_MONTH and record["id"] not in seeds:
                    yield Abstract(record["id"], record["title"], split(record["abstract"]))


def split(text: str) -> tuple[str, ...]:
    sentences: list[str] = []
    for part in SENTENCE_END.split(" ".join(text.split())):
        if sentences and (ABBREVIATION.search(sentences[-1]) or len(sentences[-1]) < 15):
            sentences[-1] += " " + part
        else:
            sentences.append(part)
    return tuple(sentences)


def words(text: str) -> list[str]:
    return TOKEN.findall(text.lower())


class Selector:
    """Chooses evidence by TF-IDF cosine, as the verifier does at run time."""

    def __init__(self, abstracts: Sequence[Abstract]) -> None:
        counts = Counter(word for a in abstracts for word in set(words(" ".join(a.sentences))))
        total = len(abstracts)
        self._idf = {word: math.log((1 + total) / (1 + count)) + 1 for word, count in counts.items()}
        self._rare = math.log(1 + total) + 1

    def vector(self, text: str) -> dict[str, float]:
        counts = Counter(words(text))
        raw = {word: (1 + math.log(n)) * self._idf.get(word, self._rare) for word, n in counts.items()}
        norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {word: value / norm for word, value in raw.items()}

    def top(self, claim: str, sentences: Sequence[str], count: int) -> tuple[str, ...]:
        """The `count` sentences most like the claim, in the order of the source."""
        query = self.vector(claim)
        score = [sum(w * query.get(t, 0.0) for t, w in self.vector(s).items()) for s in sentences]
        best = sorted(range(len(sentences)), key=lambda i: -score[i])[:count]
        return tuple(sentences[i] for i in sorted(best))
