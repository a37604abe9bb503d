"""The seed's relevance signal: TF-IDF cosine over word 1-2-grams. It says what a text is about, never what is true.

The figure equals scikit-learn's `TfidfVectorizer(ngram_range=(1, 2))` fitted on the two texts (smoothed idf,
ln((1 + n) / (1 + df)) + 1, cosine of the L2-normalised rows); written out because a fit per pair costs a
millisecond and a second of imports. A test holds the two together.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from sovereign_kernel.records import Check

_WORD = re.compile(r"(?u)\b\w\w+\b")
_ALONE = math.log(3 / 2) + 1  # idf of a gram that only one of two texts has; a shared gram's is 1


def grams(text: str) -> Counter[str]:
    words = _WORD.findall(text.lower())
    return Counter(words) + Counter(f"{a} {b}" for a, b in pairwise(words))


def cosine(one: Counter[str], other: Counter[str]) -> float:
    """In [0, 1]; 0 when either text has no word of two characters."""
    small, large = sorted((one, other), key=len)
    shared = [gram for gram in small if gram in large]
    dot = sum(one[gram] * other[gram] for gram in shared)
    return min(1.0, dot / math.sqrt(_norm(one, shared) * _norm(other, shared))) if dot else 0.0


def tfidf(claim: str, windows: Sequence[str], whole: str, threshold: float = 0.15) -> Check:
    """Score is the cosine with the best window; the reason tells the one with the whole source too."""
    of_claim = grams(claim)
    best = max((cosine(of_claim, grams(window)) for window in windows), default=0.0)
    against_whole = cosine(of_claim, grams(whole))
    best = max(best, against_whole)
    return Check(
        name="tfidf",
        outcome="passed" if best >= threshold else "failed",
        score=best,
        reason=f"similarity {best:.2f} with the best window, {against_whole:.2f} with the whole source "
        f"(line {threshold:.2f}); relevance, not truth",
    )


def _norm(counts: Counter[str], shared: Sequence[str]) -> float:
    total = _ALONE**2 * sum(count * count for count in counts.values())
    return total - (_ALONE**2 - 1) * sum(counts[gram] ** 2 for gram in shared)
