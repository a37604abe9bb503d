"""What goes up and what goes down: "reduces realism and increases uncertainty", each change with its object. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sovereign_kernel.verification.clauses import AUXILIARIES, OPENERS, PREPOSITIONS, breaks
from sovereign_kernel.verification.lexicon import DENIALS, NEGATIONS, forms
from sovereign_kernel.verification.tokens import Token, stem

REACH = 7  # tokens of an object
Axis = Literal["size", "worth"]


@dataclass(frozen=True)
class Change:
    """`up` (more, or better) or not, of the `object`'s stems; `head` is the word the change is of."""

    axis: Axis
    up: bool
    object: frozenset[str]
    head: str
    negated: bool
    place: int
    said: str


def _words(axis: Axis, up: bool, words: str) -> dict[str, tuple[Axis, bool]]:
    return {stem(word): (axis, up) for word in words.split()}


_VERBS = (
    _words(
        "size", True, "increase raise rise elevate boost grow amplify upregulate heighten expand double triple escalate"
    )
    | _words(
        "size",
        False,
        "decrease reduce lower decline drop fall diminish shrink lessen downregulate halve minimize cut curb",
    )
    | _words("worth", True, "improve enhance strengthen ameliorate")
    | _words("worth", False, "worsen degrade impair deteriorate harm hurt weaken compromise undermine")
)
_NOUNS = (
    _words("size", True, "increase rise growth elevation gain")
    | _words("size", False, "decrease reduction decline drop fall shrinkage")
    | _words("worth", True, "improvement enhancement")
    | _words("worth", False, "deterioration degradation impairment worsening")
)
_ADJECTIVES: dict[str, tuple[Axis, bool]] = {
    "higher": ("size", True), "greater": ("size", True), "larger": ("size", True), "more": ("size", True),
    "lower": ("size", False), "smaller": ("size", False), "fewer": ("size", False), "less": ("size", False),
    "better": ("worth", True), "worse": ("worth", False), "poorer": ("worth", False), "increased": ("size", True),
    "reduced": ("size", False), "decreased": ("size", False), "elevated": ("size", True), "improved": ("worth", True),
}  # fmt: skip
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "became", "remained", "got"])
_NOMINAL = forms("""a an the of no significant substantial marked large small further any this""")
_VAGUE = frozenset(
    stem(w)
    for w in [
        "level",
        "rate",
        "amount",
        "number",
        "value",
        "degree",
        "extent",
        "result",
        "effect",
        "group",
        "significantly",
    ]
)


def across(one: str, other: str) -> bool:
    """Whether one stem tells of more or less and the other of better or worse: "improves latency" is "reduces" it."""
    kinds = _VERBS.get(one) or _NOUNS.get(one), _VERBS.get(other) or _NOUNS.get(other)
    return None not in kinds and kinds[0] is not None and kinds[1] is not None and kinds[0][0] != kinds[1][0]


def changes(tokens: Sequence[Token], text: str) -> tuple[Change, ...]:
    """The changes that one sentence tells of, in order."""
    cut = breaks(tokens, text)
    return tuple(found for at in range(len(tokens)) if (found := _change(tokens, cut, at)) is not None)


def _change(tokens: Sequence[Token], cut: Sequence[bool], at: int) -> Change | None:
    token = tokens[at]
    before = tokens[at - 1].lower if at and not cut[at] else ""
    after = tokens[at + 1].lower if at + 1 < len(tokens) and not cut[at + 1] else ""
    if after in {"in", "of"} and token.stem in _NOUNS and not token.lower.endswith("ed"):
        return _made(tokens, cut, at, _NOUNS[token.stem], _after(tokens, cut, at + 2))
    if token.lower in _ADJECTIVES and not (token.lower.endswith("ed") and before not in _BE | _NOMINAL | {""}):
        kind = _ADJECTIVES[token.lower]
        if before in _BE and (after in PREPOSITIONS | {"than", ""} or after in AUXILIARIES):
            return _made(tokens, cut, at, kind, _before(tokens, cut, at - 1))
        if after == "than" or (
            token.lower in {"more", "less"} and after.endswith(("ly", "ive", "ent", "ant", "able", "ed"))
        ):
            return None
        return _made(tokens, cut, at, kind, _after(tokens, cut, at + 1)) if before not in _BE else None
    if token.stem not in _VERBS or before in _NOMINAL or token.lower.endswith(("tion", "ment", "tions", "ments")):
        return None
    kind = _VERBS[token.stem]
    if (before in _BE and token.lower.endswith(("ed", "en", "cut"))) or after in PREPOSITIONS | {
        "",
        "and",
        "but",
    } | AUXILIARIES:
        return _made(tokens, cut, at, kind, _before(tokens, cut, at - (before in _BE)))
    return _made(tokens, cut, at, kind, _after(tokens, cut, at + 1))


def _made(
    tokens: Sequence[Token], cut: Sequence[bool], at: int, kind: tuple[Axis, bool], object: Sequence[Token]
) -> Change | None:
    words = [t for t in object if t.is_content and t.lower != "%" and not t.is_number and t.stem not in _VAGUE]
    if not words:
        return None
    near = tokens[max(0, at - 3) : at]
    negated = any(t.stem in NEGATIONS or t.stem in DENIALS for t in near)
    return Change(
        kind[0], kind[1], frozenset(t.stem for t in words), words[-1].stem, negated, tokens[at].start, tokens[at].text
    )


def _after(tokens: Sequence[Token], cut: Sequence[bool], start: int) -> Sequence[Token]:
    """The noun after a verb, up to the next phrase, change or comma ("of" belongs to it)."""
    end = start
    while end < len(tokens) and end - start < REACH and not (cut[end] and end > start):
        word = tokens[end].lower
        if word in OPENERS or word in PREPOSITIONS or word in AUXILIARIES or word in {"than", "compared"}:
            break
        if (
            end > start
            and (tokens[end].stem in _VERBS or word in _ADJECTIVES)
            and not tokens[end].lower.endswith("ing")
        ):
            break
        end += 1
    return tokens[start:end]


def _before(tokens: Sequence[Token], cut: Sequence[bool], end: int) -> Sequence[Token]:
    start = end
    while start > 0 and end - start < REACH and not (cut[start] and start < end):
        token = tokens[start - 1]
        if token.lower in OPENERS or token.stem in _VERBS or token.lower in _ADJECTIVES:
            break
        start -= 1
    return tokens[start:end]


def same_change(one: Change, other: Change) -> float:
    """How much of the object two changes share, in [0, 1]; 0 where they are of different kinds."""
    if one.axis != other.axis:
        return 0.0
    shared = len(one.object & other.object)
    return shared / min(len(one.object), len(other.object))
