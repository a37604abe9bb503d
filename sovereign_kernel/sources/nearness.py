"""How near papers are to what is asked: the goal and the queries planned for it, by meaning and by words.

A paper's nearness to one question is its cosine plus a share of its BM25 score, as in rank.py; its score is a weighted
mean over the goal and the queries. Repetition does not pay: see echo.py.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sovereign_kernel.ports import Vectors
from sovereign_kernel.records import Paper
from sovereign_kernel.relevance import encode
from sovereign_kernel.sources.echo import beyond
from sovereign_kernel.sources.paper_vectors import PaperVectors
from sovereign_kernel.sources.ranking import WORDS
from sovereign_kernel.text.abbreviations import Lexicon
from sovereign_kernel.text.terms import stem, stems, tokens

QUERIES = 0.3
"""The weight of all queries together; the goal's is the rest. Chosen on SciFact train."""
LINE = 0.3
"""The least cosine of the nearest paper where anything is about the goal: to everyday questions (bread, pasta, llamas)
no paper of the embedded corpus comes nearer than 0.28.
"""
LEAST = 0.17
"""The least cosine of the others then. Of SciFact's cited abstracts 99% reach it, and 93% would reach 0.3."""
_K1, _B = 1.2, 0.75  # Robertson and Zaragoza, The probabilistic relevance framework, 2009; FTS5's own values


@dataclass(frozen=True)
class Placed:
    """`score` orders papers; `cosine`, in [-1, 1], is the mean over goal and queries by their weights.

    Where the goal is not English it is the best one: a good plan's queries are about different sides of the goal.
    `line` is the least cosine of a paper about the goal. `stuffed`: whether only what the paper says beside its many
    echoes of the goal was counted.
    """

    paper: Paper
    score: float
    cosine: float
    stuffed: bool
    line: float

    @property
    def objection(self) -> str | None:
        """Why the paper is off the goal; None when it is not."""
        if self.cosine >= self.line:
            return None
        repeated = ", its repetitions of the goal aside" if self.stuffed else ""
        return f"is not near the goal in meaning{repeated}: {self.cosine:.2f}; {self.line:.2f} is the least"


class Nearness:
    """`questions` are the goal, unless it is not English, and the queries."""

    def __init__(self, goal: str | None, queries: Sequence[str], lexicon: Lexicon, vectors: PaperVectors) -> None:
        self._goal = stems(goal or "")
        self._questions = ([goal] if goal else []) + [query for query in dict.fromkeys(queries) if query != goal]
        others = len(self._questions) - bool(goal)
        share = (QUERIES if goal else 1.0) / max(1, others)
        self._weights = ([1 - QUERIES if others else 1.0] if goal else []) + [share] * others
        self._lexicon, self._vectors = lexicon, vectors

    def placed(self, papers: Sequence[Paper]) -> tuple[Placed, ...]:
        """Every paper, best first; equals keep their order."""
        if not papers or not self._questions:
            return tuple(Placed(paper, 0.0, 0.0, False, LINE) for paper in papers)
        rests = [beyond(self._goal, paper) for paper in papers]
        texts = [paper.text if rest is None else rest.text for paper, rest in zip(papers, rests, strict=True)]
        cosines = self._vectors.of(texts) @ encode(self._questions).T
        weights = np.array(self._weights, np.float32)
        near = cosines @ weights if self._goal else cosines.max(axis=1)
        scores = (cosines + WORDS * self._worded(texts)) @ weights
        order = sorted(range(len(papers)), key=lambda at: -scores[at])
        line = LEAST if near.max() >= LINE else LINE
        stuffed = [rest is not None and rest.stuffed for rest in rests]
        return tuple(Placed(papers[at], float(scores[at]), float(near[at]), stuffed[at], line) for at in order)

    def _worded(self, texts: Sequence[str]) -> Vectors:
        """BM25 of each text to each question, as a share of the question's best; shape (texts, questions)."""
        asked = [Counter(stems(question)) for question in self._questions]
        bodies = [_body(text) for text in texts]
        mean = sum(body.total() for body in bodies) / len(bodies) or 1.0
        table = np.array([[self._bm25(question, body, mean) for question in asked] for body in bodies])
        best: Vectors = (table / np.maximum(table.max(axis=0, initial=0.0), 1e-9)).astype(np.float32)
        return best

    def _bm25(self, question: Counter[str], body: Counter[str], mean: float) -> float:
        damping = _K1 * (1 - _B + _B * body.total() / mean)
        return sum(
            (1 + math.log(said)) * self._lexicon.idf(word) * body[word] * (_K1 + 1) / (body[word] + damping)
            for word, said in question.items()
            if word in body
        )


def _body(text: str) -> Counter[str]:
    """How often each stem stands in the text, those of the title twice."""
    body = Counter(stem(token) for token in tokens(text))
    body.update(stem(token) for token in tokens(text.split("\n\n")[0]) if "\n\n" in text)
    return body
