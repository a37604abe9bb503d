"""The claim laid along words of the source: what is kept, put in the place of something, added, left out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq, Levenshtein

from sovereign_kernel.verification.tokens import Token


@dataclass(frozen=True)
class Edit:
    """`source` tokens became `claim` tokens (either may be empty), after `left` and before `right` kept tokens."""

    claim: tuple[Token, ...]
    source: tuple[Token, ...]
    left: int
    right: int

    @property
    def inner(self) -> bool:
        return self.left > 0 and self.right > 0


@dataclass(frozen=True)
class Diff:
    """`kept` pairs of (claim token, source token) in order, and the edits between them."""

    kept: tuple[tuple[Token, Token], ...]
    edits: tuple[Edit, ...]

    @property
    def substitutions(self) -> tuple[Edit, ...]:
        return tuple(edit for edit in self.edits if edit.claim and edit.source)


def overlap(claim: Sequence[Token], source: Sequence[Token]) -> float:
    """Share of the claim's tokens that lie along the source in the same order; content words count double."""
    if not claim or not source:
        return 0.0
    in_order = LCSseq.similarity([t.stem for t in claim], [t.stem for t in source]) / len(claim)
    content = [t.stem for t in claim if t.is_content]
    there = {t.stem for t in source}
    found = sum(stem in there for stem in content) / len(content) if content else 0.0
    return (in_order + 2 * found) / 3


@dataclass(frozen=True, slots=True)
class Run:
    """`size` tokens in a row that claim (from `claim`) and source (from `source`) share."""

    claim: int
    source: int
    size: int


def matching_runs(claim: Sequence[Token], source: Sequence[Token]) -> list[Run]:
    """Greedy string tiling: the longest shared run, then the longest of the rest, wherever it is; in claim order."""
    free_claim, free_source = [True] * len(claim), [True] * len(source)
    places: dict[str, list[int]] = {}
    for at, token in enumerate(source):
        places.setdefault(token.stem, []).append(at)
    runs: list[Run] = []
    while (best := _longest(claim, source, free_claim, free_source, places)).size:
        runs.append(best)
        for offset in range(best.size):
            free_claim[best.claim + offset] = free_source[best.source + offset] = False
    return sorted(runs, key=lambda run: run.claim)


def _longest(
    claim: Sequence[Token],
    source: Sequence[Token],
    free_claim: Sequence[bool],
    free_source: Sequence[bool],
    places: dict[str, list[int]],
) -> Run:
    best = Run(0, 0, 0)
    lengths: dict[int, int] = {}
    for at, token in enumerate(claim):
        now: dict[int, int] = {}
        if free_claim[at]:
            for place in places.get(token.stem, ()):
                if free_source[place]:
                    size = now[place] = lengths.get(place - 1, 0) + 1
                    if size > best.size:
                        best = Run(at - size + 1, place - size + 1, size)
        lengths = now
    return best


def compare(claim: Sequence[Token], source: Sequence[Token]) -> Diff:
    """Levenshtein over stems; neighbouring operations between two kept runs are joined into one edit."""
    operations = Levenshtein.opcodes([t.stem for t in source], [t.stem for t in claim])
    kept: list[tuple[Token, Token]] = []
    runs: list[tuple[int, int, int, int]] = []
    edits: list[tuple[int, int, int, int]] = []
    for op in operations:
        place = (op.dest_start, op.dest_end, op.src_start, op.src_end)
        if op.tag == "equal":
            kept.extend(zip(claim[place[0] : place[1]], source[place[2] : place[3]], strict=True))
            runs.append(place)
        elif edits and edits[-1][1] == place[0] and edits[-1][3] == place[2]:
            edits[-1] = (edits[-1][0], place[1], edits[-1][2], place[3])
        else:
            edits.append(place)
    ends = {run[1]: run[1] - run[0] for run in runs}
    starts = {run[0]: run[1] - run[0] for run in runs}
    return Diff(
        tuple(kept),
        tuple(Edit(tuple(claim[a:b]), tuple(source[c:d]), ends.get(a, 0), starts.get(b, 0)) for a, b, c, d in edits),
    )
