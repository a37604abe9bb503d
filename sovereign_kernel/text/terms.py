"""Words as the search sees them: split as SQLite's unicode61 tokeniser splits, stemmed by Porter's algorithm. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sovereign_kernel.text.sentences import STOP_WORDS
from sovereign_kernel.text.stemming import stem_word

_TOKEN = re.compile(r"[^\W_]+")
_LONGEST_STEMMED = 64  # FTS5's porter tokeniser leaves longer and shorter tokens as they are
_SHORTEST_STEMMED = 3
_VERBS = (
    "quant|token|normal|optim|general|summar|recogn|organ|minim|maxim|regular|special|visual|initial|util|parallel|local|"
    "character|categor|personal|synchron|serial|memor|penal|random|standard|binar|factor|discret|vector|real"
)
_ISE = re.compile(rf"\b(\w*(?:{_VERBS}))is(ations?|es?|ed|ing|ers?)\b")
_IZE = re.compile(rf"\b(\w*(?:{_VERBS}))iz(ations?|es?|ed|ing|ers?)\b")
_OUR = re.compile(r"(?:(?<=behavi)|(?<=neighb)|(?<=\bcol)|(?<=\bfav))our")
_OR = re.compile(r"(?:(?<=behavi)|(?<=neighb)|(?<=\bcol)|(?<=\bfav))or")


def tokens(text: str) -> list[str]:
    """The words in lower case, without diacritics, in American spelling; hyphens and underscores split."""
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return [american(token) for token in _TOKEN.findall(text.lower())]


@lru_cache(maxsize=200_000)
def american(token: str) -> str:
    """ "quantisation" as "quantization", "behaviour" as "behavior": papers of both spellings speak to one goal."""
    return _OUR.sub("or", _ISE.sub(r"\1iz\2", token))


@lru_cache(maxsize=10_000)
def british(token: str) -> str:
    """The other spelling, for an index that keeps what papers wrote."""
    return _OR.sub("our", _IZE.sub(r"\1is\2", token))


@lru_cache(maxsize=200_000)
def stem(token: str) -> str:
    """Porter's stem (1980) of a token, the same that FTS5 keeps."""
    if not _SHORTEST_STEMMED <= len(token) <= _LONGEST_STEMMED:
        return token
    return stem_word("porter", token)


def stems(text: str) -> list[str]:
    """The stems of all content words, in order, repeats kept."""
    return [stem(token) for token in tokens(text) if token not in STOP_WORDS]
