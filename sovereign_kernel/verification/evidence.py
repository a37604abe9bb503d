"""Where in the source to look: the sentences that speak of what the claim speaks of. Pure.

Sentences are ranked by TF-IDF with stop words out, idf taken over the source's own sentences. The claim is then
laid along the best sentence, or the best two together, so that an edit shows as a substitution.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations, pairwise
from typing import Any, TypeVar

from sovereign_kernel.text.sentences import split_sentences
from sovereign_kernel.verification.alignment import Diff, compare, matching_runs, overlap
from sovereign_kernel.verification.quantities import LIKE, Quantity, quantities, stated
from sovereign_kernel.verification.relations import Relation, pairs_of, relations
from sovereign_kernel.verification.tfidf import Likeness, likeness
from sovereign_kernel.verification.tokens import Token, tokenise

T = TypeVar("T")
LONGEST_SENTENCE = 120  # tokens: longer ones are cut into pieces
KEPT = 5  # sentences that are looked at closely
SECOND = 0.12  # overlap that a second sentence must add
MERGED = 4  # words in a row that each of two merged sentences must give


@dataclass(frozen=True)
class Unit:
    """One sentence of the source, or a piece of a very long one."""

    start: int
    end: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Reading:
    """A source, read once for many claims."""

    text: str
    units: tuple[Unit, ...]

    @cached_property
    def stems(self) -> Counter[str]:
        return Counter(token.stem for unit in self.units for token in unit.tokens)

    @cached_property
    def unit_stems(self) -> tuple[Counter[str], ...]:
        return tuple(Counter(token.stem for token in unit.tokens if token.is_content) for unit in self.units)

    @cached_property
    def idf(self) -> dict[str, float]:
        seen = Counter(stem for stems in self.unit_stems for stem in stems)
        return {stem: math.log((1 + len(self.units)) / (1 + count)) + 1 for stem, count in seen.items()}

    @cached_property
    def _parsed(self) -> dict[tuple[str, int], Any]:
        return {}

    def quantities(self, index: int) -> tuple[Quantity, ...]:
        """The quantities of one unit, read once."""
        unit = self.units[index]
        return self._once("quantities", index, lambda: quantities(self.text, unit.start, unit.end))

    def parsed(self, index: int, parse: Callable[[Sequence[Token], str], T]) -> T:
        """What `parse` makes of one unit's tokens, made once."""
        return self._once(parse.__name__, index, lambda: parse(self.units[index].tokens, self.text))

    def _once(self, name: str, index: int, make: Callable[[], T]) -> T:
        key = (name, index)
        if key not in self._parsed:
            self._parsed[key] = make()
        found: T = self._parsed[key]
        return found

    @cached_property
    def norms(self) -> tuple[float, ...]:
        return tuple(
            math.sqrt(sum((count * self.idf[stem]) ** 2 for stem, count in stems.items())) or 1.0
            for stems in self.unit_stems
        )


