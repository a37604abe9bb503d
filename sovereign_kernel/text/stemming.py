"""Snowball's stemmers, one of a kind a thread: a stemmer keeps the word it works on."""

from __future__ import annotations

from threading import local
from typing import Literal

_local = local()


def stem_word(algorithm: Literal["english", "porter"], word: str) -> str:
    """The stem of a lower-case word, by Snowball's English algorithm or by Porter's of 1980."""
    stemmer = getattr(_local, algorithm, None)
    if stemmer is None:
        import Stemmer

        stemmer = Stemmer.Stemmer(algorithm)
        setattr(_local, algorithm, stemmer)
    return str(stemmer.stemWord(word))
