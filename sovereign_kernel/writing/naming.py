"""What a paper calls its own work, and its sentences with that name in place of "our method" and "it". Pure."""

from __future__ import annotations

import re

_TITLE_NAME = re.compile(r"^(?P<name>[\w@+./-]+(?:\s[\w@+./-]+){0,2})\s?[:：—–]\s")
_OWN = re.compile(
    r"\b[Oo]ur (?:proposed )?(?:method|approach|framework|model|system|algorithm|technique|solution)\b|\b[Tt]he proposed (?:method|approach|framework|model|system|algorithm)\b|\b[Tt]his (?:method|approach|framework|model|system)\b"
)
_IT = re.compile(
    r"^(?:It|This)(?=\s(?:also |further |even |only |significantly |consistently )?(?:achieves?|reduces?|improves?|outperforms?|surpasses?|reaches|enables?|requires?|increases?|yields?|provides?|delivers?|obtains?|attains?|uses?|supports?|cuts?|maintains?|preserves?|runs?|speeds?|is|has)\b)"
)


def own_name(title: str) -> str | None:
    """The name before a title's colon, when it is written like one ("SMoES: …"); None otherwise."""
    found = _TITLE_NAME.match(title)
    name = found["name"] if found else None
    if name is None or len(name) > 40:
        return None
    shaped = any(char.isupper() or char.isdigit() for word in name.split() for char in word[1:])
    return name if shaped else None


def with_name(sentence: str, title: str) -> str:
    """The sentence with the paper's own name where it points to the paper's work without one."""
    name = own_name(title)
    if name is None or name in sentence:
        return sentence
    named = _IT.sub(name, sentence, count=1)
    return _OWN.sub(name, named, count=1) if named == sentence else named


_POINTS = re.compile(
    r"^(?:It|They|This|These|Those|Such|Both|Its|Their)\b(?!\s(?:paper|work|study|article|survey|review))"
    r"|\bth(?:is|ese)\s(?:challenge|issue|problem|gap|limitation|shortcoming|question|goal|end|phenomenon|approach|setting|context)s?\b"
)


def points_outside(sentence: str) -> bool:
    """Whether the sentence has a word for something that stands before it."""
    return bool(_POINTS.search(sentence))
