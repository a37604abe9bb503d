"""Numbers with their nouns, changes with their objects, statements with their sides, causes, baselines, denials."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.records import Check
from sovereign_kernel.verification.evidence import read_pair
from sovereign_kernel.verification.verifier import run_checks

CONVERSE = [
    json.loads(line) for line in (Path(__file__).parent / "cases" / "converse.jsonl").read_text("utf-8").splitlines()
]


def told(claim: str, source: str) -> dict[str, Check]:
    return {check.name: check for check in run_checks(read_pair(claim, source), None, source)}


def failing(claim: str, source: str) -> list[str]:
    return [c.name for c in told(claim, source).values() if c.outcome == "failed" and c.name not in {"tfidf", "words"}]


METRICS = "The model reached 0.94 precision, 0.61 accuracy and 0.80 recall on the test set."
RISE = "Accuracy rose from 71% to 83% after tuning."
GROUPS = "Pain fell by 40% in the treatment group and by 12% in the placebo group."
LISTED = "BERT and ELMo reach 90 and 80 points, respectively."
NAMES = "FooNet (91%) and BarNet (84%) were tested."


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The model reached 0.61 precision and 0.94 accuracy.", METRICS),
        ("Its accuracy was 0.94.", METRICS),
        ("A recall of 0.61 was reached.", METRICS),
        ("Accuracy rose from 83% to 71% after tuning.", RISE),
        ("Pain fell by 12% in the treatment group.", GROUPS),
        ("In the placebo group pain fell by 40%.", GROUPS),
        ("ELMo reaches 90 points.", LISTED),
        ("BERT and ELMo reach 80 and 90 points, respectively.", LISTED),
        ("BarNet reached 91%.", NAMES),
    ],
)
def test_a_number_given_to_another_noun(claim: str, source: str) -> None:
    assert told(claim, source)["binding"].outcome == "failed", told(claim, source)["binding"]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The model reached 0.61 accuracy and 0.94 precision.", METRICS),
        ("Its accuracy was 0.61.", METRICS),
        ("Precision was 0.94, recall 0.80.", METRICS),
        ("After tuning, accuracy rose to 83% from 71%.", RISE),
        ("Accuracy reached 83%.", RISE),
        ("The treatment group had 40% less pain.", GROUPS),
        ("Pain was 12% lower in the placebo group and 40% lower in the treatment group.", GROUPS),
        ("ELMo reaches 80 points and BERT reaches 90.", LISTED),
        ("BarNet reached 84% and FooNet 91%.", NAMES),
    ],
)
def test_a_number_left_with_its_noun(claim: str, source: str) -> None:
    assert told(claim, source)["binding"].outcome != "failed", told(claim, source)["binding"]


@given(st.permutations(["precision", "accuracy", "recall"]))
def test_metrics_may_be_told_in_any_order_but_not_exchanged(order: list[str]) -> None:
    values = {"precision": "0.94", "accuracy": "0.61", "recall": "0.80"}
    right = "The model reached " + ", ".join(f"{values[name]} {name}" for name in order) + "."
    assert told(right, METRICS)["binding"].outcome == "passed"
    wrong = f"The model reached {values[order[0]]} {order[1]}."
    assert told(wrong, METRICS)["binding"].outcome == "failed"


@pytest.mark.parametrize("case", CONVERSE, ids=[case["claim"][:30] for case in CONVERSE])
def test_reported_converses(case: dict[str, str]) -> None:
    assert bool(failing(case["claim"], case["source"])) == (case["want"] == "REFUTED")


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("FooNet beats BarNet.", "BarNet trails FooNet on all tasks."),
        ("FooNet is better than BarNet.", "BarNet is worse than FooNet."),
        ("FooNet is more accurate than BarNet.", "BarNet is less accurate than FooNet."),
        ("Heat causes fatigue.", "Fatigue is caused by heat."),
        ("Heat leads to fatigue.", "Fatigue results from heat."),
        ("The fire preceded the flood.", "The flood followed the fire."),
        ("FooNet surpasses BarNet [2].", "BarNet is surpassed by FooNet."),
        ("FooNet, a small model, outperforms BarNet.", "BarNet falls short of FooNet."),
    ],
)
def test_the_same_statement_from_the_other_side(claim: str, source: str) -> None:
    assert told(claim, source)["sides"].outcome == "passed", told(claim, source)["sides"]
    assert failing(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("BarNet beats FooNet.", "BarNet trails FooNet on all tasks."),
        ("Fatigue causes heat.", "Fatigue is caused by heat."),
        ("BarNet is slower than FooNet.", "BarNet is faster than FooNet."),
        ("The model turns text into speech.", "The model turns speech into text."),
        ("The flood preceded the fire.", "The flood followed the fire."),
    ],
)
def test_exchanged_sides(claim: str, source: str) -> None:
    assert told(claim, source)["sides"].outcome == "failed", told(claim, source)["sides"]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The approach of [2] is one of the oldest of its kind.", "One of the oldest approaches is that of Smith [2]."),
        ("Of all methods, pruning was tried most.", "Pruning was the method that was tried most of all."),
    ],
)
def test_citations_and_of_are_no_relations(claim: str, source: str) -> None:
    assert told(claim, source)["sides"].outcome == "abstained"


MIXED = "Smoothing reduces realism and increases uncertainty in the maps."


@pytest.mark.parametrize(
    ("claim", "fails"),
    [
        ("Smoothing reduces uncertainty in the maps.", True),
        ("Smoothing increases realism.", True),
        ("With smoothing, uncertainty is reduced.", True),
        ("Smoothing reduces realism.", False),
        ("Smoothing raises uncertainty.", False),
        ("With smoothing, uncertainty increased.", False),
    ],
)
def test_a_change_is_bound_to_its_object(claim: str, fails: bool) -> None:
    assert (told(claim, MIXED)["contrast"].outcome == "failed") is fails


@pytest.mark.parametrize(
    ("claim", "source", "fails"),
    [
        ("The planner uses sampling.", "The planner uses search instead of sampling.", True),
        ("The planner uses search.", "The planner uses search instead of sampling.", False),
        ("Training uses labels.", "Training uses images rather than labels.", True),
        ("The drug helped men.", "The drug helped women but not men.", True),
        ("The drug helped women.", "The drug helped women but not men.", False),
        ("The method converges.", "The method fails to converge.", True),
        ("The method does not converge.", "The method fails to converge.", False),
        ("The model runs with supervision.", "The model runs without supervision.", True),
        ("The tool is maintained.", "The tool is no longer maintained.", True),
        (
            "Vaccination isn't linked to infertility.",
            "No association between vaccination and infertility was found.",
            False,
        ),
        ("The filter is not effective.", "The filter is ineffective.", False),
        ("The groups did not differ in mortality.", "Mortality was similar in both groups.", False),
    ],
)
def test_denials_by_construction(claim: str, source: str, fails: bool) -> None:
    assert (told(claim, source)["polarity"].outcome == "failed") is fails, told(claim, source)["polarity"]


@pytest.mark.parametrize(
    ("claim", "source", "outcome"),
    [
        ("Coffee causes heart disease in women.", "Coffee was associated with heart disease in women.", "failed"),
        ("Coffee leads to heart disease in women.", "Coffee is a risk factor for heart disease in women.", "failed"),
        ("Coffee causes heart disease in women.", "Coffee triggers heart disease in women.", "passed"),
        ("Coffee is linked to heart disease.", "Coffee was associated with heart disease.", "abstained"),
        ("Coffee may cause heart disease in women.", "Coffee was associated with heart disease in women.", "abstained"),
    ],
)
def test_a_cause_made_of_an_association(claim: str, source: str, outcome: str) -> None:
    assert told(claim, source)["causality"].outcome == outcome


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("Latency fell by 20% compared with TensorRT.", "failed"),
        ("Latency fell by 20% compared with vLLM.", "passed"),
        ("Relative to vLLM, latency fell by 20%.", "passed"),
        ("Latency fell by 20% compared with earlier systems.", "abstained"),
        ("Latency fell by 20%.", "abstained"),
    ],
)
def test_another_baseline(claim: str, outcome: str) -> None:
    assert told(claim, "Latency fell by 20% compared to vLLM on long prompts.")["baseline"].outcome == outcome
