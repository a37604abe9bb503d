"""Finds text in a paper that speaks to the machine that reads it, and takes it out before anything else sees the "
"paper.

Pure. Nothing here decides what is true: a passage is withheld because of what it is (an order, a role's marker, an
answer in our own form, words that hide), never because of what it claims. What is withheld is kept with the paper.

A screen is a sieve, not a proof: docs/security.md says what holds when something passes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sovereign_kernel.screening import obfuscation as hidden
from sovereign_kernel.screening import patterns as suspicions
from sovereign_kernel.text.languages import looks_foreign
from sovereign_kernel.text.sentences import STOP_WORDS, split_sentences

Span = tuple[int, int]
LONGEST_TEXT = 100_000
"""Code points of one paper that are read at most; arXiv's own abstracts end at about 2,000."""

NO_TITLE = "(title withheld)"
_LONGEST_NAME = 120
_GAP = 2  # sentences between two withheld ones go with them


@dataclass(frozen=True)
class Screened:
    """A text without what was withheld, and what that was, in order."""

    text: str
    withheld: tuple[str, ...] = ()


def screen(text: str, prose: bool = True) -> Screened:
    """The text without the sentences that speak to a machine; a text in which nothing does comes back as it is.

    What stands between two withheld sentences, at most two sentences, goes with them. A text beyond LONGEST_TEXT ends
    at its last whole sentence before that, and the rest counts as withheld.
    """
    spans = list(split_sentences(text[:LONGEST_TEXT]))
    if len(text) > LONGEST_TEXT:
        spans = spans[:-1]
    mostly_latin = hidden.latin_share(text[:LONGEST_TEXT]) >= 0.5
    bad = [place for place, (start, end) in enumerate(spans) if objection(text[start:end], mostly_latin, prose)]
    for left, right in pairwise(tuple(bad)):
        if right - left <= _GAP + 1:
            bad += range(left + 1, right)
    spans, gone = _with_honest_beginnings(text, spans, set(bad), mostly_latin, prose)
    rest: tuple[str, ...] = ()
    if len(text) > LONGEST_TEXT:
        rest = (f"{len(text) - (spans[-1][1] if spans else 0):,} further characters",)
    if not gone and not rest:
        return Screened(text)
    kept = " ".join(text[start:end] for place, (start, end) in enumerate(spans) if place not in gone)
    return Screened(kept, tuple(text[spans[place][0] : spans[place][1]] for place in sorted(gone)) + rest)


def _with_honest_beginnings(
    text: str, spans: Sequence[Span], bad: set[int], mostly_latin: bool, prose: bool
) -> tuple[list[Span], set[int]]:
    """The spans, with those parted that begin with an honest sentence: where an order opens with a bracket or a code,
    it does not look like the beginning of a sentence. Also the places of those that go."""
    parted: list[Span] = []
    gone: set[int] = set()
    for place, (start, end) in enumerate(spans):
        cut = start
        for stop in suspicions.STOP.finditer(text, start, end) if place in bad else ():
            if objection(text[start : stop.start()], mostly_latin, prose):
                break
            cut = stop.end()
        if start < cut < end and len(text[start:cut].split()) > 1:
            parted.append((start, len(text[:cut].rstrip())))
            start = cut
        if place in bad:
            gone.add(len(parted))
        parted.append((start, end))
    return parted, gone


def objection(sentence: str, mostly_latin: bool = True, prose: bool = True) -> str | None:
    """Why a sentence is withheld; None for an honest one. `mostly_latin`: whether the text around it is written so;
    `prose`: whether it is expected to be English at all."""
    told = hidden.skeleton(sentence)
    if suspicions.ROLE.match(told):
        return "a role's or a field's marker"
    if not suspicions.MARKS.isdisjoint(told) or any(mark in told for mark in suspicions.LONG_MARKS):
        for reason, form in suspicions.FORMS.items():
            if form.search(told):
                return reason
    if suspicions.FIELDS.search(told):
        return "an answer in the form of a program's"
    if found := _ordered(told):
        return found
    if prose and mostly_latin and hidden.latin_share(sentence) < 0.5:
        return "a sentence in another script"
    words = hidden.bare(told).split()
    english = sum(word in STOP_WORDS for word in words)
    odd = english <= len(words) / 12
    if prose and looks_foreign(told):
        return "a sentence in another language"
    if not suspicions.TALKED.isdisjoint(words) and suspicions.TALK.search(" ".join(words)):
        return "talk of this program's own proceedings"
    if suspicions.MORSE.search(told):
        return "words in a code"
    mended = [suspicions.KEYWORDS.get("".join(sorted(word)), word) for word in words]
    if mended != words and _ordered(" ".join(mended)):
        return "an order in disguise"
    if any(_ordered(other) for other in hidden.readings(sentence, told, few_words=odd)):
        return "an order in disguise"
    return "words in a code" if hidden.coded(sentence) else None


def _ordered(told: str) -> str | None:
    """The order in a sentence in skeleton form, judged as a whole and clause by clause."""
    parts = [told, *suspicions.CLAUSE.split(told)]
    for part in parts if len(parts) > 2 else parts[:1]:
        words = hidden.bare(part).split()
        first = next((word for word in words if word not in suspicions.LEADS), "")
        if first in suspicions.FIRST or not suspicions.ANYWHERE.isdisjoint(words) or first.startswith(suspicions.STEMS):
            clause = " ".join(words)
            for reason, order in suspicions.ORDERS.items():
                if order.search(clause):
                    return reason
    return None


def screen_title(title: str) -> Screened:
    """The title without the parts that speak to a machine; a title is parted at colons, bars and dashes too."""
    if objection(title) is None:
        return Screened(title)
    parts = [part.strip() for part in suspicions.TITLE_PART.split(title)]
    kept = [part for part in parts if part and objection(part) is None]
    return Screened(" ".join(kept) or NO_TITLE, tuple(part for part in parts if part and part not in kept))


def screen_names(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that can be names (of authors, of categories), and those that speak to a machine or are too long."""
    kept: list[str] = []
    gone: list[str] = []
    for name in names:
        (gone if len(name) > _LONGEST_NAME or objection(name, prose=False) else kept).append(name)
    return tuple(kept), tuple(gone)
