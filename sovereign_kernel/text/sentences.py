"""Sentences and words of scientific English, by offsets. Pure; linear in the length of the text.

Offsets are code points, half open, into the text as given: `text[start:end]` is the sentence itself, without
the white space around it.
"""

from __future__ import annotations

import re
import unicodedata


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP_WORDS = _set(
    """a about above across after again against all almost along already also although always am among an and another
    any anyone anything are around as at be became because been before being below between both but by can could did
    do does doing done down during each either else enough etc even ever every few for from further had has have
    having he hence her here hers herself him himself his how however i if in indeed instead into is it its itself
    just least less many may me might more moreover most much must my myself neither nevertheless no nor not now of
    off often on once one only onto or other others otherwise our ours ourselves out over own per perhaps quite
    rather same she should since so some such than that the their theirs them themselves then there thereby
    therefore these they this those though through throughout thus to together too toward towards under until up
    upon us very via was we well were what when where whereas whether which while who whom whose why will with
    within without would yet you your yours"""
)

_ABBREVIATIONS = _set(
    """e.g i.e et al al. etc vs cf viz resp approx ca fig figs eq eqs eqn ref refs sec secs tab tabs no nos vol ch chap
    pp p dr prof mr mrs ms st jr sr inc ltd co corp dept univ ed eds rev thm lem prop def cor alg app appx supp sup
    a.k.a w.r.t s.t i.i.d u.s u.k e.u ph.d m.sc b.sc a.m p.m jan feb mar apr jun jul aug sept oct nov dec"""
)
# Abbreviations that usually close a sentence when a capitalised word follows ("... and so on, etc. We show").
_MAY_END = frozenset({"etc", "no", "al", "u.s", "u.k", "a.m", "p.m", "app", "co", "inc", "ed", "def", "cor"})
_STARTERS = _set(
    """a additionally after all although an and another as at based because beyond both but by code compared
    consequently despite each ensuring even existing experimental experiments extensive finally first for from
    further furthermore given hence here how however if importantly in indeed instead it its leveraging many
    meanwhile moreover more most motivated nevertheless no notably on one our overall previous recent recently
    results second several similarly since some specifically such that the their then there therefore these they
    third this those through thus to together ultimately unlike until using we what when where whereas while with
    without yet you"""
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_END = re.compile(r"(?:(?<![.!?…])[.!?…]++[\"'”’)\]}]*+(?=\s)|[。！？｡]++[」』”’）]*+)")
_MATHS = re.compile(r"\$\$.{1,600}?\$\$|\$[^$\n]{1,300}\$|\\\(.{1,300}?\\\)|\\\[.{1,600}?\\\]", re.DOTALL)
_LAST_WORD = re.compile(r"[^\s(\[{\"'“‘]+$")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-") | {ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"'}


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of the sentences, in order, disjoint, none empty; everything outside them is white space.

    A blank line ends a unit, so that a title stands alone. Dots in abbreviations, initials, decimals and formulas
    do not end a sentence.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for gap in _BLANK_LINE.finditer(text):
        spans.extend(_in_unit(text, start, gap.start()))
        start = gap.end()
    spans.extend(_in_unit(text, start, len(text)))
    return tuple(spans)


def words(text: str) -> tuple[str, ...]:
    """The words in lower case, hyphens, apostrophes and inner dots kept ("state-of-the-art", "0.95", "gpt-4")."""
    return tuple(match.group().lower() for match in _WORD.finditer(text))


def content_words(text: str) -> tuple[str, ...]:
    """The words that carry a subject: without stop words, of two letters or more."""
    return tuple(word for word in words(text) if len(word) > 1 and word not in STOP_WORDS)


def normalise(text: str) -> str:
    """Compatibility forms, one kind of dash and quote, single spaces, lower case: for comparing, never for showing."""
    # Twice, because folding case can bring back a form that NFKC composes, and the reverse.
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(text.translate(_DASHES).split())


def _in_unit(text: str, start: int, end: int) -> list[tuple[int, int]]:
    formulas = [match.span() for match in _MATHS.finditer(text, start, end)]
    spans: list[tuple[int, int]] = []
    at, formula = start, 0
    for stop in _END.finditer(text, start, end):
        while formula < len(formulas) and formulas[formula][1] <= stop.start():
            formula += 1
        inside = formula < len(formulas) and formulas[formula][0] <= stop.start()
        if not inside and _ends_sentence(text, at, stop.start(), stop.end(), end):
            spans.append((at, stop.end()))
            at = stop.end()
    spans.append((at, end))
    return [trimmed for span in spans if (trimmed := _trim(text, *span)) is not None]


def _ends_sentence(text: str, start: int, dot: int, after: int, end: int) -> bool:
    if text[dot] != ".":
        return text[dot] not in "!?…" or _opens(text, after, end)
    if after - dot > 1 and text[dot : dot + 2] == "..":
        return _opens(text, after, end, strict=True)
    last = _LAST_WORD.search(text, max(start, dot - 40), dot)
    word = last.group().lower() if last else ""
    if word in _ABBREVIATIONS or word.rstrip(".") in _ABBREVIATIONS:
        return word in _MAY_END and _next_word(text, after, end) in _STARTERS and _opens(text, after, end, strict=True)
    if len(word) == 1 and word.isalpha() and last is not None and last.group().isupper():
        # An initial ("J. Smith"), unless a formula's letter closes the sentence and a usual opener follows.
        return _next_word(text, after, end) in _STARTERS and _opens(text, after, end, strict=True)
    return _opens(text, after, end)


def _opens(text: str, at: int, end: int, strict: bool = False) -> bool:
    """Whether what follows looks like the opening of a sentence; a lower-case word does not."""
    while at < end and (text[at].isspace() or text[at] in "\"'“‘([{*_"):
        at += 1
    if at >= end:
        return True
    if strict or text[at].isupper():
        return text[at].isupper()
    # Lower-case names open sentences too: "iPhone", "mBERT", "vLLM", "w2v"; so do digits, formulas and other scripts.
    head = re.compile(r"\S{1,30}").match(text, at, end)
    return not text[at].islower() or (head is not None and any(c.isupper() or c.isdigit() for c in head.group()[1:]))


def _next_word(text: str, at: int, end: int) -> str:
    match = _WORD.search(text, at, min(end, at + 60))
    return match.group().lower() if match else ""


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
