"""The word lists of words.toml, and the verbs among them in all their forms. The file is read once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

_LISTS: dict[str, str] = tomllib.loads(
    resources.files("sovereign_kernel.goal").joinpath("words.toml").read_text("utf-8")
)
_VOWELS = "aeiou"


def _words(name: str) -> frozenset[str]:
    return frozenset(_LISTS[name].split())


ASKING = _words("asking")
ADJECTIVES = _words("adjectives")
ADVERBS = _words("adverbs")
AUXILIARIES = _words("auxiliaries")
COPULAS = _words("copulas")
GENERIC_HEADS = _words("generic_heads")
QUANTITIES = _words("quantities")
DATASETS = {name.lower(): name for name in _LISTS["datasets"].split()}
FOREIGN = _words("foreign")
FORM = _words("form")
NOUNS_IN_LY = _words("nouns_in_ly")
OF_A_PAPER = _words("of_a_paper")
_NOUNS = _words("nouns")


def gerund(verb: str) -> str:
    """ "prune" as "pruning", "plan" as "planning", "fine-tune" as "fine-tuning"."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    return _doubled(verb) + "ing"


def third_person(verb: str) -> str:
    """ "improve" as "improves", "match" as "matches", "classify" as "classifies"."""
    if verb in ("do", "go"):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s")


def base_form(word: str) -> str | None:
    """The verb that a word may be a form of; None when it is no form of a known verb."""
    word = word.lower()
    return None if word in _NOUNS else _forms().get(word)


def is_verb(word: str) -> bool:
    """Whether a word is a form of a verb, and of nothing else as a rule."""
    return base_form(word) in _SURE


def _doubled(verb: str) -> str:
    """The stem with its last consonant doubled, where English does so."""
    short = len(verb) > 2 and verb[-1] not in _VOWELS + "wxy" and verb[-2] in _VOWELS and verb[-3] not in _VOWELS
    stressed = len(verb) <= 4 or verb.endswith(("fit", "get", "dis", "mit", "cur"))
    return verb + verb[-1] if short and stressed else verb


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ied"
    return _doubled(verb) + "ed"


def _inflected(verb: str) -> Iterator[str]:
    yield from (verb, third_person(verb), _past(verb), gerund(verb))
    if verb.startswith("distil"):
        yield from ("distilled", "distilling")


VERBS = _words("verbs")
MAYBE_VERBS = _words("maybe_verbs")
SUBJECT_VERBS = _words("subject_verbs")
_SURE = (VERBS | SUBJECT_VERBS) - MAYBE_VERBS


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for verb in sorted(MAYBE_VERBS) + sorted(SUBJECT_VERBS) + sorted(VERBS):
        for form in _inflected(verb):
            forms[form] = verb
    for entry in _LISTS["irregular"].split():
        base, *others = entry.split("-")
        forms |= dict.fromkeys(others, base)
    return forms
