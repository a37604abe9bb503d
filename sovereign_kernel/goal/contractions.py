"""Contractions written out, with either apostrophe: "What's" and "doesn’t LoRA" ask what "What is" and "does LoRA not"
ask. Pure."""

from __future__ import annotations

import re

from sovereign_kernel.goal.words import ADVERBS, base_form, is_verb

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ＇`´", "'"))
_IRREGULAR = {"won't": "will not", "can't": "can not", "cannot": "can not", "shan't": "shall not", "ain't": "is not"}
_BARE = {"dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not"} | {
    "whats": "what is",
    "cant": "can not",
    "wont": "will not",
}
"""Without their apostrophe, as people type; only words that mean nothing else."""

_IS = re.compile(r"\b(what|who|how|where|when|why|it|that|there|here|he|she|this)'s\b", re.IGNORECASE)
_ENDINGS = {"'re": " are", "'ve": " have", "'ll": " will", "'m": " am", "'d": " would"}
_ENDING = re.compile(r"\b(i|you|we|they|it|he|she|that|there|who|what|how|why|these|those)('re|'ve|'ll|'m|'d)\b", re.I)
_NOT = re.compile(
    r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should|must|might|need)n't\b", re.IGNORECASE
)
_WHOLE = re.compile(r"\b(" + "|".join(sorted(_IRREGULAR | _BARE, key=len, reverse=True)) + r")\b", re.IGNORECASE)
_INVERTED = re.compile(
    r"(?P<before>(?:^|[.?!;:,]\s*|\b(?:why|how|when|where|what|which|and|or|but)\s+))"
    r"(?P<aux>do|does|did|is|are|was|were|has|have|had|would|could|should|must|might|can|will) not\s+"
    r"(?P<rest>[^?.!;]+)",
    re.IGNORECASE,
)
_REACH = 10  # words after "does not" among which its verb is looked for


def written_out(text: str) -> str:
    """The text without contractions and with straight apostrophes; possessives ("Moore's law") stay."""
    text = text.translate(_APOSTROPHES)
    text = _WHOLE.sub(lambda found: _cased(found[0], (_IRREGULAR | _BARE)[found[0].lower()]), text)
    text = re.sub(r"\blet's\b", "let us", text, flags=re.IGNORECASE)
    text = _NOT.sub(lambda found: f"{found[1]} not", text)
    text = _IS.sub(lambda found: f"{found[1]} is", text)
    text = _ENDING.sub(lambda found: f"{found[1]}{_ENDINGS[found[2].lower()]}", text)
    return _INVERTED.sub(_put_right, text)


def _put_right(found: re.Match[str]) -> str:
    """ "why does not LoRA always match" as "why does LoRA not always match"."""
    words = found["rest"].split(" ")
    bare = [word.strip(",").lower() for word in words[:_REACH]]
    maybe = [at for at, word in enumerate(bare) if at and base_form(word) == word]
    sure = (at for at, word in enumerate(bare) if at and (word in ADVERBS or (at in maybe and is_verb(word))))
    place = next(sure, maybe[0] if maybe else None)
    if place is None:
        return found[0]
    return f"{found['before']}{found['aux']} {' '.join((*words[:place], 'not', *words[place:]))}"


def _cased(as_typed: str, full: str) -> str:
    return full[0].upper() + full[1:] if as_typed[0].isupper() else full
