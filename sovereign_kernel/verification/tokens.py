"""Tokens with offsets, stems and a kind: what the signals read instead of raw text. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sovereign_kernel.text.sentences import STOP_WORDS
from sovereign_kernel.text.stemming import stem_word
from sovereign_kernel.verification.folding import fold

# Who says it is not what is said: a paper's "we" and "our" are a review's "the authors" and "the paper's".
_SPEAKERS = frozenset({"author", "authors", "authors'", "author's", "paper", "paper's", "papers"})

# A number keeps its digits' marks and what is glued to it ("3.5B", "10x", "1,024"); a hyphen parts words, so that
# "state-of-the-art" and "state of the art" read alike, but not the digits from a name ("GPT-4", "SARS-CoV-2"); "%" is a
# word. Citations ("[2]") are no words of the text.
_TOKEN = re.compile(
    r"(?P<citation>\[\d+(?:\s*[,;-]\s*\d+)*\])|(?P<name>(?:[^\W\d_]*[A-Z][^\W_]*-){1,3}\d++(?:\.\d+)*+[^\W\d_]{0,2}(?![\w%]|[.,]\d))"
    r"|\d++(?:[.,]\d++)*+[^\W\d_]*+|[^\W_]+(?:'[^\W\d_]+)?|%"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number: `source[start:end] == text`; `stem` is what is compared."""

    text: str
    lower: str
    stem: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit()

    @property
    def is_content(self) -> bool:
        return self.lower not in STOP_WORDS and self.lower not in _SPEAKERS

    @property
    def is_name(self) -> bool:
        """Capitals after the first letter, or letters with digits: an acronym, a model, a data set."""
        return len(self.text) > 1 and (
            any(c.isupper() for c in self.text[1:])
            or (any(c.isdigit() for c in self.text) and any(c.isalpha() for c in self.text))
        )


_PLAIN_TOKEN = re.compile(r"(?P<citation>(?!))|(?P<name>(?!))|\d++(?:[.,]\d++)*+[^\W\d_]*+|[^\W_]+(?:'[^\W\d_]+)?|%")
_JOINED = re.compile(r"-\d|\[\d")  # where a name's digits or a citation may be


def tokenise(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """The tokens of `text[start:end]`, with offsets into `text`."""
    found = []
    folded = fold(text, start, end)
    pattern = _TOKEN if _JOINED.search(folded.text) else _PLAIN_TOKEN
    for match in pattern.finditer(folded.text):
        if match["citation"]:
            continue
        first, last = folded.place(match.start(), match.end())
        lower = match.group().lower()
        lower = lower.replace("-", "") if match["name"] else lower
        found.append(Token(text[first:last], lower, stem(lower), first, last))
    return tuple(found)


def surface(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


@lru_cache(maxsize=131_072)
def stem(word: str) -> str:
    """Snowball's English stem of a lower-case word; numbers lose their thousands' commas."""
    if word[0].isdigit():
        return word.replace(",", "")
    word = _IRREGULAR.get(word, word)
    return stem_word("english", word.removesuffix("'s"))


# Number words and irregular forms that a rewrite changes and a meaning does not.
_IRREGULAR = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "twenty": "20", "thirty": "30",
    "fifty": "50", "hundred": "100", "twice": "double", "thrice": "triple", "percent": "%", "percentage": "%",
    "found": "find", "shown": "show", "built": "build", "led": "lead", "made": "make", "gave": "give",
    "given": "give", "beaten": "beat", "driven": "drive", "drove": "drive", "outdone": "outdo", "overtaken": "overtake",
    "overtook": "overtake", "bound": "bind", "haven't": "not", "hasn't": "not", "wouldn't": "not", "couldn't": "not",
    "shouldn't": "not", "hadn't": "not", "took": "take", "taken": "take", "rose": "rise", "risen": "rise",
    "fell": "fall",
    "fallen": "fall", "grew": "grow", "grown": "grow", "lost": "lose", "won": "win", "held": "hold",
    "kept": "keep", "better": "good", "best": "good", "worse": "bad", "worst": "bad", "cannot": "not",
    "can't": "not", "don't": "not", "doesn't": "not", "isn't": "not", "aren't": "not", "won't": "not",
    "didn't": "not", "wasn't": "not", "weren't": "not", "data": "data", "datasets": "dataset", "corpora": "corpus",
    "criteria": "criterion", "analyses": "analysis", "phenomena": "phenomenon", "matrices": "matrix",
}  # fmt: skip
