"""Words as the search sees them: split as SQLite's unicode61 tokeniser splits, stemmed by Porter's algorithm. Pure."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

from sovereign_kernel.text import STOP_WORDS

_TOKEN = re.compile(r"[^\W_]+")
_LONGEST_STEMMED = 64  # FTS5's porter tokeniser leaves longer and shorter tokens as they are
_SHORTEST_STEMMED = 3
_local = threading.local()


def tokens(text: str) -> list[str]:
    """The words in lower case, without diacritics; hyphens and underscores split, as in the index."""
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return _TOKEN.findall(text.lower())


@lru_cache(maxsize=200_000)
def stem(token: str) -> str:
    """Porter's stem (1980) of a token, the same that FTS5 keeps."""
    if not _SHORTEST_STEMMED <= len(token) <= _LONGEST_STEMMED:
        return token
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:  # one a thread: a stemmer keeps the word it works on
        import snowballstemmer

        stemmer = _local.stemmer = snowballstemmer.stemmer("porter")
    return str(stemmer.stemWord(token))


def stems(text: str) -> list[str]:
    """The stems of all content words, in order, repeats kept."""
    return [stem(token) for token in tokens(text) if token not in STOP_WORDS]
