"""A claim split into its facts: sentences, clauses, coordinated verbs, "respectively". Pure.

Careful on purpose: a wrong split is worse than none. A part stands alone only where it has a subject and a verb that
verbs.py knows; the second of two verbs takes the subject of the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sovereign_kernel.text.sentences import split_sentences
from sovereign_kernel.verification.lexicon import forms
from sovereign_kernel.verification.tokens import Token, stem, tokenise
from sovereign_kernel.verification.verbs import BASES, BE, NOUNS, PAST, PRESENT, PRONOUNS

MOST = 6  # facts of one claim; more are hardly facts
LONGEST_SUBJECT = 12  # tokens before the first verb that are carried over to the second
LEAST = 2  # content words of a fact

_JOINTS = frozenset(["and", "but", "while", "whereas", "yet"])
_NO_SUBJECT = forms("the a an of to and or by for in on with its their our no each")
_RELATIVE = forms("that which who whom whose if when where because since unless although though as than whether to")
_OPENING = _RELATIVE - {"to", "as", "than"}
_KNOWN = frozenset(stem(word) for word in BASES | BE)
_FEW = r"(?:[^\s,;]+ ){0,3}[^\s,;]+"
# "A and B reach 90 and 80, respectively"
_THINGS_FIRST = re.compile(
    rf"^(?P<a>{_FEW}) and (?P<b>{_FEW}) (?P<verb>[a-z]+ (?:an? [a-z]+ of )?)(?P<x>[^,;]*?\d[^\s,;]*)"
    r" and (?P<y>[^\s,;]*\d[^,;]*?),? respectively\b(?P<rest>[^,;]*)$"
)
# "reaches 90 and 80 on A and B, respectively"
_THINGS_LAST = re.compile(
    r"^(?P<head>[^\d,;]*?)(?P<x>[^\s,;]*\d[^\s,;]*) and (?P<y>[^\s,;]*\d[^\s,;]*) (?P<prep>on|in|for|with|at) "
    rf"(?P<a>{_FEW}) and (?P<b>{_FEW}?),? respectively\b[.]?$"
)


@dataclass(frozen=True)
class FactText:
    """A fact in words. `pieces` are the parts of the claim that it is made of, joined by blanks in this order."""

    text: str
    pieces: tuple[tuple[int, int], ...]

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where `text[start:end]` stands in the claim; None where it goes over a joint."""
        at = 0
        for first, last in self.pieces:
            if at <= start and end <= at + last - first:
                return first + start - at, first + end - at
            at += last - first + 1
        return None


def split_facts(claim: str) -> tuple[FactText, ...]:
    """The facts of a claim, in order; the claim itself where it is one, or cannot be split with care."""
    found = [fact for start, end in _sentences(claim) for fact in _of_sentence(claim, start, end)]
    if not 1 < len(found) <= MOST:
        return (FactText(claim, ((0, len(claim)),)),)
    return tuple(found)


def _sentences(claim: str) -> list[tuple[int, int]]:
    """The sentences; one too short to be a fact belongs to the one before."""
    spans: list[tuple[int, int]] = []
    for start, end in split_sentences(claim):
        if spans and not _is_enough(tokenise(claim, start, end)):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _of_sentence(claim: str, start: int, end: int) -> Iterator[FactText]:
    if "respectively" in claim[start:end]:
        yield from _in_order(claim, start, end) or (_fact(claim, (start, end)),)
        return
    for first, last in _clauses(claim, start, end):
        yield from _verbs(claim, first, last)


def _in_order(claim: str, start: int, end: int) -> list[FactText]:
    match = _THINGS_FIRST.match(claim[start:end].rstrip(". "))
    if match and stem(match["verb"].split()[0]) in _KNOWN:
        span = _spans(match, start)
        verb = (span["verb"][0], span["verb"][1] - 1)
        rest = [(span["rest"][0] + 1, span["rest"][1])] if match["rest"].strip() else []
        return [_fact(claim, span[thing], verb, span[q], *rest) for q, thing in (("x", "a"), ("y", "b"))]
    match = _THINGS_LAST.match(claim[start:end])
    if match and match["head"].strip():
        span = _spans(match, start)
        head = (span["head"][0], span["head"][1] - 1)
        return [_fact(claim, head, span[q], span["prep"], span[thing]) for q, thing in (("x", "a"), ("y", "b"))]
    return []


def _spans(match: re.Match[str], start: int) -> dict[str, tuple[int, int]]:
    return {name: (start + match.start(name), start + match.end(name)) for name in match.re.groupindex}


