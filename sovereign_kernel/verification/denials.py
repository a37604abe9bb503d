"""What a sentence denies, and by which words: not, no, without, instead of, rather than, fails to, no longer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sovereign_kernel.verification.clauses import OPENERS, breaks
from sovereign_kernel.verification.lexicon import DENIALS, NEGATIONS, forms, stems
from sovereign_kernel.verification.tokens import Token

LONG, SHORT = 8, 4  # tokens that a denial reaches
_PAIRS = {("instead", "of"), ("rather", "than"), ("as", "opposed"), ("no", "longer"), ("lack", "of"), ("absence", "of"),
          ("failed", "to"), ("fails", "to"), ("fail", "to"), ("unable", "to"), ("far", "from"), ("free",
          "of")}  # fmt: skip
_REPLACING = {"instead", "rather", "unlike", "except", "excluding", "without", "as"}
# Words that a denial passes over to what it denies: "no significant difference", "not clearly better".
_PASSED = stems(
    """significant significantly statistically evidence clear clearly necessarily only just further additional apparent
    any other much yet been be do have found seen observed report show able appear seem to"""
)
_NOT_ONLY = forms("""only just merely least more less solely simply fully entirely always all every""")
_GROUPING = frozenset(["than", "with", "to", "versus", "vs", "and", "or", "of"])
_ENDS = frozenset(["but", "and", "while", "whereas", "although", "because", "which", "that", "however", "yet"])


@dataclass(frozen=True)
class Denial:
    """`head` is the stem of what is denied, `reach` the stems under it, `places` where their tokens start."""

    cue: str
    head: str
    word: str
    reach: frozenset[str]
    places: frozenset[int]
    tokens: tuple[Token, ...]

    @property
    def lacks(self) -> bool:
        """Whether something is missing, which is also told by "knockout", "deficient", "deletion"."""
        return self.cue.lower().startswith(("lack", "absen", "without", "free", "none"))


def denials(tokens: Sequence[Token], text: str) -> tuple[Denial, ...]:
    """The denials of one sentence, in order; "not only" and a denied denial ("does not fail to") are none."""
    cut = breaks(tokens, text)
    found: list[Denial] = []
    skipped: set[int] = set()
    for at, token in enumerate(tokens):
        after = tokens[at + 1].lower if at + 1 < len(tokens) else ""
        both = (token.lower, after) in _PAIRS
        if at in skipped or not (both or token.lower == "unlike" or token.stem in NEGATIONS or token.stem in DENIALS):
            continue
        if token.stem in NEGATIONS and after in _NOT_ONLY:
            continue
        before = tokens[at - 1].lower if at and not cut[at] else ""
        if before in _GROUPING and token.lower in {"no", "without"}:
            continue  # "than without treatment": the name of a group
        double = next((p for p in range(at + 1, min(len(tokens), at + 4)) if _cue(tokens, p) and not cut[p]), None)
        if double is not None and token.stem in NEGATIONS and tokens[double].stem in DENIALS:
            skipped.add(double)
            continue
        denial = _denial(tokens, cut, at, at + (2 if both else 1))
        if denial is not None:
            found.append(denial)
    return tuple(found)


def _cue(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].stem in NEGATIONS or tokens[at].stem in DENIALS


def _denial(tokens: Sequence[Token], cut: Sequence[bool], at: int, start: int) -> Denial | None:
    long = SHORT if tokens[at].lower in _REPLACING else LONG
    end = start
    while (
        end < len(tokens) and end - start < long and not cut[end] and not (end > start and tokens[end].lower in _ENDS)
    ):
        if end > start and tokens[end].lower in OPENERS and tokens[end].lower != "as":
            break
        end += 1
    reach = [t for t in tokens[start:end] if t.is_content and not t.is_number]
    told = [t for t in reach if t.stem not in _PASSED and not t.lower.endswith("ly")]
    if not told:
        return None
    cue = " ".join(t.text for t in tokens[at:start])
    marks = (*tokens[at:start], told[0])
    return Denial(
        cue, told[0].stem, told[0].text, frozenset(t.stem for t in told), frozenset(t.start for t in reach), marks
    )
