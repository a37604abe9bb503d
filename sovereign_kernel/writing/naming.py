"""What a paper calls its own work, and its sentences with that name in place of "our method" and "it". Pure.

Only a word that can mean nothing but the paper's own work is replaced. A sentence that points outside itself after that
is `points_outside`, and is not used where another can be had.
"""

from __future__ import annotations

import re

_TITLE_NAME = re.compile(r"^(?P<name>[\w@+./-]+(?:\s[\w@+./-]+){0,2})\s?[:：—–]\s")
_WORK = r"(?:method|approach|framework|model|system|algorithm|technique|solution|pipeline|architecture|strategy)"
_OWN = re.compile(
    rf"\b[Oo]ur (?:proposed |novel |new )?{_WORK}\b|\b[Tt]he proposed {_WORK}\b|\b[Tt]his (?:proposed "
    rf"|novel )?{_WORK}\b"
)
_DOES = (
    "achieves? reduces? improves? outperforms? surpasses? reaches enables? requires? increases? yields? provides? "
    "delivers? obtains? attains? uses? supports? cuts? maintains? preserves? runs? speeds? exceeds? lowers? saves? "
    "consistently significantly substantially introduces? combines? leverages? employs? trains? learns?"
)
_IT = re.compile(rf"^(?:It|This)(?=\s(?:also |further |even |only |\w+ly )?(?:{_DOES.replace(' ', '|')})\b)")
_LEAD = r"(?:^|(?<=, ))"
_POINTS = (
    # pronouns that begin a sentence or a clause and have nothing before them to point to
    re.compile(
        r"^(?:It|They|This|These|Those|Such|Both|Its|Their|He|She|That)\b"
        r"(?!\s(?:paper|work|study|article|survey|review|thesis|report|is (?:known|possible|well|shown)"
        r"|has been (?:shown|known))\b)"
    ),
    re.compile(
        r"\bth(?:is|ese|ose)\s(?:challenges?|issues?|problems?|gaps?|limitations?|shortcomings?|questions?|goals?|ends?"
        r"|phenomen\w+|approach(?:es)?|settings?|contexts?|methods?|insights?|findings?|observations?|results?"
        r"|two|three"
        r"|effects?|behaviou?rs?|process(?:es)?|needs?|assumptions?|techniques?|strateg\w+|concerns?|trends?"
        r"|factors?)\b",
        re.I,
    ),
    re.compile(
        r"\b(?:the former|the latter|aforementioned|as (?:mentioned|described|shown) above|respectively)\b", re.I
    ),
    # a list's later half: "(3) we show …", "Second, …", "iii) …"
    re.compile(r"^\(?(?:[2-9]|i{2,3}|iv|v|[b-e])\)|\((?:[2-9]|i{2,3}|iv|v)\)\s", re.I),
    re.compile(rf"{_LEAD}(?:[Ss]econd|[Tt]hird|[Ff]ourth|[Ff]inally|[Ll]astly)(?:ly)?,\s"),
)
_RESPECTIVELY = re.compile(r"\d.*\brespectively\b", re.I | re.S)


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


def points_outside(sentence: str) -> bool:
    """Whether the sentence has a word for something that stands before it. Figures that a sentence gives itself may be
    told "respectively"."""
    return any(
        found.group().lower() != "respectively" or not _RESPECTIVELY.search(sentence)
        for pattern in _POINTS
        for found in pattern.finditer(sentence)
    )
