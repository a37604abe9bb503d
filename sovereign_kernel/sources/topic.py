"""How near a paper is to the goal: its rank among what the queries found, and whether it is about the goal at all.
Pure.

Measured by bench/retrieval.py --pipeline (every fourth SciFact train claim as a goal, four planned queries each), with
nDCG@10 and recall@10: reciprocal rank fusion alone 0.652, 0.791, worse than one query with the whole goal, 0.741,
0.839; the fused papers ordered by BM25 against the goal 0.744, 0.844. The share of the goal's facets that a paper
speaks to was tried on top and changed nothing (0.732 to 0.737 beside 0.737), so it is left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from sovereign_kernel.records import Paper
from sovereign_kernel.sources.lexicon import Lexicon
from sovereign_kernel.sources.terms import stem, stems, tokens

_K1, _B = 1.2, 0.75  # Robertson and Zaragoza, The probabilistic relevance framework, 2009; FTS5's own values
_LINE = 0.3  # of SciFact's cited abstracts 85% reach it; of the best hits in a corpus of another field 24% do
_WORDS = 8  # the length of a goal that the line was measured on


class Topic:
    """The goal's content words, each weighing its inverse document frequency in the corpus."""

    def __init__(self, goal: str, lexicon: Lexicon) -> None:
        self._weights = {word: lexicon.idf(word) for word in stems(goal)}
        # A long goal names more than any one paper can speak to.
        self.line = _LINE * math.sqrt(min(1.0, _WORDS / max(1, len(self._weights))))

    def share(self, paper: Paper) -> float:
        """The part of the goal's weight whose words stand in the paper, in [0, 1]; 1 for a goal without content
        words.
        """
        total = sum(self._weights.values())
        said = set(stems(paper.text))
        return sum(weight for word, weight in self._weights.items() if word in said) / total if total else 1.0

    def objection(self, paper: Paper) -> str | None:
        """Why the paper is off the goal's topic; None when it is not."""
        share = self.share(paper)
        if share >= self.line:
            return None
        return f"has {share:.0%} of the goal's words by their weight; {self.line:.0%} is the least"

    def ranked(self, papers: Sequence[Paper]) -> tuple[Paper, ...]:
        """The papers by BM25 against the goal, best first; equals keep their order."""
        bodies = [_body(paper) for paper in papers]
        mean = sum(body.total() for body in bodies) / max(1, len(bodies))
        scores = [self._score(body, mean) for body in bodies]
        order = sorted(range(len(papers)), key=lambda at: -scores[at])
        return tuple(papers[at] for at in order)

    def _score(self, body: Counter[str], mean: float) -> float:
        damping = _K1 * (1 - _B + _B * body.total() / mean) if mean else _K1
        return sum(
            weight * body[word] * (_K1 + 1) / (body[word] + damping)
            for word, weight in self._weights.items()
            if word in body
        )


def _body(paper: Paper) -> Counter[str]:
    """How often each stem stands in the paper, the title counting twice (once in `text`, once here)."""
    body = Counter(stem(token) for token in tokens(paper.text))
    body.update(stem(token) for token in tokens(paper.title))
    return body
