"""Where the marks of the tribunal's picture stand. Pure geometry, in user units of its SVG; the template draws it.

One row for each reviewer and one for all together; the score runs from left (0) to right (10); each round is a dot,
joined to the next round's by a line, so that what a revision did is seen at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sovereign_kernel.report.reading import Reading, number

LEFT, WIDTH, TOP, ROW = 132.0, 400.0, 34.0, 40.0
TOGETHER = "Together"


@dataclass(frozen=True)
class Dot:
    x: float
    round: int
    score: str
    last: bool


@dataclass(frozen=True)
class Row:
    label: str
    y: float
    dots: tuple[Dot, ...]
    absent: tuple[int, ...]
    together: bool


@dataclass(frozen=True)
class Chart:
    rows: tuple[Row, ...]
    line: float
    height: float
    ticks: tuple[tuple[int, float], ...]
    summary: str


def scores(reading: Reading) -> Chart | None:
    """The picture's geometry; None when the tribunal did not sit. An unknown score has no dot: it is never zero."""
    rounds = reading.draft.tribunal.rounds
    if not rounds:
        return None
    given: dict[str, list[tuple[int, float | None]]] = {role: [] for role in reading.reviewers()}
    for round_ in rounds:
        for review in round_.reviews:
            given[review.role].append((round_.number, None if review.absent else review.score))
    together = [(round_.number, round_.score) for round_ in rounds]
    rows = [_row(role, position, series) for position, (role, series) in enumerate(given.items())]
    rows.append(_row(TOGETHER, len(rows), together, together=True))
    told = "; ".join(f"round {n}: {number(score)}" for n, score in together)
    return Chart(
        rows=tuple(rows),
        line=_x(reading.threshold),
        height=TOP + ROW * len(rows) + 30,
        ticks=tuple((tick, _x(tick)) for tick in range(0, 11, 2)),
        summary=f"Scores of the tribunal out of 10, approval line {number(reading.threshold)}. Together, {told}.",
    )


def _row(label: str, position: int, series: Sequence[tuple[int, float | None]], together: bool = False) -> Row:
    known = [(round_, score) for round_, score in series if score is not None]
    last = series[-1][0] if series else 0
    return Row(
        label=label,
        y=TOP + ROW * position + ROW / 2,
        dots=tuple(Dot(_x(score), round_, number(score), round_ == last) for round_, score in known),
        absent=tuple(round_ for round_, score in series if score is None),
        together=together,
    )


def _x(score: float) -> float:
    return round(LEFT + WIDTH * score / 10, 1)