def _clauses(claim: str, start: int, end: int) -> list[tuple[int, int]]:
    """Parts with a subject and a verb of their own, at semicolons and at ", and", "but", "while", "whereas"."""
    tokens = tokenise(claim, start, end)
    cuts: list[tuple[int, int]] = []  # where a clause ends, and where the next begins
    for at in range(1, len(tokens) - 1):
        before, token = tokens[at - 1], tokens[at]
        between = claim[before.end : token.start]
        if _depth(claim[start : token.start]):
            continue
        between = between.lstrip(")]%")
        parted = between.strip() == ";"
        if parted:
            follows, opens = tokens[at:], token
        elif token.lower in _JOINTS and (between.strip() == "," or token.lower in {"while", "whereas", "but"}):
            follows, opens = tokens[at + 1 :], tokens[at + 1]
        else:
            continue
        if token.lower == "but" and follows[0].lower == "also":
            continue
        last = cuts[-1][1] if cuts else start
        behind = [t for t in tokens[:at] if t.start >= last]
        if _is_clause(behind, claim, parted) and _is_clause(follows, claim, parted, opening=True):
            cuts.append((_trimmed(claim, token.start), opens.start))
    starts, ends = [start, *(b for _, b in cuts)], [*(a for a, _ in cuts), end]
    return list(zip(starts, ends, strict=True))


def _is_clause(tokens: Sequence[Token], claim: str, parted: bool, opening: bool = False) -> bool:
    """Whether there is a subject and a verb that we know; `opening`: within the first words, before a comma. What a
    semicolon has `parted` may have a verb that is as often a noun."""
    if not tokens or not _is_enough(tokens) or tokens[0].lower in _RELATIVE:
        return False
    reach = tokens[: 8 if opening else len(tokens)]
    subject = False
    for at, token in enumerate(reach):
        if opening and at and "," in claim[reach[at - 1].end : token.start]:
            return False
        if token.lower in _RELATIVE and at:
            return False
        if token.lower.endswith("ing") and at == (1 if tokens[0].lower.endswith("ly") else 0):
            return False
        if subject and (_is_finite(token, reach[at - 1]) or (parted and token.lower in NOUNS)):
            return True
        subject = subject or token.lower in PRONOUNS or (token.is_content and not token.lower.endswith("ly"))
    return False


def _is_finite(token: Token, before: Token) -> bool:
    """Whether a verb of ours stands here in a form that a clause needs."""
    word = token.lower
    if word in BE:
        return True
    if word in NOUNS and before.lower not in PRONOUNS and not before.is_name:
        return False
    return word in PRESENT | PAST and before.lower not in _NO_SUBJECT


def _verbs(claim: str, start: int, end: int) -> Iterator[FactText]:
    """ "X reduces A and increases B": two facts of X."""
    tokens = tokenise(claim, start, end)
    first = next((at for at in range(1, len(tokens)) if _is_finite(tokens[at], tokens[at - 1])), None)
    whole = _fact(claim, (start, end))
    if first is None or first > LONGEST_SUBJECT or "," in claim[start : tokens[first].start]:
        yield whole
        return
    if any(t.lower in _RELATIVE for t in tokens[:first]):
        yield whole
        return
    verb = tokens[first]
    lead = verb.start
    if verb.lower in BE and first + 1 < len(tokens) and tokens[first + 1].lower in PAST:
        verb, lead = tokens[first + 1], tokens[first + 1].start  # "was trained … and evaluated …"
    joints = [
        at
        for at in range(first + 2, len(tokens) - 1)
        if tokens[at].lower in {"and", "but"} and _same_form(verb, tokens, at + 1) and _is_enough(tokens[at + 2 :], 1)
    ]
    inner = tokens[first : joints[-1]] if joints else ()
    if not joints or "not only" in claim[start:end] or any(t.lower in _OPENING for t in inner):
        yield whole
        return
    ends = [*(_trimmed(claim, tokens[at].start) for at in joints), end]
    yield _fact(claim, (start, ends[0]))
    for at, last in zip(joints, ends[1:], strict=True):
        yield _fact(claim, (start, _trimmed(claim, lead)), (tokens[at + 1].start, last))


def _same_form(verb: Token, tokens: Sequence[Token], at: int) -> bool:
    """Whether the token here is a verb of ours in the form of the first one."""
    other = tokens[at]
    if other.lower.endswith("ly") and at + 1 < len(tokens):
        other = tokens[at + 1]
    if verb.lower in BE:
        return other.lower in BE
    return any(verb.lower in kind and other.lower in kind for kind in (PRESENT, PAST))


def _depth(text: str) -> int:
    """How many brackets are open at the end of a text."""
    return text.count("(") - text.count(")")


def _trimmed(claim: str, end: int) -> int:
    while end and (claim[end - 1].isspace() or claim[end - 1] in ",;"):
        end -= 1
    return end


def _is_enough(tokens: Sequence[Token], least: int = LEAST) -> bool:
    return sum(t.is_content for t in tokens) >= least


def _fact(claim: str, *pieces: tuple[int, int]) -> FactText:
    return FactText(" ".join(claim[a:b] for a, b in pieces), tuple(pieces))
