"""STATISTICIAN: do the numbers hold? Measures that figures stand in the quotes with their units, percentages that are
possible, percent kept apart from percentage points, baselines of comparisons, samples or intervals of figures.

An example of a role of one's own: `sovereign research GOAL --roles examples/statistician`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sovereign_kernel.pipeline.reviewers import Measurement, reviewer, share
from sovereign_kernel.records import Criterion, Objection
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.verification.quantities import Quantity, agree, quantities

AGREES = 0.5
"""`agree` at or above this: the same value in the same unit, or rounded from it."""

CHANGE = re.compile(
    r"\b(by|more|less|faster|slower|higher|lower|larger|smaller|above|over|growth|gain|speed-?ups?"
    r"|increas\w*|improv\w*|rais\w*|ris\w*|grow\w*|overhead)\b",
    re.IGNORECASE,
)
COMPARISON = re.compile(
    r"\b(faster|slower|higher|lower|better|worse|larger|smaller|fewer|more|less|outperform\w*|improv\w*|reduc\w*"
    r"|increas\w*|decreas\w*|gains?|speed-?ups?)\b",
    re.IGNORECASE,
)
BASELINE = re.compile(
    r"\b(than|compared|over|versus|vs|against|relative to|baselines?|without|from .+ to|while|outperform\w*)\b",
    re.IGNORECASE,
)
SPREAD = re.compile(
    r"±|\\pm|\b(n\s?=|p\s?[<=]|confidence interval|\d+%\s?CI|standard (deviation|error)|significan\w+"
    r"|(samples?|examples?|images|questions|participants|patients|trials|seeds|runs|tasks|data ?sets|benchmarks))\b",
    re.IGNORECASE,
)
FIGURES = {"%", "points", "times", "orders"}


@dataclass(frozen=True)
class Statement:
    """A claim or a sentence of the prose that states numbers, and the numbers of the quotes it rests on."""

    id: str
    text: str
    numbers: tuple[Quantity, ...]
    quoted: tuple[Quantity, ...]


def measure(dossier: Dossier) -> Measurement:
    """Shares of the statements with numbers: every number stands in the quotes (3); of those with percentages: all are
    possible (2), none turned into points or back (2); of those with figures: comparisons name a baseline (1), a sample
    or an interval is told (0.5). Without numbers nothing is measured, and there is no score."""
    stated = [entry for entry in _statements(dossier) if entry.numbers]
    percents = [entry for entry in stated if any(number.unit in ("%", "points") for number in entry.numbers)]
    figures = [entry for entry in stated if any(number.unit in FIGURES for number in entry.numbers)]
    compared = [entry for entry in figures if COMPARISON.search(entry.text)]
    strange = {entry.id: _unquoted(entry) for entry in stated if _unquoted(entry)}
    turned = {entry.id: swaps for entry in percents if (swaps := _points_for_percent(entry))}
    impossible = {entry.id: odd for entry in percents if (odd := _impossible(entry))}
    bare = [entry for entry in compared if not BASELINE.search(entry.text)]
    lone = [entry for entry in figures if not SPREAD.search(entry.text)]
    criteria = tuple(
        Criterion(name=name, value=share(len(of) - len(bad), len(of)), weight=weight)
        for name, of, bad, weight in (
            ("numbers_in_quotes", stated, strange, 3.0),
            ("percentages_possible", percents, impossible, 2.0),
            ("percent_not_points", percents, turned, 2.0),
            ("comparisons_have_baseline", compared, bare, 1.0),
            ("figures_have_spread", figures, lone, 0.5),
        )
    )
    objections = (
        *(_objection(key, "major", f"its quote does not state {_list(odd)}", "reword") for key, odd in strange.items()),
        *(_objection(key, "major", f"{_list(odd)} cannot be", "reword") for key, odd in impossible.items()),
        *(
            _objection(key, "blocking", f"percent and percentage points are confused: {_list(odd)}", "reword")
            for key, odd in turned.items()
        ),
        *(_objection(entry.id, "minor", "it compares, and names no baseline", "disclose") for entry in bare),
        *(_objection(entry.id, "minor", "its figures come without sample or interval", "disclose") for entry in lone),
    )
    return Measurement(criteria, objections)


def _statements(dossier: Dossier) -> Iterator[Statement]:
    quotes = {claim.id: (claim.quote.text, *(more.quote.text for more in claim.also)) for claim in dossier.claims}
    for claim in dossier.claims:
        yield _statement(claim.id, claim.text, quotes[claim.id])
    for sentence in dossier.sentences:
        of = tuple(text for claim_id in sentence.claims for text in quotes.get(claim_id, ()))
        yield _statement(sentence.id, sentence.text, of)


def _statement(key: str, text: str, quotes: tuple[str, ...]) -> Statement:
    return Statement(key, text, quantities(text), tuple(number for quote in quotes for number in quantities(quote)))


def _unquoted(entry: Statement) -> list[str]:
    return [number.text for number in entry.numbers if all(agree(number, quoted) < AGREES for quoted in entry.quoted)]


def _points_for_percent(entry: Statement) -> list[str]:
    """Numbers whose value the quotes state in percent where it says points, or the other way round."""
    return [
        number.text
        for number in entry.numbers
        if all(agree(number, quoted) < AGREES for quoted in entry.quoted)
        and any(
            {number.unit, quoted.unit} == {"%", "points"} and number.value == quoted.value for quoted in entry.quoted
        )
    ]


def _impossible(entry: Statement) -> list[str]:
    """Percentages below 0 or above 100 that are no change."""
    return [
        number.text
        for number in entry.numbers
        if number.unit == "%" and not 0 <= number.value <= 100 and not CHANGE.search(entry.text)
    ]


def _objection(target: str, severity: str, text: str, mend: str) -> Objection:
    return Objection.model_validate({"target": target, "severity": severity, "text": text, "mend": mend})


def _list(parts: list[str]) -> str:
    return ", ".join(f"{part.strip()!r}" for part in parts)


role = reviewer("statistician", "checks the numbers", measure)
