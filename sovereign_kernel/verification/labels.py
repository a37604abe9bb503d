"""The words that tell what each quantity of a sentence is of. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from sovereign_kernel.verification.quantities import Quantity
from sovereign_kernel.verification.tokens import Token, stem

REACH = 8  # tokens on either side of a quantity
_PARTING = frozenset(
    ["and", "or", "but", "while", "whereas", "versus", "vs", "than", "against", "compared", "with", "respectively"]
)
_MARKS = frozenset(",;:()[]/")
# Words that many quantities have and that tell none apart.
_COMMON = frozenset(
    stem(w)
    for w in [
        "reach",
        "achieve",
        "attain",
        "obtain",
        "get",
        "have",
        "show",
        "report",
        "yield",
        "score",
        "value",
        "rate",
        "mean",
        "average",
        "total",
        "respectively",
        "increase",
        "decrease",
        "improve",
        "reduce",
        "rise",
        "fall",
        "drop",
        "up",
        "only",
        "about",
        "approximately",
        "roughly",
        "nearly",
        "result",
        "from",
        "use",
        "ci",
    ]
)


def labels(tokens: Sequence[Token], text: str, found: Sequence[Quantity]) -> dict[Quantity, frozenset[str]]:
    """For each quantity the stems that are its own; those that all quantities of the sentence share are left out."""
    ordered = _respectively(tokens, text, found)
    ends = [None, *(q.end for q in found)]
    starts = [*(q.start for q in found[1:]), None]
    before = [_before(tokens, text, q, end) for q, end in zip(found, ends, strict=False)]
    after = [_after(tokens, text, q, start) for q, start in zip(found, starts, strict=True)]
    if len(found) > 1 and all(after) and not any(before[1:]):
        before[0] = set()  # each has its words behind it, so that what stands before the first is said of all
    told: dict[Quantity, set[str]] = {}
    for at, quantity in enumerate(found):
        words = ordered.get(quantity, before[at] | after[at])
        alike = at > 0 and found[at - 1].dimension == quantity.dimension
        if alike and text[found[at - 1].end : quantity.start].strip(" $~").lower() in {"to", "-", "–"}:
            words = told[found[at - 1]] = words | told[found[at - 1]]  # "from 80 to 90": both of the same
        elif alike and not words:
            words = told[found[at - 1]]
        told[quantity] = words
    common = set.intersection(*told.values()) if len(told) > 1 else set()
    return {quantity: frozenset(words - common) for quantity, words in told.items()}


def _before(tokens: Sequence[Token], text: str, quantity: Quantity, previous: int | None) -> set[str]:
    """Words before the number, back to a comma or conjunction; where none follows the last number,
    they are the last one's."""
    words: set[str] = set()
    part = [t for t in tokens if t.end <= quantity.start and (previous is None or t.start >= previous)][-REACH:]
    end = quantity.start
    for token in reversed(part):
        if not _MARKS.isdisjoint(text[token.end : end]) and words:
            break
        if "," in text[token.end : end] or ";" in text[token.end : end]:
            break
        if token.lower in _PARTING:
            return words
        words |= _stems([token])
        end = token.start
    else:
        if previous is not None and part and _MARKS.isdisjoint(text[previous : part[0].start]):
            return set()  # nothing parts the two numbers: the words are the first one's
    return words


def _after(tokens: Sequence[Token], text: str, quantity: Quantity, following: int | None) -> set[str]:
    words: set[str] = set()
    part = [t for t in tokens if t.start >= quantity.end and (following is None or t.end <= following)][:REACH]
    start = quantity.end
    for token in part:
        if not _MARKS.isdisjoint(text[start : token.start]) or ". " in text[start : token.start]:
            break
        if token.lower in _PARTING and token.lower != "with":
            break
        words |= _stems([token])
        start = token.end
    return words


def _stems(tokens: Sequence[Token]) -> set[str]:
    return {t.stem for t in tokens if t.is_content and not t.is_number and t.lower != "%" and t.stem not in _COMMON}


def _respectively(tokens: Sequence[Token], text: str, found: Sequence[Quantity]) -> dict[Quantity, set[str]]:
    """ "A and B reach 90 and 80, respectively": the quantities in the order of the things."""
    place = next((t.start for t in tokens if t.lower == "respectively"), None)
    if place is None:
        return {}
    run = [q for q in found if q.end <= place][-4:]
    while len(run) > 1 and any(not _listed(text[a.end : b.start]) for a, b in itertools.pairwise(run)):
        run = run[1:]
    if len(run) < 2:
        return {}
    things = _things([t for t in tokens if t.end <= run[0].start], text, len(run))
    return dict(zip(run, things, strict=True)) if len(things) == len(run) else {}


def _listed(between: str) -> bool:
    return between.strip(" ,%$\\").lower() in {"", "and", "or", "vs", "versus", "and of", "and by", "vs."}


def _things(tokens: Sequence[Token], text: str, wanted: int) -> list[set[str]]:
    """The last list of so many things, by its commas and its "and"."""
    joints = [at for at, t in enumerate(tokens) if t.lower in {"and", "or", "versus", "vs"}]
    for joint in reversed(joints):
        things = [_stems(_leading(tokens[joint + 1 :], text))]
        end = joint
        while len(things) < wanted and end > 0:
            start = end
            while (
                start > 0
                and end - start < 4
                and not (start < end and "," in text[tokens[start - 1].end : tokens[start].start])
            ):
                start -= 1
            things.insert(0, _stems(tokens[start:end][-3:]))
            end = start
        if len(things) == wanted and all(things):
            return things
    return []


def _leading(tokens: Sequence[Token], text: str) -> Sequence[Token]:
    """The first content word or two: the last thing of a list, before its verb."""
    first = next((at for at, t in enumerate(tokens) if t.is_content), None)
    if first is None:
        return ()
    second = first + 1
    follows = (
        second < len(tokens) and tokens[second].is_content and text[tokens[first].end : tokens[second].start] == " "
    )
    return tokens[first : second + 1] if follows and tokens[second].is_name else tokens[first:second]
