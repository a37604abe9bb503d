"""A claim of several facts: split with care, judged one by one, the verdict that of the weakest."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sovereign_kernel.pipeline.checking import answer
from sovereign_kernel.ports import Entailment, EntailmentPair
from sovereign_kernel.records import Probabilities, Verification
from sovereign_kernel.verification import KernelVerifier
from sovereign_kernel.verification.facts import split_facts


def texts(claim: str) -> list[str]:
    return [fact.text for fact in split_facts(claim)]


@pytest.mark.parametrize(
    ("claim", "facts"),
    [
        ("It reduced pain. It had no side effects.", ["It reduced pain.", "It had no side effects."]),
        (
            "The method reduces memory use and increases throughput.",
            ["The method reduces memory use", "The method increases throughput."],
        ),
        (
            "The drug lowered mortality by 12%, but it raised the risk of stroke.",
            ["The drug lowered mortality by 12%", "it raised the risk of stroke."],
        ),
        (
            "Accuracy rose from 71% to 83% while latency fell by half.",
            ["Accuracy rose from 71% to 83%", "latency fell by half."],
        ),
        ("BERT and ELMo reach 90 and 80 points, respectively.", ["BERT reach 90", "ELMo reach 80 points"]),
        ("It reaches 90 and 80 on MNLI and QQP, respectively.", ["It reaches 90 on MNLI", "It reaches 80 on QQP"]),
        (
            "The model was trained on text and evaluated on images.",
            ["The model was trained on text", "The model was evaluated on images."],
        ),
    ],
)
def test_what_is_split(claim: str, facts: list[str]) -> None:
    assert texts(claim) == facts


@pytest.mark.parametrize(
    "claim",
    [
        "FooNet beats BarNet and BazNet on GLUE.",
        "Costs and needs rose.",
        "We show that A reduces X and increases Y.",
        "The encoder is small and fast.",
        "This approach not only enhances recall but also improves inference efficiency.",
        "It runs on phones, reducing cost and improving privacy.",
        "Three changes (a mask, a scale, and a shift) were made.",
        "",
        "It is fast.",
    ],
)
def test_what_is_left_whole(claim: str) -> None:
    assert texts(claim) == [claim]


@given(st.text(st.sampled_from([*list("abc .,;"), "and ", "reduces ", "It ", "is ", "respectively "]), max_size=80))
def test_pieces_lie_in_the_claim(claim: str) -> None:
    for fact in split_facts(claim):
        assert fact.text == " ".join(claim[a:b] for a, b in fact.pieces)
        for at in range(len(fact.text)):
            place = fact.place(at, at + 1)
            assert place is None or claim[slice(*place)] == fact.text[at]


SOURCE = "The diet reduced pain by 30%. Side effects were more common in the diet group. The trial ran for two years."


class Words:
    """An engine that believes what stands in its evidence, and denies what "no" stands before."""

    name = "words"

    def __init__(self) -> None:
        self.calls = 0

    def judge(self, pairs: list[EntailmentPair]) -> tuple[Entailment, ...]:
        self.calls += 1
        return tuple(self._one(pair) for pair in pairs)

    def _one(self, pair: EntailmentPair) -> Entailment:
        there = " ".join(pair.evidence).lower()
        known = [word for word in pair.claim.lower().rstrip(".").split() if word in there]
        share = len(known) / len(pair.claim.split())
        if " no " in pair.claim:
            return Entailment(Probabilities(SUPPORTED=0.02, REFUTED=0.96, NOT_ENOUGH_INFO=0.02), (0,))
        if share > 0.9:
            return Entailment(Probabilities(SUPPORTED=0.96, REFUTED=0.02, NOT_ENOUGH_INFO=0.02), (0,))
        return Entailment(Probabilities(SUPPORTED=0.02, REFUTED=0.02, NOT_ENOUGH_INFO=0.96), (0,))


def judged(claim: str) -> Verification:
    return KernelVerifier(Words()).verify(claim, SOURCE)


def test_the_easier_half_does_not_carry_the_claim() -> None:
    found = judged("The diet reduced pain by 30%. The diet had no side effects in the group.")
    assert next(fact.verdict for fact in found.facts) == "SUPPORTED"
    assert found.verdict in {"REFUTED", "PARTIAL"}
    assert "The diet had no side effects in the group." in found.reasons[0]


def test_a_missing_fact_is_partial_and_named() -> None:
    found = judged("The diet reduced pain by 30%. Zebrafish larvae glowed under ultraviolet lamps.")
    assert found.verdict == "PARTIAL"
    assert "Zebrafish" in found.reasons[0] and "does not state" in found.reasons[0]
    assert [fact.verdict for fact in found.facts] == ["SUPPORTED", "NOT_ENOUGH_INFO"]
    assert found.probabilities is not None and found.confidence == found.probabilities.NOT_ENOUGH_INFO
    shown = json.loads(json.dumps(answer(found)))
    assert [fact["verdict"] for fact in shown["facts"]] == ["SUPPORTED", "NOT_ENOUGH_INFO"]


def test_all_facts_of_all_claims_are_asked_at_once() -> None:
    engine = Words()
    KernelVerifier(engine).verify_all([("The diet reduced pain. The trial ran for two years.", SOURCE, None)] * 3)
    assert engine.calls == 1


@given(
    st.lists(
        st.sampled_from([*SOURCE.split(". "), "Zebrafish glow at night.", "It reduced pain."]), min_size=1, max_size=4
    )
)
@settings(max_examples=40, deadline=None)
def test_the_verdict_is_the_weakest_fact(parts: list[str]) -> None:
    claim = " ".join(part.rstrip(".") + "." for part in parts)
    found = KernelVerifier().verify(claim, SOURCE)
    told = [fact.verdict for fact in found.facts] or [found.verdict]
    weakest = "REFUTED" if "REFUTED" in told else "NOT_ENOUGH_INFO" if "NOT_ENOUGH_INFO" in told else "SUPPORTED"
    if weakest == "NOT_ENOUGH_INFO" and "SUPPORTED" in told:
        weakest = "PARTIAL"
    assert found.verdict == weakest
    for check in found.checks:
        for span in check.spans:
            assert (claim if span.where == "claim" else SOURCE)[span.start : span.end] == span.text
    for quote in found.evidence:
        assert SOURCE[quote.start : quote.end] == quote.text
