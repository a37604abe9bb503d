"""What a corpus knows of words: abbreviations with their long forms, and in how many papers a stem occurs. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sovereign_kernel.text.terms import stem, tokens

_SHORT = re.compile(r"\(([A-Za-z0-9][\w.+-]{1,9})[;,)]")
_PLURAL = re.compile(r"(?<=[A-Z0-9])s$")
_MOST_LONG_FORMS = 3
_SHARE = 0.2  # a long form is kept when it is at least this often meant as the commonest one


@dataclass(frozen=True, eq=False)
class Lexicon:
    """`long_forms`: abbreviation in upper case, singular, to its long forms, commonest first.

    `frequency`: stem to the number of papers with it; `papers`: how many there are.
    """

    long_forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    frequency: Mapping[str, int] = field(default_factory=dict)
    papers: int = 0

    def expand(self, word: str) -> tuple[str, ...]:
        """The long forms of an abbreviation, whatever its case or number; none when it is not known."""
        return self.long_forms.get(abbreviation_key(word), ())

    def idf(self, stem: str) -> float:
        """Robertson's inverse document frequency with +1 inside the logarithm, so that it is never negative."""
        count = self.frequency.get(stem, 0)
        return math.log(1 + (self.papers - count + 0.5) / (count + 0.5)) if self.papers else 1.0


def abbreviation_key(word: str) -> str:
    return _PLURAL.sub("", word).upper()


def looks_abbreviated(word: str) -> bool:
    """Two capitals or more, or a capital and a digit: VLM, MoE, FLOPs, T5; not "Deep" and not "a"."""
    capitals = sum(char.isupper() for char in word)
    return len(word) <= 12 and word[:1].isalpha() and (capitals >= 2 or (capitals == 1 and word[-1].isdigit()))


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """(abbreviation key, long form) for every "long form (LF)" in a text.

    Schwartz and Hearst, A simple algorithm for identifying abbreviation definitions in biomedical text, PSB 2003.
    """
    for match in _SHORT.finditer(text):
        short = match.group(1)
        if not looks_abbreviated(short):
            continue
        key = abbreviation_key(short)
        before = re.split(r"[.;:()!?]\s", text[max(0, match.start() - 160) : match.start()])[-1].split()
        window = " ".join(before[-min(len(key) + 5, 2 * len(key)) :])
        if long := _long_form(_PLURAL.sub("", short), window):
            yield key, long


def gather(found: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The long forms that at least two papers agree on, by abbreviation, in their commonest spelling."""
    spellings: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for key, long in found:
        spelled = " ".join(long.lower().split())
        spellings[key][" ".join(map(stem, tokens(spelled)))][spelled] += 1
    return {key: kept for key, forms in sorted(spellings.items()) if (kept := _kept(forms))}


def _kept(forms: Mapping[str, Counter[str]]) -> tuple[str, ...]:
    """ "vision language model" and "vision-language models" are one form; forms that are rare beside the
    commonest go.
    """
    ranked = sorted(forms.values(), key=lambda spelled: (-spelled.total(), min(spelled)))
    line = max(2, _SHARE * ranked[0].total())
    kept = [min(spelled, key=lambda long: (-spelled[long], long)) for spelled in ranked if spelled.total() >= line]
    return tuple(kept[:_MOST_LONG_FORMS])


def _long_form(short: str, window: str) -> str:
    """The shortest end of `window` whose letters carry `short`'s, the first of them at the start of a word."""
    at = len(window) - 1
    for place in range(len(short) - 1, -1, -1):
        char = short[place].lower()
        if not char.isalnum():
            continue
        while at >= 0 and (window[at].lower() != char or (place == 0 and at > 0 and window[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
        at -= 1
    long = window[at + 1 :].strip()
    return long if len(long) > len(short) and len(tokens(long)) >= 2 and long.lower() != short.lower() else ""
