"""The parts of a question that carry meaning: noun phrases of at most four words, with other forms of each.

A facet is a run of content words between function words, verbs and punctuation (Rose et al., Automatic keyword
extraction from individual documents, 2010). What the corpus knows of abbreviations is added. Pure.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sovereign_kernel.goal.tagging import Word, tagged
from sovereign_kernel.goal.words import ADJECTIVES, COPULAS, GENERIC_HEADS
from sovereign_kernel.records import Facet
from sovereign_kernel.text.abbreviations import Lexicon, looks_abbreviated
from sovereign_kernel.text.sentences import STOP_WORDS
from sovereign_kernel.text.terms import stem, tokens

_MOST_FACETS = 12
_LONGEST_PHRASE = 4  # words; longer runs are usually two things in a row
_CLEARLY = 0.7  # nats of idf: twice as rare
_NEVER = frozenset(("based", "s"))  # "SMOES-based", and what is left of a possessive


@dataclass(frozen=True)
class Reading:
    """What a question is about, by its words; the fields are those of records.Goal."""

    topic: str
    subject: str
    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    abbreviations: tuple[tuple[str, tuple[str, ...]], ...]
    facets: tuple[Facet, ...]


def read_facets(question: str, lexicon: Lexicon | None = None) -> Reading:
    """Never raises; a question without content words has no terms and no facets."""
    lexicon = lexicon or Lexicon()
    runs = _distinct(_split_long(run) for run in _runs(tagged(question)))
    terms = once(word for run in runs for word in run)
    abbreviations = tuple((word, lexicon.expand(word)) for word in _parts(terms) if looks_abbreviated(word))
    facets = tuple(Facet(name=" ".join(run), terms=_variants(run, lexicon)) for run in runs[:_MOST_FACETS])
    phrases = tuple(" ".join(run) for run in runs if len(tokens(" ".join(run))) > 1)
    topic = ", ".join(facet.name for facet in facets[:3]) or " ".join(question.split())[:80].strip()
    return Reading(topic, _subject(runs[:_MOST_FACETS], lexicon), terms, phrases, abbreviations, facets)


def speaks_to(text: str, facet: Facet) -> float:
    """How far a text speaks to a facet, in [0, 1]: 1 when one of its terms stands there word beside word.

    All words of a term within one text, but apart: 0.8. Otherwise 0.6 times the share of the term's words. From 0.7
    on a text may be said to speak to the facet.
    """
    said = stems_of(text)
    return max((_match(stems_of(term), said) for term in (facet.name, *facet.terms)), default=0.0)


def _match(term: tuple[str, ...], said: tuple[str, ...]) -> float:
    if not term:
        return 0.0
    present = set(said)
    share = sum(word in present for word in term) / len(term)
    if share < 1:
        return 0.6 * share
    size = len(term)
    beside = any(said[at : at + size] == term for at in range(len(said) - size + 1))
    return 1.0 if beside else 0.8


@lru_cache(maxsize=4096)
def stems_of(text: str) -> tuple[str, ...]:
    """The stems of a text's content words, in order."""
    return tuple(stem(token) for token in tokens(text) if token not in STOP_WORDS and token not in _NEVER)


# --- runs of content words ------------------------------------------------------------------------------------


def _runs(words: Sequence[Word]) -> Iterator[tuple[str, ...]]:
    run: list[str] = []
    for at, word in enumerate(words):
        if word.kind == "content":
            run.append(word.noun)
            continue
        if word.lower in COPULAS and run and (state := _predicate(words, at)):
            yield from _closed([state, *run])  # "when rewards are sparse": sparse rewards
            run = []
            continue
        yield from _closed(run)
        run = []
        if word.noun:
            yield (word.noun,)
    yield from _closed(run)


def _predicate(words: Sequence[Word], at: int) -> str | None:
    """The one adjective after "are", in a clause that begins with "when" or "if" and ends with it; else None."""
    opened = next((word.lower for word in reversed(words[:at]) if word.kind in ("gap", "stop")), "")
    if opened not in ("when", "if", "where", "while", "because") or at + 1 >= len(words):
        return None
    word = words[at + 1]
    ends = at + 2 == len(words) or words[at + 2].kind in ("stop", "gap")
    return word.text if ends and word.kind == "content" and word.lower not in ADJECTIVES else None


