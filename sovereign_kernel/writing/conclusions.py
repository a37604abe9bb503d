"""Statements that the program makes from checked claims: count, range, agreement, disagreement, none reported. Pure.

Each names the claims that it is made from, and is made again from them by the audit: nothing in it is anybody's wording.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from sovereign_kernel.records import Conclusion, Effect
from sovereign_kernel.sources.terms import stems

MOST = 3
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORDS = {"up": ("a rise", "rises"), "down": ("a reduction", "reductions")}
_EMPTY = frozenset(stems("performance results task tasks benchmark benchmarks average overall total model models"))


def conclusions(
    effects: Sequence[Effect], papers: int, on_topic: Sequence[str], quantities: Sequence[str] = ()
) -> tuple[Conclusion, ...]:
    """At most MOST statements on what the papers report in numbers, then what none of them reports.

    `papers` is how many were read, `on_topic` the claims that the answer and the results rest on, `quantities` what a
    number was wanted for.
    """
    changes = [effect for effect in effects if effect.direction is not None and effect.claim_id in on_topic]
    made = [*_disagreements(changes), *_ranges(changes)][:MOST]
    return (*made, *_missing(changes, quantities, papers))


def _groups(changes: Sequence[Effect]) -> dict[tuple[str, str], list[Effect]]:
    """Effects on the same measure in the same unit: a measure is known by its last telling word."""
    groups: dict[tuple[str, str], list[Effect]] = defaultdict(list)
    for effect in changes:
        telling = [stem for stem in stems(effect.measure) if stem not in _EMPTY]
        if telling:
            groups[telling[-1], effect.unit].append(effect)
    return groups


def _ranges(changes: Sequence[Effect]) -> Iterator[Conclusion]:
    for (_, unit), group in sorted(_groups(changes).items(), key=lambda entry: -len(_papers(entry[1]))):
        directions = {effect.direction for effect in group}
        if len(_papers(group)) < 2 or len(directions) != 1:
            continue
        low, high = _bounds(group)
        span = f"{_told(low, unit)}" if low == high else f"{_plain(low)} to {_told(high, unit)}"
        word = _WORDS["up" if "up" in directions else "down"][0]
        yield Conclusion(
            operator="range",
            text=f"{_number(len(_papers(group))).capitalize()} papers report {word} in {_name(group)}: {span}.",
            claims=_claims(group),
        )


def _disagreements(changes: Sequence[Effect]) -> Iterator[Conclusion]:
    for (_, _), group in sorted(_groups(changes).items()):
        up = [effect for effect in group if effect.direction == "up"]
        down = [effect for effect in group if effect.direction == "down"]
        if not up or not down or _papers(up) & _papers(down):
            continue
        yield Conclusion(
            operator="disagree",
            text=(
                f"On {_name(group)} the papers differ: {_number(len(_papers(up)))} "
                f"{'reports' if len(_papers(up)) == 1 else 'report'} {_WORDS['up'][0]}, {_number(len(_papers(down)))} "
                f"{'reports' if len(_papers(down)) == 1 else 'report'} {_WORDS['down'][0]}."
            ),
            claims=_claims(group),
        )


def _missing(changes: Sequence[Effect], quantities: Sequence[str], papers: int) -> Iterator[Conclusion]:
    said = {stem for effect in changes for stem in stems(effect.measure)}
    for quantity in quantities[:2]:
        telling = [stem for stem in stems(quantity) if stem not in _EMPTY]
        if telling and not said.intersection(telling):
            yield Conclusion(
                operator="none_reports",
                text=f"None of the {papers} abstracts that were read reports by how much {quantity} changes.",
                claims=(),
            )


def _papers(group: Sequence[Effect]) -> set[str]:
    return {effect.paper_id for effect in group}


def _claims(group: Sequence[Effect]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(effect.claim_id for effect in group))


def _name(group: Sequence[Effect]) -> str:
    """The shortest name that the papers give the measure."""
    return min((effect.measure for effect in group), key=lambda name: (len(name.split()), name))


def _bounds(group: Sequence[Effect]) -> tuple[float, float]:
    values = [float(number.replace(",", "")) for effect in group for number in _NUMBER.findall(effect.value)]
    return min(values), max(values)


def _told(value: float, unit: str) -> str:
    return f"{_plain(value)}{unit}" if unit in ("%", "×", "") else f"{_plain(value)} {unit}"


def _plain(value: float) -> str:
    return f"{value:g}"


def _number(count: int) -> str:
    names = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return names[count] if count < len(names) else str(count)
