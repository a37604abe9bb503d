"""A quantity said otherwise is the same quantity; another one is not. The numbers check alone is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.records import Check
from sovereign_kernel.verification.evidence import read_pair
from sovereign_kernel.verification.numbers import numbers
from sovereign_kernel.verification.quantities import agree, quantities

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "restatements.jsonl").read_text("utf-8").splitlines()
]


def told(claim: str, source: str) -> Check:
    return numbers(read_pair(claim, source))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_reported_restatements(case: dict[str, str]) -> None:
    found = told(case["claim"], case["source"])
    assert (found.outcome == "failed") == (case["want"] == "REFUTED" and "negated" not in case["id"]), found


SAME = [
    # units
    ("Inference takes 1.5 s.", "Inference takes 1,500 ms."),
    ("Training lasted three weeks.", "Training lasted 21 days."),
    ("The trial ran for two years.", "The trial ran for 24 months."),
    ("The model fits in 512 MB.", "The model fits in 0.5 GB."),
    ("The index takes 2 TB.", "The index takes 2048 GB."),
    ("Patients received 0.5 g of aspirin.", "Patients received 500 mg of aspirin."),
    ("Each dose held 250 micrograms.", "Each dose held 0.25 mg."),
    ("The layer is 0.2 micrometers thick.", "The layer is 200 nm thick."),
    ("The robot walked 1.2 km.", "The robot walked 1,200 m."),
    ("The clock runs at 2.4 GHz.", "The clock runs at 2,400 MHz."),
    ("The chip draws 0.75 kW.", "The chip draws 750 W."),
    ("It needs 3.6 GFLOPs.", "It needs 3,600 MFLOPs."),
    ("It decodes 120 tokens per second.", "It decodes 120 tokens/s."),
    ("The reaction ran at 25 °C.", "The reaction ran at 25 degrees Celsius."),
    ("The plot measures 2 ha.", "The plot measures 20,000 m²."),
    ("The dose was 5 mg/kg.", "The dose was 5 mg per kg."),
    ("Sleep rose by half an hour.", "Sleep rose by 30 minutes."),
    # scale words and number words
    ("The corpus has 2.3 billion tokens.", "The corpus has 2.3B tokens."),
    ("We surveyed twelve thousand people.", "We surveyed 12,000 people."),
    ("The set has 40k images.", "The set has 40,000 images."),
    ("One hundred and twenty patients took part.", "120 patients took part."),
    ("Twenty-five languages are covered.", "25 languages are covered."),
    ("The network has 175 billion parameters.", "The network has 175B parameters."),
    ("A dozen models were compared.", "12 models were compared."),
    ("The grant was worth half a million dollars.", "The grant was worth $500,000."),
    ("The budget was €3.5 billion.", "The budget was 3.5bn euros."),
    # fractions and shares
    ("Two thirds of the mice survived.", "66.7% of the mice survived."),
    ("A third of the queries failed.", "33% of the queries failed."),
    ("Three quarters of nurses agreed.", "75 percent of nurses agreed."),
    ("One in five adults smokes.", "20% of adults smoke."),
    ("Nine out of ten users stayed.", "90% of users stayed."),
    ("8 of 10 annotators agreed.", "80% of annotators agreed."),
    ("Recall was 0.95.", "Recall was 95%."),
    ("Half the tokens are dropped.", "50% of the tokens are dropped."),
    # multiples
    ("Throughput doubled.", "Throughput rose twofold."),
    ("The method triples the speed.", "The method raises the speed by a factor of 3."),
    ("It is twice as fast as the baseline.", "It is 2x as fast as the baseline."),
    ("Costs were halved.", "Costs fell by 50%."),
    ("Costs doubled.", "Costs rose by 100%."),
    ("It is ten times faster.", "It is an order of magnitude faster."),
    ("It cuts memory by a factor of four.", "It cuts memory by 75%."),
    # notation
    ("The rate was 3e-4.", r"The rate was $3 \times 10^{-4}$."),
    ("The rate was 0.0003.", "The rate was 3×10⁻⁴."),
    (r"The gain is 3.2%.", r"The gain is 3.2\%."),
    ("The gain is 2x.", r"The gain is $2\times$."),
    ("It has 100,000 rows.", r"It has $10^5$ rows."),
    ("It has 1,234,567 rows.", "It has 1 234 567 rows."),
    ("The mass is 1000.5 kg.", "The mass is 1.000,5 kg."),
    ("The p-value was 0,04.", "The p-value was 0.04."),
    ("It has 12,482 rows.", r"It has 12{,}482 rows."),
    # announced rounding and bounds
    ("Over 80% of them recovered.", "83.2% of them recovered."),
    ("Nearly half of them recovered.", "48% of them recovered."),
    ("Almost nine in ten recovered.", "88% of them recovered."),
    ("About 300 patients took part.", "304 patients took part."),
    ("At least 3 trials showed it.", "5 trials showed it."),
    ("Fewer than 20 cases were seen.", "17 cases were seen."),
    ("More than 1.2 million people live there.", "1,234,000 people live there."),
    ("Accuracy was 83%.", "Accuracy was 83.2%."),
    ("It answers in under a second or 950 ms.", "It answers in 950 ms."),
    ("It took roughly 2 hours.", "It took 118 minutes."),
    # computed
    ("Mortality fell by 10 points.", "Mortality fell from 40% to 30%."),
    ("Mortality fell by a quarter.", "Mortality fell from 40% to 30%."),
    ("Throughput doubled.", "Throughput rose from 50 to 100 frames per second."),
    # names and years are no quantities
    ("LLaMA-3 was tested against COVID-19 news.", "LLaMA-3 was tested against news of COVID-19 in 2021."),
    ("ResNet-50 was trained on CIFAR-10 in 2D.", "ResNet-50 in 2D was trained on CIFAR-10."),
    ("It is the number one cause of death.", "It is the leading cause of death."),
    ("The method is known [2] and robust.", "The method is known and robust."),
]

OTHER = [
    ("Inference takes 1.5 ms.", "Inference takes 1.5 s."),
    ("Training lasted three weeks.", "Training lasted 14 days."),
    ("The model fits in 2 GB.", "The model fits in 200 MB."),
    ("The network has 7B parameters.", "The network has 70 billion parameters."),
    ("Half of the participants recovered.", "40% of the participants recovered."),
    ("Two thirds of the mice survived.", "A third of the mice survived."),
    ("Accuracy rose by 3 percentage points.", "Accuracy rose by 3%."),
    ("More than 80% of them recovered.", "75% of them recovered."),
    ("Nearly half of them recovered.", "30% of them recovered."),
    ("Throughput tripled.", "Throughput doubled."),
    ("The rate was 1e-3.", "The rate was $10^{-4}$."),
    ("The dose was 5 mg.", "The dose was 5 µg."),
    ("Mortality fell by 20 points.", "Mortality fell from 40% to 30%."),
    ("At least 8 trials showed it.", "5 trials showed it."),
    ("The energy is 1.2 eV.", "The energy is −1.2 eV."),
    ("The chip draws 5 MW.", "The chip draws 5 mW."),
]


@pytest.mark.parametrize(("claim", "source"), SAME)
def test_the_same_said_otherwise(claim: str, source: str) -> None:
    assert told(claim, source).outcome != "failed", told(claim, source)


@pytest.mark.parametrize(("claim", "source"), OTHER)
def test_another_quantity(claim: str, source: str) -> None:
    assert told(claim, source).outcome == "failed", told(claim, source)


def test_a_missing_number_is_no_conflict() -> None:
    absent = told("The method cut costs by 12%.", "The method cut costs. It was tried in hospitals.")
    conflict = told("The method cut costs by 12%.", "The method cut costs by 17%. It was tried in hospitals.")
    assert absent.outcome == conflict.outcome == "failed"
    assert (absent.score or 0) > 0.3 > 0.1 >= (conflict.score or 0)
    assert "does not state '12%'" in absent.reason and "17%" in conflict.reason


NUMBERS = st.integers(2, 9_999_999)


@given(NUMBERS)
def test_separators_change_nothing(number: int) -> None:
    forms = [f"{number:,} users", f"{number} users", f"{number:,} users".replace(",", "\u202f")]
    forms += [f"{number:,} users".replace(",", "{,}"), f"{number:,} users".replace(",", "'")]
    found = [quantities(form) for form in forms if not (1900 <= number < 2100)]
    assert all(len(q) == 1 and agree(q[0], found[0][0]) == 1.0 for q in found)


@given(
    st.integers(1, 999), st.sampled_from([("s", "ms", 1000), ("kg", "g", 1000), ("km", "m", 1000), ("h", "min", 60)])
)
def test_a_quantity_is_itself_in_the_smaller_unit(number: int, units: tuple[str, str, int]) -> None:
    large, small, factor = units
    [one], [other] = quantities(f"{number} {large}"), quantities(f"{number * factor} {small}")
    assert agree(one, other) == 1.0
    [wrong] = quantities(f"{number * factor * 2} {small}")
    assert agree(one, wrong) < 0.5


@given(st.integers(1, 9), st.integers(-12, 12))
def test_powers_of_ten_in_every_notation(digit: int, power: int) -> None:
    forms = [
        f"{digit}e{power}",
        rf"${digit} \times 10^{{{power}}}$",
        f"{digit} × 10^{power}",
        rf"{digit}\cdot10^{{{power}}}",
    ]
    raised = str(power).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
    found = [quantities(form) for form in [*forms, f"{digit}×10{raised}"]]
    assert all(len(q) == 1 and agree(q[0], found[0][0]) == 1.0 for q in found), found


@given(st.integers(1, 99))
def test_percent_in_every_notation(number: int) -> None:
    forms = [
        f"{number}%",
        f"{number} %",
        rf"{number}\%",
        f"{number} percent",
        f"{number} per cent",
        f"{number} out of 100",
    ]
    found = [quantities(form) for form in forms]
    assert all(len(q) == 1 and agree(q[0], found[0][0]) == 1.0 for q in found), found


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_offsets_hold_in_any_part_of_any_text(text: str, start: int, end: int) -> None:
    for q in quantities(text, min(start, end), max(start, end)):
        assert text[q.start : q.end] == q.text
