"""Is a text in another language than English? By py3langid, where it is sure and English words are few. Pure."""

from __future__ import annotations

from functools import cache
from typing import Any

from sovereign_kernel.text.sentences import STOP_WORDS, words

FEWEST = 4  # words
SURE = 0.7
_ENGLISH_OR_NAMES = {"en", "la"}  # the names of species are Latin, and their papers English
ENGLISH = 0.25
"""Share of English function words from which a text is not suspected: then the identifier need not be loaded. Running
English has about 0.4; one-letter words do not count, for they are words of many languages."""


def looks_foreign(text: str) -> bool:
    """Whether a text of FEWEST words or more is in another language, of the 97 that py3langid tells apart.

    Measured: no false alarm in 607 claims of SciFact, 3,000 hypotheses of SNLI, 1,224 tables and claims of SCITAB, and
    2,990 titles and abstracts of arXiv.
    """
    text = text[:20_000]
    said = words(text)
    english = sum(word in STOP_WORDS and len(word) > 1 for word in said)
    if len(said) < FEWEST or english >= ENGLISH * len(said):
        return False
    found: tuple[str, float] = _identifier().classify(text)
    language, share = found
    return language not in _ENGLISH_OR_NAMES and share >= SURE


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


_SCRIPTS = (
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7af"),
    ("zh", "\u3400", "\u9fff"),
    ("ru", "\u0400", "\u04ff"),
    ("ar", "\u0600", "\u06ff"),
    ("he", "\u0590", "\u05ff"),
    ("el", "\u0370", "\u03ff"),
    ("hi", "\u0900", "\u097f"),
    ("th", "\u0e00", "\u0e7f"),
)
_LATIN_SHARE = 0.8
_SEVERAL = {"ru", "ar", "hi"}  # scripts of more languages than one


def language_of(text: str) -> str:
    """ISO 639-1 code of a text's language; "en" where nothing speaks against it. A text that is mostly of another
    script is of that script's language."""
    letters = [char for char in text if char.isalpha()]
    plain = sum(char.isascii() for char in letters)
    if not letters or (plain >= _LATIN_SHARE * len(letters) and not looks_foreign(text)):
        return "en"
    for code, first, last in _SCRIPTS:
        if any(first <= char <= last for char in letters):
            return _told_apart(text, code) if code in _SEVERAL else code
    return _told_apart(text, "en" if plain >= _LATIN_SHARE * len(letters) else "la")


def _told_apart(text: str, otherwise: str) -> str:
    found: tuple[str, float] = _identifier().classify(text[:20_000])
    return found[0] if found[1] >= SURE / 2 and found[0] != "en" else otherwise
