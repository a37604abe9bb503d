"""Who does what to whom: comparisons and transitive verbs with what stands on either side of them. Pure.

Only what is parsed is told: a known relation with words on both sides. Passives ("is beaten by"), converses ("trails",
"is slower than") and the field's set phrases are turned round, so that one statement has one form: the side that is
greater, earlier or acts is always `left`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sovereign_kernel.verification.clauses import AUXILIARIES, OPENERS, PREPOSITIONS, breaks, without_asides
from sovereign_kernel.verification.lexicon import DENIALS, NEGATIONS, forms
from sovereign_kernel.verification.tokens import Token, stem

REACH = 9  # tokens of a side
GAP = 6  # tokens between "higher" and its "than"


@dataclass(frozen=True)
class Relation:
    """`left` and `right` are the stems of the two sides; `places` where the words of the relation itself start."""

    name: str
    left: frozenset[str]
    right: frozenset[str]
    negated: bool
    places: frozenset[int]
    said: str


def _verbs(table: str) -> dict[str, tuple[str, int]]:
    """ "name: verbs / their converses" a line."""
    found: dict[str, tuple[str, int]] = {}
    for line in table.strip().splitlines():
        name, _, words = line.strip().partition(":")
        forward, _, backward = words.partition("/")
        found |= {stem(word): (name, 1) for word in forward.split()}
        found |= {stem(word): (name, -1) for word in backward.split()}
    return found


_VERBS = _verbs(
    """win: outperform surpass exceed beat outdo outrank dominate overtake defeat outclass outscore / underperform trail
    cause: cause induce trigger provoke elicit
    inhibit: inhibit suppress block repress antagonize
    activate: activate stimulate promote
    predict: predict forecast
    replace: replace supplant
    precede: precede / follow
    contain: contain subsume comprise encompass include
    influence: influence affect modulate
    drive: drive
    imply: imply entail
    guide: guide
    control: control govern regulate
    require: require
    produce: produce generate
    generalize: generalize generalise
    explain: explain
    determine: determine
    infect: infect
    bind: bind
    enable: enable
    cite: cite"""
)
# Verbs that need the word behind them.
_PHRASES: dict[tuple[str, str], tuple[str, int]] = {
    ("lead", "to"): ("cause", 1), ("led", "to"): ("cause", 1), ("leads", "to"): ("cause", 1), ("leading",
    "to"): ("cause", 1),
    ("result", "in"): ("cause", 1), ("results", "in"): ("cause", 1), ("resulted", "in"): ("cause", 1),
    ("resulting", "in"): ("cause", 1), ("results", "from"): ("cause", -1), ("result", "from"): ("cause", -1),
    ("resulted", "from"): ("cause", -1), ("resulting", "from"): ("cause", -1), ("due", "to"): ("cause", -1),
    ("rely", "on"): ("rely", 1), ("relies", "on"): ("rely", 1), ("depend", "on"): ("rely", 1), ("depends",
    "on"): ("rely", 1),
    ("relied", "on"): ("rely", 1), ("depended", "on"): ("rely", 1), ("dependent", "on"): ("rely", 1),
    ("derived", "from"): ("derive", 1), ("lag", "behind"): ("win", -1), ("lags", "behind"): ("win", -1),
    ("lagged", "behind"): ("win", -1), ("lagging", "behind"): ("win", -1), ("falls", "behind"): ("win", -1),
    ("fell", "behind"): ("win", -1), ("fall", "behind"): ("win", -1), ("loses", "to"): ("win", -1), ("lose",
    "to"): ("win", -1),
    ("lost", "to"): ("win", -1), ("superior", "to"): ("win", 1), ("inferior", "to"): ("win", -1),
    ("improves", "upon"): ("win", 1), ("improves", "over"): ("win", 1), ("improve", "upon"): ("win", 1),
    ("improve", "over"): ("win", 1), ("improved", "upon"): ("win", 1), ("improves", "on"): ("win", 1),
    ("short", "of"): ("win", -1), ("prior", "to"): ("precede", 1), ("part", "of"): ("contain", -1),
}  # fmt: skip
_COMPARATIVES: dict[str, tuple[str, int]] = {
    "better": ("win", 1), "worse": ("win", -1), "faster": ("speed", 1), "quicker": ("speed", 1), "slower": ("speed",
    -1),
    "higher": ("size", 1), "larger": ("size", 1), "greater": ("size", 1), "bigger": ("size", 1), "lower": ("size", -1),
    "smaller": ("size", -1), "fewer": ("size", -1), "stronger": ("strength", 1), "weaker": ("strength", -1),
    "longer": ("length", 1), "shorter": ("length", -1), "cheaper": ("cost", -1), "costlier": ("cost", 1),
    "older": ("age", 1), "younger": ("age", -1), "earlier": ("precede", 1), "sooner": ("precede", 1),
    "later": ("precede", -1),
    "easier": ("ease", 1), "harder": ("ease", -1), "deeper": ("depth", 1), "shallower": ("depth", -1),
    "heavier": ("weight", 1),
    "lighter": ("weight", -1), "safer": ("safe", 1), "wider": ("width", 1), "narrower": ("width", -1),
    "warmer": ("heat", 1),
    "hotter": ("heat", 1), "cooler": ("heat", -1), "colder": ("heat", -1), "richer": ("rich", 1), "poorer": ("rich",
    -1),
}  # fmt: skip
_TURNED_ADJECTIVES = {"expensive": "cost", "costly": "cost", "difficult": "ease"}
_TURN = {"difficult": -1}
_PERFORMING = forms("""score scores scored scoring perform performs performed rank ranks ranked performing""")
_OWN = frozenset(["we", "our", "ours", "it", "its", "they", "this", "these", "he", "she"])
_NOMINAL = forms("""the a an of this that these those its their our under no in""")
_EMPTY = forms("""more less much far significantly substantially consistently slightly clearly markedly""")
_CONVERTING = frozenset(
    stem(word)
    for word in [
        "convert",
        "transform",
        "translate",
        "map",
        "transfer",
        "switch",
        "change",
        "move",
        "shift",
        "evolve",
        "turn",
    ]
)


def relations(tokens: Sequence[Token], text: str) -> tuple[Relation, ...]:
    """The relations of one sentence, in order."""
    tokens = without_asides(tokens, text)
    cut = breaks(tokens, text)
    found = []
    for at in range(len(tokens)):
        found += [
            r
            for r in (_comparison(tokens, cut, at) or _transitive(tokens, cut, at) or _conversion(tokens, cut, at),)
            if r
        ]
    return tuple(found)


def _comparison(tokens: Sequence[Token], cut: Sequence[bool], at: int) -> Relation | None:
    """ "faster than", "a higher accuracy than", "more accurate than", "less accurate than"."""
    word = tokens[at].lower
    if word not in _COMPARATIVES and word not in {"more", "less"}:
        return None
    than = _than(tokens, cut, at)
    if than is None:
        return None
    kind = _COMPARATIVES.get(word)
    if kind is None:
        adjective = tokens[at + 1].lower if at + 1 < than else ""
        sign = 1 if word == "more" else -1
        kind = (
            _TURNED_ADJECTIVES.get(adjective) or (stem(adjective) if adjective else "size"),
            sign * _TURN.get(adjective, 1),
        )
    if kind[0] == "size" and any(t.lower in _PERFORMING for t in tokens[max(0, at - 2) : at]):
        kind = ("win", kind[1])
    return _relation(tokens, cut, kind, at, than, passive=False)


def _than(tokens: Sequence[Token], cut: Sequence[bool], at: int) -> int | None:
    for place in range(at + 1, min(len(tokens), at + 1 + GAP)):
        if cut[place]:
            return None
        if tokens[place].lower == "than":
            return place
        if tokens[place].lower == "compared" and place + 1 < len(tokens) and tokens[place + 1].lower in {"to", "with"}:
            return place + 1
    return None


def _transitive(tokens: Sequence[Token], cut: Sequence[bool], at: int) -> Relation | None:
    token = tokens[at]
    after = tokens[at + 1].lower if at + 1 < len(tokens) and not cut[at + 1] else ""
    kind = _PHRASES.get((token.lower, after))
    if kind is not None:
        return _relation(tokens, cut, kind, at, at + 1, passive=False)
    kind = _VERBS.get(token.stem)
    if kind is None or token.lower.endswith(("ion", "ions", "or", "ors", "er", "ers", "ment", "ance", "ive")):
        return None
    before = tokens[at - 1].lower if at and not cut[at] else ""
    if before in _NOMINAL and not (token.lower in {"cause", "causes"} and after == "of"):
        return None
    passive = after == "by" and token.lower.endswith(("ed", "en", "t", "d"))
    if not passive and before in {"is", "are", "was", "were", "been", "be"} and token.lower.endswith("ed"):
        return None  # "is controlled" without an agent
    end = at + 1 if passive or (after == "of" and kind[0] == "cause") else at
    return _relation(tokens, cut, kind, at, end, passive)


def _conversion(tokens: Sequence[Token], cut: Sequence[bool], at: int) -> Relation | None:
    """ "Converts speech to text", "from speech to text"."""
    if tokens[at].lower not in {"to", "into"} or at == 0 or cut[at]:
        return None
    start = next(
        (
            place
            for place in range(at - 1, max(-1, at - 1 - GAP), -1)
            if tokens[place].lower == "from" or tokens[place].stem in _CONVERTING
        ),
        None,
    )
    if start is None or any(cut[start + 1 : at + 1]):
        return None
    left = _stems(tokens[start + 1 : at])
    right = _right(tokens, cut, at + 1)
    if not left or not right:
        return None
    return Relation("convert", left, right, False, frozenset([tokens[at].start]), "to")


def _relation(
    tokens: Sequence[Token], cut: Sequence[bool], kind: tuple[str, int], at: int, end: int, passive: bool
) -> Relation | None:
    """The relation that stands from token `at` to token `end`, both included."""
    left, right = _left(tokens, cut, at), _right(tokens, cut, end + 1)
    if not left or not right:
        return None
    near = tokens[max(0, at - 4) : at]
    negated = any(t.stem in NEGATIONS or t.stem in DENIALS for t in near)
    if (kind[1] < 0) != passive:
        left, right = right, left
    places = frozenset(t.start for t in tokens[at : end + 1])
    return Relation(kind[0], left, right, negated, places, " ".join(t.text for t in tokens[at : end + 1]))


def _left(tokens: Sequence[Token], cut: Sequence[bool], at: int) -> frozenset[str]:
    """The words before the relation; before a comma too, where the verb hangs on it ("…, outperforming BERT")."""
    start = at
    while start > 0 and at - start < REACH and not cut[start] and tokens[start - 1].lower not in OPENERS:
        start -= 1
    if start > 0 and (start == at or (at - start == 1 and tokens[at].lower.endswith("ing"))):
        return _stems(tokens[max(0, start - 2 * REACH) : start])
    return _stems(tokens[start:at])


def _right(tokens: Sequence[Token], cut: Sequence[bool], start: int) -> frozenset[str]:
    while start < len(tokens) and not cut[start] and tokens[start].lower in PREPOSITIONS:
        start += 1
    end = start
    while (
        end < len(tokens)
        and end - start < REACH
        and not (cut[end] and end > start)
        and tokens[end].lower not in OPENERS
        and tokens[end].lower not in PREPOSITIONS
        and not (tokens[end].lower == "and" and _verb_follows(tokens, end))
    ):
        end += 1
    return _stems(tokens[start:end])


def _verb_follows(tokens: Sequence[Token], at: int) -> bool:
    return any(t.lower in AUXILIARIES or t.stem in _VERBS for t in tokens[at + 1 : at + 4])


def _stems(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(
        t.stem for t in tokens if (t.is_content and t.lower not in _EMPTY and t.lower != "%") or t.lower in _OWN
    )


def same_statement(one: Relation, other: Relation) -> bool | None:
    """True for the same sides, False for swapped ones, None where the sides do not tell."""
    if one.name != other.name or one.negated != other.negated:
        return None
    left, right = one.left - one.right, one.right - one.left
    first, second = other.left - other.right, other.right - other.left
    if not (left and right and first and second):
        return None
    direct = min(_share(left, first), _share(right, second))
    crossed = min(_share(left, second), _share(right, first))
    if crossed >= 0.5 and crossed > direct + 0.2:
        return False
    if direct >= 0.3 and direct >= crossed:
        return True
    return None


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other))


def pairs_of(claim: Sequence[Relation], source: Sequence[Relation]) -> Iterator[tuple[Relation, Relation, bool]]:
    """Each relation of the claim with those of the source that tell: the same statement, or its sides swapped. Where
    one of them has the claim's own verb, the others say nothing."""
    for one in claim:
        found = [(other, same) for other in source if (same := same_statement(one, other)) is not None]
        verb = one.said.lower()[:4]
        nearest = [row for row in found if row[0].said.lower()[:4] == verb]
        yield from ((one, other, same) for other, same in nearest or found)
