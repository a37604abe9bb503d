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
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sovereign_kernel.records import Check
from sovereign_kernel.text.sentences import STOP_WORDS

_WORD = re.compile(r"(?u)\b\w\w+\b")
_ALONE = math.log(3 / 2) + 1  # idf of a gram that only one of two texts has; a shared gram's is 1


def grams(text: str) -> Counter[str]:
    """Words and neighbouring twos, stop words too."""
    return _counted(_WORD.findall(text.lower()))


def _counted(words: Sequence[str]) -> Counter[str]:
    counts = Counter(words)
    counts.update(f"{a} {b}" for a, b in pairwise(words))
    return counts


def cosine(one: Counter[str], other: Counter[str]) -> float:
    """In [0, 1]; 0 when either text has no word of two characters."""
    return _cosine(_weighed(one), _weighed(other))


@dataclass(frozen=True)
class Likeness:
    """Cosines with the best window and with the whole source, with stop words and (`content`) without."""

    window: float
    whole: float
    content_window: float
    content_whole: float


def likeness(claim: str, windows: Sequence[str], whole: str) -> Likeness:
    ours, source = _read(claim), _of_source(whole)
    near = [_of_window(window) for window in windows]
    best = [max((_cosine(ours[kind], window[kind]) for window in near), default=0.0) for kind in (0, 1)]
    return Likeness(best[0], _cosine(ours[0], source[0]), best[1], _cosine(ours[1], source[1]))


def tfidf(found: Likeness, threshold: float = 0.15) -> Check:
    """Score is the cosine with the best window; the reason tells the one with the whole source too."""
    best = max(found.window, found.whole)
    return Check(
        name="tfidf",
        outcome="passed" if best >= threshold else "failed",
        score=best,
        reason=f"similarity {best:.2f} with the best window, {found.whole:.2f} with the whole source "
        f"(line {threshold:.2f}); relevance, not truth",
    )


@dataclass(frozen=True)
class _Weighed:
    """Counts, and the sum of their squares."""

    counts: Counter[str]
    squares: int


def _weighed(counts: Counter[str]) -> _Weighed:
    return _Weighed(counts, sum(count * count for count in counts.values()))


def _read(text: str) -> tuple[_Weighed, _Weighed]:
    """With stop words, and without."""
    words = _WORD.findall(text.lower())
    return _weighed(_counted(words)), _weighed(_counted([word for word in words if word not in STOP_WORDS]))


_of_window = lru_cache(maxsize=512)(_read)
_of_source = lru_cache(maxsize=32)(_read)


def _cosine(one: _Weighed, other: _Weighed) -> float:
    small, large = (one, other) if len(one.counts) <= len(other.counts) else (other, one)
    dot = ours = theirs = 0
    for gram, count in small.counts.items():
        if there := large.counts.get(gram):
            dot += count * there
            ours += count * count
            theirs += there * there
    if not dot:
        return 0.0
    return min(1.0, dot / math.sqrt(_norm(small.squares, ours) * _norm(large.squares, theirs)))


def _norm(squares: int, shared: int) -> float:
    return _ALONE**2 * squares - (_ALONE**2 - 1) * shared
