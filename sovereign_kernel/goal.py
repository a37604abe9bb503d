"""What a goal asks, read from its own words: terms, phrases, abbreviations, and facets. Pure.

A facet is a run of content words between function words, verbs of asking and punctuation (Rose et al., Automatic
keyword
extraction from individual documents, 2010), so it works in any field. What the corpus knows of abbreviations is added.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sovereign_kernel.languages import looks_foreign
from sovereign_kernel.records import Facet
from sovereign_kernel.sources.lexicon import Lexicon, looks_abbreviated
from sovereign_kernel.sources.terms import stem, tokens
from sovereign_kernel.text import STOP_WORDS

_MOST_FACETS = 12
_LONGEST_PHRASE = 4  # words; longer runs are usually two things in a row
_WORD = re.compile(r"[^\W_](?:[\w.+/]*[^\W_+]\+*)?(?:[-‐‑–'’][^\W_][\w.+]*)*|[,;:.?!()\[\]{}\"“”/]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of asking: they tell what is wanted of the subject, and are not the subject.
_VERBS = _words("""
    affect affects affected allow allows apply applies arise become bring brings compare compares compared comparing
    contribute contributes correlate correlates decrease decreases degrade degrades depend depends describe determine
    differ
    differs discuss drive drives enable enables examine exist exists explain explore find generalise generalises
    generalize
    generalizes give gives happen happens help helps hold holds identify improve improves increase increases influence
    influences investigate know lead leads let lower lowers make makes matter matters mean means mitigate outperform
    outperforms perform performs prevent prevents produce produces provide provides raise raises reduce reduces
    relate relates
    remain remains require requires say says scale scales show shows suffer suffers suggest summarise summarize take
    takes tell translate use used uses vary
""")
_OTHERS = _words("""
    benefit benefits using based regarding concerning given toward towards versus vs including like evidence impact
    effect
    effects role relationship difference differences comparison respect terms case cases kind kinds type types way
    ways please
    want wonder question research paper papers literature study review survey current recent latest best good better
    worse
    main important known currently across different various varying several specific particular typical general overall
    possible available existing new novel actually really causes
""")
_ASKING = _VERBS | _OTHERS
# As often nouns ("climate change", "inference cost"): the verb of a question only where no other verb follows.
_MAYBE_VERBS = _words(
    "change changes cause shift shifts limit limits control controls support supports measure measures"
)
_AUXILIARIES = _words("do does did can could will would should may might must")
_STOPS = _words(". ? ! ; :")
_GENERIC_HEADS = _words(
    "baseline baselines approach approaches technique techniques settings setting scenario scenarios"
)
_CLAUSE = 12  # words
_CLEARLY = 0.7  # nats of idf: twice as rare


@dataclass(frozen=True)
class Goal:
    """A goal as read. `topic` is a short name for it; `subject` the name of the facet that the queries turn on;
    `terms` its content words once each, as written, in order;
    `phrases` the runs of two words or more; `abbreviations` what is written short, with the long forms that are known.
    """

    text: str
    topic: str
    subject: str
    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    abbreviations: tuple[tuple[str, tuple[str, ...]], ...]
    facets: tuple[Facet, ...]
    language_ok: bool


def analyse(goal: str, lexicon: Lexicon | None = None) -> Goal:
    """Reads a goal. Never raises; a goal without content words has no terms and no facets."""
    lexicon = lexicon or Lexicon()
    runs = _distinct(_split_long(run) for run in _runs(goal))
    terms = once(word for run in runs for word in run if _is_content(word))
    abbreviations = tuple((word, lexicon.expand(word)) for word in _parts(terms) if looks_abbreviated(word))
    facets = tuple(Facet(name=" ".join(run), terms=_variants(run, lexicon)) for run in runs[:_MOST_FACETS])
    phrases = tuple(" ".join(run) for run in runs if len(tokens(" ".join(run))) > 1)
    topic = ", ".join(facet.name for facet in facets[:3]) or " ".join(goal.split())[:80].strip()
    subject = _subject(runs[:_MOST_FACETS], lexicon)
    return Goal(" ".join(goal.split()), topic, subject, terms, phrases, abbreviations, facets, _is_english(goal))


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
    return tuple(stem(token) for token in tokens(text) if token not in STOP_WORDS and token != "based")


# --- runs of content words ------------------------------------------------------------------------------------


def _runs(goal: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(goal)
    run: list[str] = []
    asked = False  # an auxiliary has opened the question, so that its verb is still to come
    for at, word in enumerate(words):
        lower = word.lower()
        asked = (asked or lower in _AUXILIARIES) and lower not in _STOPS
        verb = asked and bool(run) and lower in _MAYBE_VERBS and not _verb_follows(words[at + 1 :])
        if verb or not _is_content(word):
            asked = asked and not verb
            yield from _closed(run)
            run = []
        else:
            run.append(word)
    yield from _closed(run)


def _verb_follows(words: Sequence[str]) -> bool:
    """Whether the clause has a further verb of asking, or ends at once."""
    clause = list(itertools.takewhile(lambda word: word not in _STOPS, words))
    return not clause or any(word.lower() in _VERBS for word in clause[:_CLAUSE])


def _closed(run: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A run without a generic last word ("baselines"), unless nothing would be left."""
    kept = list(run)
    while len(kept) > 1 and kept[-1].lower() in _GENERIC_HEADS:
        kept.pop()
    if kept and not all(char.isdigit() for word in kept for char in word):
        yield tuple(kept)


def _split_long(run: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Runs of at most four words; what is longer is cut in equal parts, so that nothing of the goal is lost."""
    parts = -(-len(run) // _LONGEST_PHRASE)
    size = -(-len(run) // parts)
    return tuple(run[at : at + size] for at in range(0, len(run), size))


def _is_content(word: str) -> bool:
    lower = word.lower()
    return (
        word[0].isalnum()
        and lower not in STOP_WORDS
        and lower not in _ASKING
        and (len(word) > 1 or word.isupper() or not word.isascii())
    )


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


def _is_english(goal: str) -> bool:
    letters = [char for char in goal if char.isalpha()]
    return bool(letters) and sum(map(str.isascii, letters)) >= 0.8 * len(letters) and not looks_foreign(goal)
