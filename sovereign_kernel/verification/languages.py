"""Is a text written in another language than English? Pure.

Decided by what is there, not by what is missing: a table or a list of terms has no function words of any language.
"""

from __future__ import annotations

from sovereign_kernel.text import STOP_WORDS, words


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Function words of German, French, Spanish, Italian, Portuguese and Dutch that are no English words.
_FOREIGN = _set(
    """der das und nicht ist mit für von den dem ein eine einer wird werden auch sich bei durch um gegenüber
    le la les des est et une dans pour que par avec sur pas sont plus aux cette ces
    el los las una por con para del como su más sin
    il lo gli della delle che di per sono nel alla
    uma não com dos das ao pelo pela são
    het een van niet zijn voor wordt deze dat"""
)
FEWEST = 4  # words
SHARE = 0.15


def looks_foreign(text: str) -> bool:
    """Whether at least SHARE of a text's words are function words of other languages, and more than are English."""
    said = [word.lower() for word in words(text[:20_000])]
    if len(said) < FEWEST:
        return False
    foreign = sum(word in _FOREIGN for word in said)
    return foreign >= SHARE * len(said) and foreign > sum(word in STOP_WORDS for word in said)
