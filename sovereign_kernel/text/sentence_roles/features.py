"""What the classifier sees of a sentence: its words, where it stands, and the cues that give roles away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from sovereign_kernel.text.sentence_roles.cues import cues

PLACES = 5
"""The abstract is divided into fifths."""

_URL = re.compile(
    r"https?://\S+|www\.\S+|(?<![\w.-])[\w.-]{1,200}\.(?:com|org|io|edu|net)/\S*|\\url\{[^}]*\}|\\href\{[^}]*\}"
)
_MATHS = re.compile(r"\$[^$\n]{1,200}\$")
_COMMAND = re.compile(r"\\[a-zA-Z]+\s?|[{}\\]")
_TOKEN = re.compile(r"[a-z]+(?:-[a-z]+)*|\d[\d.,]*%?|%|[©×]")
_NUMBER = re.compile(r"\d")
# Cues that tell something about the rest of the abstract, however far away.
_TELLING = frozenset({"propose", "inquire", "in this paper", "find", "results show"})


def features(sentences: Sequence[str]) -> list[list[str]]:
    """Names of the features present in each sentence of one abstract, in order. A feature is there or it is not."""
    flat = [plain(sentence) for sentence in sentences]
    seen = [cues(sentence) for sentence in flat]
    count = len(flat)
    rows = []
    for at, sentence in enumerate(flat):
        found = tokens(sentence)
        row = {f"w {token}" for token in found}
        row |= {f"w {first} {second}" for first, second in pairwise(found)}
        row |= {f"opens {' '.join(found[:size])}" for size in (1, 2, 3)}
        row |= {f"cue {cue}" for cue in seen[at]}
        row |= {f"first {cue}" for cue in seen[at]} if at == 0 else set()
        row |= {f"before {cue}" for cue in seen[at - 1]} if at else {"first"}
        row |= {f"after {cue}" for cue in seen[at + 1]} if at + 1 < count else {"last"}
        row |= {f"earlier {cue}" for cue in _telling(seen[:at])}
        row |= {f"later {cue}" for cue in _telling(seen[at + 1 :])}
        row |= {f"place {PLACES * at // count}", f"long {min(len(found) // 8, 5)}", f"at {min(at, 3)}"}
        rows.append(sorted(row))
    return rows


def plain(sentence: str) -> str:
    """Lower case, with web addresses as one word, formulas as one word, and LaTeX commands gone."""
    text = _MATHS.sub(_formula, _URL.sub(" xurl ", sentence).replace("\\(", "$").replace("\\)", "$"))
    return " ".join(_COMMAND.sub("", text).lower().split())


def _formula(match: re.Match[str]) -> str:
    """What is left of a formula: whether it holds a number, a percentage or a factor."""
    inner = match.group()
    if "%" in inner:
        return " 0% "
    if "times" in inner:
        return " 0 × "
    return " 0 " if _NUMBER.search(inner) else " xmaths "


def tokens(sentence: str) -> list[str]:
    """Words of a plain sentence; every number is `0`, every percentage `0%`."""
    found = _TOKEN.findall(sentence)
    return [("0%" if token.endswith("%") else "0") if token[0].isdigit() else token for token in found]


def _telling(parts: Sequence[Sequence[str]]) -> set[str]:
    return {cue for part in parts for cue in part if cue in _TELLING}
