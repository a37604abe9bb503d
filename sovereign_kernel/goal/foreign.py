"""What a goal in another language gives to search in English papers: its Latin technical terms. Pure."""

from __future__ import annotations

import re

from sovereign_kernel.goal.words import FOREIGN
from sovereign_kernel.text.abbreviations import Lexicon, looks_abbreviated
from sovereign_kernel.text.sentences import STOP_WORDS
from sovereign_kernel.text.terms import stem, tokens

_RUN = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*(?:[ \t][A-Za-z0-9][A-Za-z0-9.+-]*)*")
_KNOWN = 5  # papers with the word, from which it counts as one of the field's
_SHORTEST = 4  # letters of a word that is no abbreviation; shorter ones are words of every language


def latin_terms(text: str, language: str, lexicon: Lexicon) -> str:
    """The technical terms in Latin letters, in order: all of them in a goal of another script; in a goal of Latin
    script what is written short, or what English papers know. "" for none."""
    runs = _RUN.findall(text)
    if _other_script(text):
        kept = [run.strip(" .-") for run in runs if any(len(word) > 1 for word in run.split())]
        return "; ".join(run for run in kept if not all(word.lower() in STOP_WORDS for word in run.split()))
    terms: list[str] = []
    for run in re.findall(r"[^\s,;:?!()¿¡\[\]\"“”„]+(?:[ \t]+[^\s,;:?!()¿¡\[\]\"“”„]+)*", text):
        together: list[str] = []
        for word in [*run.split(), ""]:
            bare = word.strip(".'’")
            if bare and _is_term(bare, lexicon):
                together.append(bare)
            elif together:
                terms.append(" ".join(together))
                together = []
    return "; ".join(dict.fromkeys(terms))


def _is_term(word: str, lexicon: Lexicon) -> bool:
    if word.lower() in FOREIGN or not word.isascii() or not word[0].isalnum():
        return False
    if looks_abbreviated(word) or "-of-" in word:
        return True
    parts = tokens(word)
    return (
        bool(parts)
        and all(
            part in STOP_WORDS or (len(part) >= _SHORTEST and lexicon.frequency.get(stem(part), 0) >= _KNOWN)
            for part in parts
        )
        and not all(part in STOP_WORDS or part in FOREIGN for part in parts)
    )


def _other_script(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    latin = sum(char.isascii() or "À" <= char <= "ɏ" for char in letters)
    return latin < 0.8 * len(letters)
