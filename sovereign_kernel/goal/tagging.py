"""Which words of a question name something, and which are its verbs, function words and words of asking.

By word lists and by place: "change" is a verb in "How does routing change the cost?", and a noun in "How does climate
change affect wheat?". Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sovereign_kernel.goal import words as known
from sovereign_kernel.text.sentences import STOP_WORDS

WORD = re.compile(r"[^\W_](?:[\w.+/]*[^\W_+]\+*)?(?:[-‐‑–'’][^\W_][\w.+]*)*|[,;:.?!()\[\]{}\"“”/]")
STOPS = frozenset(".?!;:")
_MEASURED = frozenset(["long", "far", "deep", "old", "wide", "high", "tall", "heavy", "quickly"])  # after "how"
_REACH = 12  # words in which a clause's verb is looked for
_OPENERS = frozenset(
    [
        "why",
        "how",
        "when",
        "where",
        "what",
        "which",
        "who",
        "whose",
        "whom",
        "and",
        "or",
        "but",
        "if",
        "whether",
        "while",
    ]
)
_RELATIVE = frozenset(["that", "which", "who", "what", "whoever", "whatever"])
_DETERMINERS = frozenset(
    ["the", "a", "an", "its", "their", "his", "her", "our", "my", "this", "these", "those", "any", "all", "no"]
)
_INFINITIVE = frozenset(
    [
        "how",
        "way",
        "ways",
        "order",
        "able",
        "best",
        "possible",
        "try",
        "tries",
        "trying",
        "used",
        "need",
        "needs",
        "want",
        "wants",
        "us",
        "me",
        "easy",
        "hard",
    ]
)
_LY = re.compile(r"[a-z]{3,}ly$")
Kind = Literal["content", "verb", "gap", "stop"]


@dataclass(frozen=True)
class Word:
    """A word of a question. `noun` is how it stands in a facet: a verb that is the subject itself as its gerund; ""
    for what stands in none. `split`: whether a facet ends here."""

    text: str
    kind: Kind
    noun: str = ""
    base: str | None = None

    @property
    def lower(self) -> str:
        return self.text.lower()


def tagged(question: str) -> tuple[Word, ...]:
    """The words of a question, in order."""
    return tuple(_tag(WORD.findall(question)))


def _tag(texts: Sequence[str]) -> list[Word]:
    found: list[Word] = []
    awaited: Literal["", "subject", "verb"] = ""  # what a question's auxiliary lets expect
    for at, text in enumerate(texts):
        lower = text.lower()
        if lower in STOPS:
            awaited = ""
            found.append(Word(text, "stop"))
            continue
        if lower in known.AUXILIARIES:
            before = texts[at - 1].lower() if at else "?"
            awaited = "subject" if before in _OPENERS or not before[0].isalnum() or _asks(texts, at) else "verb"
            found.append(Word(text, "gap"))
            continue
        word = _read(texts, at, found, awaited)
        if word.kind == "verb" and word.base == lower:
            awaited = ""
        elif word.kind == "content" and awaited == "subject":
            awaited = "verb"
        found.append(word)
    return found


def _asks(texts: Sequence[str], at: int) -> bool:
    """Whether "how much does", "which of them do" stands before the auxiliary: then its subject comes after it."""
    before = [text.lower() for text in texts[max(0, at - 3) : at]]
    return any(text in ("how", "why", "when") for text in before) and not any(text in STOPS for text in before)


def _read(texts: Sequence[str], at: int, before: Sequence[Word], awaited: str) -> Word:
    text, lower = texts[at], texts[at].lower()
    if not text[0].isalnum() or lower in STOP_WORDS or lower in known.COPULAS:
        return Word(text, "gap")
    base = known.base_form(lower)
    after_to = at > 0 and texts[at - 1].lower() == "to"
    if after_to and base is None and _is_infinitive(texts, at) and text.islower() and text.isalpha():
        return Word(text, "verb", known.gerund(lower), lower)  # a verb that no list has: "the best way to sous-vide"
    if base is not None and not _is_name(texts, at) and (kind := _verb_kind(texts, at, before, awaited, base)):
        noun = known.gerund(base) if base in known.SUBJECT_VERBS else ""
        return Word(text, "verb", noun if kind == "verb" else "", base)
    if at and texts[at - 1].lower() == "how" and lower in known.ADJECTIVES | _MEASURED:
        return Word(text, "gap")  # "how long", "how large"
    if lower in known.ASKING or (_LY.fullmatch(lower) and lower not in known.NOUNS_IN_LY):
        return Word(text, "gap")
    if len(text) == 1 and text.isascii() and not text.isupper():
        return Word(text, "gap")
    return Word(text, "content", text)


def _verb_kind(texts: Sequence[str], at: int, before: Sequence[Word], awaited: str, base: str) -> str:
    """ "verb" where the word is one; "" where it is a noun or an adjective."""
    lower = texts[at].lower()
    follower = texts[at + 1].lower() if at + 1 < len(texts) else "."
    previous = texts[at - 1].lower() if at else "."
    content_follows = _could_name(follower)
    maybe = base in known.MAYBE_VERBS
    if lower.endswith("ing") and lower != base:
        return "" if maybe or base in known.SUBJECT_VERBS else "verb"
    if lower not in (base, known.third_person(base)):  # past or participle: "quantized models", "models trained on"
        return "" if content_follows and (maybe or base in known.SUBJECT_VERBS) else "verb"
    if not maybe:
        return "verb"
    if lower == base and (previous == "to" or (awaited == "verb" and _is_main_verb(texts, at, before))):
        return "verb"
    if previous in _RELATIVE and follower not in STOPS:
        return "verb"
    follows_noun = bool(before) and before[-1].kind == "content"
    if follows_noun and lower != base and follower in STOPS and _is_indirect(before):
        return "verb"
    if follows_noun and (follower in _DETERMINERS or (lower != base and content_follows) or follower == "to"):
        return "verb"
    return ""


def _is_indirect(before: Sequence[Word]) -> bool:
    """Whether the clause begins as "how RLHF works": with how, why, when, whether, that, and no auxiliary."""
    clause: list[str] = []
    for word in reversed(before):
        if word.kind == "stop":
            break
        clause.append(word.lower)
    opened = any(word in ("how", "why", "when", "whether", "that", "if") for word in clause)
    return opened and not any(word in known.AUXILIARIES or word in known.COPULAS for word in clause)


def _is_main_verb(texts: Sequence[str], at: int, before: Sequence[Word]) -> bool:
    """Whether no surer verb follows in the clause."""
    clause: list[str] = []
    for text in texts[at + 1 :]:
        if text in STOPS:
            break
        clause.append(text.lower())
    return not any(
        word in ("have", "be") or (known.base_form(word) == word and known.is_verb(word)) for word in clause[:_REACH]
    )


def _is_infinitive(texts: Sequence[str], at: int) -> bool:
    return at > 1 and texts[at - 2].lower() in _INFINITIVE


def _is_name(texts: Sequence[str], at: int) -> bool:
    """ "LOST", "PaLM", "Lead" within a sentence: written as a name, whatever verb it may be."""
    text = texts[at]
    begins = at == 0 or texts[at - 1] in STOPS
    return any(char.isdigit() for char in text) or text[1:] != text[1:].lower() or (not begins and text[0].isupper())


def _could_name(word: str) -> bool:
    return (
        word[0].isalnum()
        and word not in STOP_WORDS
        and word not in known.COPULAS
        and word not in known.AUXILIARIES
        and not (known.is_verb(word) and not word.endswith(("ing", "ed")))
    )