@dataclass(frozen=True)
class Pair:
    """A claim laid against its source: what every signal reads.

    `ranked` are indices into `source.units`, best first; `chosen` the one or two that the claim lies along, in the
    source's order; `diff` the edits between their tokens and the claim's.
    """

    claim: str
    tokens: tuple[Token, ...]
    source: Reading
    ranked: tuple[int, ...]
    similarity: tuple[float, ...]
    chosen: tuple[int, ...]
    diff: Diff

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Those of the claim."""
        return quantities(self.claim)

    @cached_property
    def settled(self) -> frozenset[int]:
        """Where the claim's tokens start that write a quantity which the evidence states, in whatever way."""
        there = [q for i in self.chosen for q in self.source.quantities(i)]
        borne_out = [q for q in self.quantities if any(stated(q, other) >= LIKE for other in there)]
        return frozenset(t.start for q in borne_out for t in self.tokens if q.start <= t.start < q.end)

    @cached_property
    def related(self) -> tuple[tuple[Relation, Relation, bool], ...]:
        """Relations of the claim beside those of the evidence, and whether they have the same sides."""
        ours = relations(self.tokens, self.claim)
        if not ours:
            return ()
        return tuple(pairs_of(ours, [r for i in self.chosen for r in self.source.parsed(i, relations)]))

    @cached_property
    def chosen_tokens(self) -> tuple[Token, ...]:
        return tuple(token for index in self.chosen for token in self.source.units[index].tokens)

    @cached_property
    def likeness(self) -> Likeness:
        return likeness(self.claim, self.windows, self.source.text)

    @property
    def windows(self) -> tuple[str, ...]:
        """The sentences and the neighbouring twos around the ranked ones, as text."""
        units, text = self.source.units, self.source.text
        single = [text[units[i].start : units[i].end] for i in self.ranked]
        near = sorted({j for i in self.ranked for j in (i - 1, i, i + 1) if 0 <= j < len(units)})
        double = [text[units[i].start : units[j].end] for i, j in pairwise(near) if j == i + 1]
        return tuple(single + double)


def read_pair(claim: str, source: str) -> Pair:
    tokens = tokenise(claim)
    reading = read_source(source)
    similarity = _similarity(tokens, reading)
    ranked = tuple(sorted((i for i, s in enumerate(similarity) if s > 0), key=lambda i: -similarity[i])[:KEPT])
    chosen = _chosen(tokens, reading, ranked)
    laid = tuple(token for index in chosen for token in reading.units[index].tokens)
    return Pair(claim, tokens, reading, ranked, tuple(similarity[i] for i in ranked), chosen, compare(tokens, laid))


@lru_cache(maxsize=32)
def read_source(source: str) -> Reading:
    units: list[Unit] = []
    for start, end in split_sentences(source):
        tokens = tokenise(source, start, end)
        if len(tokens) <= LONGEST_SENTENCE:
            if tokens:
                units.append(Unit(start, end, tokens))
            continue
        for at in range(0, len(tokens), LONGEST_SENTENCE):
            piece = tokens[at : at + LONGEST_SENTENCE]
            units.append(Unit(piece[0].start, piece[-1].end, piece))
    return Reading(source, tuple(units))


def _similarity(claim: tuple[Token, ...], reading: Reading) -> list[float]:
    counts = Counter(token.stem for token in claim if token.is_content)
    weights = {stem: count * reading.idf.get(stem, 0.0) for stem, count in counts.items()}
    unknown = math.log(1 + len(reading.units)) + 1
    norm = math.sqrt(sum((weights[s] or counts[s] * unknown) ** 2 for s in counts)) or 1.0
    return [
        sum(weights[s] * stems[s] * reading.idf[s] for s in weights if s in stems) / (norm * reading.norms[i])
        for i, stems in enumerate(reading.unit_stems)
    ]


def _chosen(claim: tuple[Token, ...], reading: Reading, ranked: tuple[int, ...]) -> tuple[int, ...]:
    """The sentence that the claim lies along best; two when the claim merges them, each giving a good part of it.

    A second sentence that only lends a word must not explain a word that was put into the first.
    """
    best = -1.0
    chosen: tuple[int, ...] = ()
    for index in ranked:
        value = overlap(claim, reading.units[index].tokens)
        if value > best + 1e-9:
            best, chosen = value, (index,)
    for two in combinations(sorted(ranked), 2):
        laid = tuple(token for index in two for token in reading.units[index].tokens)
        value = overlap(claim, laid)
        if value > best + SECOND and all(_runs(claim, reading.units[index].tokens) >= MERGED for index in two):
            best, chosen = value, two
    return chosen


def _runs(claim: tuple[Token, ...], unit: tuple[Token, ...]) -> int:
    """Tokens of the longest run of words that claim and sentence share."""
    return max((block.size for block in matching_runs(claim, unit)), default=0)
