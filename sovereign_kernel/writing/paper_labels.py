"""How a paper is named in running text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from sovereign_kernel.text.latex import readable

_PARTICLES = frozenset(
    {
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "dell",
        "di",
        "da",
        "dos",
        "das",
        "do",
        "du",
        "la",
        "le",
        "los",
        "las",
    }
    | {"dell", "ter", "ten", "te", "af", "av", "zu", "zum", "zur", "bin", "ibn", "al", "el"}
)
# Written with a capital these are still no given names; "Van", "Le" or "Do" may be (Vietnamese).
_SURE = frozenset({"De", "Di", "Del", "Della", "Von", "Der", "Den"})
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d)\.?", re.I)
_GROUP = re.compile(
    r"\b(?:collaborations?|consortium|team|group|project|initiative|community|network|laborator(?:y|ies)|"
    r"labs?|ai|research|"
    r"university|institute)\s*$",
    re.I,
)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")


def author_label(authors: Sequence[str], published: str | None) -> str:
    """ "Shen et al. (2023)", "Sun and Li (2024)", "Bo (2026)", "Unknown authors (n.d.)".

    `published` is an ISO date or a year. Of a collaboration the whole name stands, without "the".
    """
    named = [name for author in authors if (name := surname(author))]
    year = _YEAR.match(published.strip()) if published else None
    match named:
        case []:
            who = "Unknown authors"
        case [one]:
            who = one
        case [one, two]:
            who = f"{one} and {two}"
        case [one, *_]:
            who = f"{one} et al."
    return f"{who} ({year.group() if year else 'n.d.'})"


def surname(author: str) -> str:
    """The family name with its particles; the whole name of a group, or of a name in a script that has no spaces."""
    author = re.sub(r"\s*\([^()]*\)", "", readable(author)).strip(" ,;*")
    family, comma, _ = author.partition(",")
    if comma and not _SUFFIX.fullmatch(author.partition(",")[2].strip()):
        return family.strip()
    parts = family.split()
    if not parts or _GROUP.search(family):
        return re.sub(r"^the\s+", "", family, flags=re.I)
    if _east_asian(family):
        return family
    while len(parts) > 1 and _SUFFIX.fullmatch(parts[-1]):
        parts.pop()
    start = len(parts) - 1
    while start > 0 and (parts[start - 1] in _PARTICLES or (start > 1 and parts[start - 1] in _SURE)):
        start -= 1
    return " ".join(parts[start:])


def _east_asian(name: str) -> bool:
    return any(unicodedata.name(c, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL")) for c in name)