def _closed(run: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A run without a generic last word ("baselines") and without an adjective that nothing follows; none when nothing
    is left that names something."""
    kept = list(run)
    while kept and (kept[-1].lower() in GENERIC_HEADS or kept[-1].lower() in ADJECTIVES):
        kept.pop()
    if kept and not all(char.isdigit() or not char.isalnum() for word in kept for char in word):
        yield tuple(kept)


def _split_long(run: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Runs of at most four words; what is longer is cut in equal parts, so that nothing of the goal is lost."""
    parts = -(-len(run) // _LONGEST_PHRASE)
    size = -(-len(run) // parts)
    return tuple(run[at : at + size] for at in range(0, len(run), size))


def _distinct(groups: Iterable[tuple[tuple[str, ...], ...]]) -> tuple[tuple[str, ...], ...]:
    """Runs whose stems no other run contains, in order."""
    runs: list[tuple[str, ...]] = []
    for group in groups:
        for run in group:
            key = _key(run)
            if key and not any(key == _key(other) for other in runs):
                runs.append(run)
    return tuple(run for run in runs if not any(_key(run) < _key(other) for other in runs))


def _subject(runs: Sequence[tuple[str, ...]], lexicon: Lexicon) -> str:
    """The run that is written short somewhere, if there is one, and of these the rarest by its words together."""

    def rank(run: tuple[str, ...]) -> tuple[bool, float]:
        short = any(map(looks_abbreviated, _parts(run))) or any(_written_short(" ".join(run), lexicon))
        return short, sum(lexicon.idf(word) for word in stems_of(" ".join(run)))

    return " ".join(sorted(runs, key=rank)[-1]) if runs else ""


def _key(run: Sequence[str]) -> frozenset[str]:
    return frozenset(stems_of(" ".join(run)))


# --- variants -------------------------------------------------------------------------------------


def _variants(run: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """The run, its abbreviations written out, its long forms written short, and its head alone where that is
    the rarer word.
    """
    name = " ".join(run)
    found = [name]
    bare = name.replace("-based", "")
    words = bare.split()
    for at, word in enumerate(words):
        for part in filter(looks_abbreviated, dict.fromkeys((word, *word.split("-")))):
            found += [
                " ".join([*words[:at], word.replace(part, long), *words[at + 1 :]]) for long in lexicon.expand(part)
            ]
    found += _written_short(bare, lexicon)
    sizes = [word for word in words if not re.fullmatch(r"\d+(?:\.\d+)?[kmbt]?", word, re.IGNORECASE)]
    if sizes and len(sizes) < len(words):  # "7B VLMs": a paper may speak of the model without its size
        found.append(" ".join(sizes))
    stems = stems_of(bare)
    if (
        len(words) == 2
        and len(stems) == 2
        and lexicon.papers
        and lexicon.idf(stems[1]) > lexicon.idf(stems[0]) + _CLEARLY
    ):
        found.append(words[1])
    return once(found)


def _written_short(phrase: str, lexicon: Lexicon) -> Iterator[str]:
    """The phrase with its longest known long form written short."""
    said = phrase.split()
    stems = [tuple(map(stem, tokens(word))) for word in said]
    for first, last in itertools.combinations(range(len(said) + 1), 2):
        span = tuple(itertools.chain(*stems[first:last]))
        if short := _abbreviated(lexicon).get(span):
            yield " ".join([*said[:first], short, *said[last:]])


@lru_cache(maxsize=8)
def _abbreviated(lexicon: Lexicon) -> dict[tuple[str, ...], str]:
    """Stems of the commonest long forms to their abbreviations."""
    return {tuple(map(stem, tokens(longs[0]))): short for short, longs in lexicon.long_forms.items()}


def _parts(terms: Iterable[str]) -> tuple[str, ...]:
    return once(part for term in terms for part in re.split(r"[-/‐‑–]", term) if part)


def once(words: Iterable[str]) -> tuple[str, ...]:
    """Each once, by its letters in lower case, in order."""
    kept: dict[str, str] = {}
    for word in words:
        kept.setdefault(word.lower(), word)
    return tuple(kept.values())
