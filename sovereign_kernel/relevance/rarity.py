"""How rare a question's words are, and which of them a text has. Pure, but for reading the encoder's vocabulary.

The vocabulary of BERT is sorted by frequency, so a word's place in it tells how rare the word is (Zipf's law: frequency
goes as 1/rank, so -log frequency goes as log rank). It needs no corpus, so an audit finds the same figures.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

from sovereign_kernel.relevance.encoder import tokenizer_file
from sovereign_kernel.text.sentences import STOP_WORDS
from sovereign_kernel.text.stemming import stem_word

_WORD = re.compile(r"[^\W_]+")
_FIRST_WORD = 1996  # "the"; below stand special tokens and single characters
_COMMON = 0.45  # log rank, as a share of the last one's, up to which a word says nothing: "work", "number"
_ASKING_WORDS = """
affect affects allow best better bring brings cause causes change changes compare compared currently depend depends
difference differences effect effects evidence explain explains finding findings found give gives help helps impact
improve improves increase increases influence kind know known lead leads long lower make makes matter mean means much
paper papers perform performs raise raises reach reached reduce reduces report reported reports research say says show
shown studies study take takes type types use used using way ways work works worse apart according actually called lets
keep keeps instead one two
"""
_ASKING = frozenset(_ASKING_WORDS.split())


@lru_cache(maxsize=4096)
def question_words(question: str) -> tuple[tuple[str, float], ...]:
    """The stems of a question's content words, each once, with their rarity in (0, 1]; without words of asking."""
    weights: dict[str, float] = {}
    for word in _content(question):
        weights.setdefault(_stem(word), rarity(word))
    return tuple(weights.items())


@lru_cache(maxsize=4096)
def missing_words(question: str, text: str) -> tuple[tuple[str, float], ...]:
    """The question's content words as written, with their rarity, that a text has in no form."""
    said = stems(text)
    return tuple((word, rarity(word)) for word in dict.fromkeys(_content(question)) if _stem(word) not in said)


def _content(question: str) -> list[str]:
    return [
        word
        for word in words(question)
        if word not in STOP_WORDS and word not in _ASKING and not word.isdigit() and rarity(word)
    ]


def covered_share(question: str, text: str) -> float:
    """The share of the question's words, by rarity, that stand in a text: 0 to 1; 0 for a question without words."""
    asked, said = question_words(question), stems(text)
    total = sum(weight for _, weight in asked)
    return sum(weight for stem, weight in asked if stem in said) / total if total else 0.0


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """The stems of all words of a text; of compounds ("self-training", "fine tuning") also what is written as one."""
    found = words(text)
    joined = {one + other for one, other in pairwise(found)}
    return frozenset(map(_stem, {*found, *joined}))


def words(text: str) -> list[str]:
    """Lower-case words without diacritics; hyphens and underscores split."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    return _WORD.findall(plain)


@lru_cache(maxsize=1 << 16)
def rarity(word: str) -> float:
    """0 for the commonest words, 1 for what the vocabulary has only in pieces."""
    vocabulary = _vocabulary()
    place = vocabulary.get(word)
    if place is None:
        return 1.0
    last = math.log(max(vocabulary.values()) - _FIRST_WORD)
    share = math.log(max(1, place - _FIRST_WORD + 1)) / last
    return min(1.0, max(0.0, (share - _COMMON) / (1 - _COMMON)))


def _stem(word: str) -> str:
    return stem_word("porter", word) if len(word) > 2 else word


@cache
def _vocabulary() -> dict[str, int]:
    vocabulary: dict[str, int] = json.loads(tokenizer_file().read_text("utf-8"))["model"]["vocab"]
    return vocabulary
