import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sovereign_kernel.records import Check
from sovereign_kernel.verification.evidence import read_pair
from sovereign_kernel.verification.features import features
from sovereign_kernel.verification.verifier import run_checks

SOURCE = (
    "Fast Nets\n\nWe propose FooNet, a convolutional model. FooNet significantly outperforms BERT by 3.5% on ImageNet "
    "while requiring 10x fewer parameters. Quantization may reduce accuracy on some tasks. The encoder does not need "
    "labels. It converts speech to text in 12 ms. Large Language Models (LLMs) were released in 2023."
)
WORDS = [*SOURCE.split()[3:40], "not", "all", "without", "2021"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=15).map(" ".join) | st.text(max_size=60)


def checks(claim: str, source: str = SOURCE) -> dict[str, Check]:
    return {check.name: check for check in run_checks(read_pair(claim, source), None, source)}


@given(TEXT, TEXT)
@settings(max_examples=150, deadline=None)
def test_every_signal_is_bounded_and_points_at_words(claim: str, source: str) -> None:
    pair = read_pair(claim, source)
    found = run_checks(pair, None, source)
    for check in found:
        assert (check.score is None) == (check.outcome == "abstained")
        assert check.score is None or 0 <= check.score <= 1
        assert check.reason
        for span in check.spans:
            assert (claim if span.where == "claim" else source)[span.start : span.end] == span.text
    values = features(pair, found)
    assert all(abs(value) < 10 for value in values.values())
    assert list(values) == list(features(pair, found))


@given(st.sampled_from(SOURCE.split(". ")[1:]))
def test_a_copied_sentence_fails_no_check(sentence: str) -> None:
    assert not [check for check in checks(sentence).values() if check.outcome == "failed"]


@pytest.mark.parametrize(
    ("claim", "signal"),
    [
        ("FooNet outperforms BERT by 4.5% on ImageNet.", "numbers"),
        ("FooNet outperforms BERT by 3.5 percentage points on ImageNet.", "numbers"),
        ("It converts speech to text in 12 s.", "numbers"),
        ("FooNet does not outperform BERT by 3.5% on ImageNet.", "polarity"),
        ("The encoder does need labels.", "polarity"),
        ("Quantization may increase accuracy on some tasks.", "direction"),
        ("FooNet underperforms BERT by 3.5% on ImageNet.", "direction"),
        ("BERT outperforms FooNet by 3.5% on ImageNet.", "sides"),
        ("FooNet is outperformed by BERT on ImageNet.", "sides"),
        ("It converts text to speech in 12 ms.", "sides"),
        ("FooNet significantly outperforms RoBERTa by 3.5% on ImageNet.", "entities"),
        ("FooNet significantly outperforms BERT by 3.5% on CIFAR.", "entities"),
        ("Quantization may reduce accuracy on all tasks.", "scope"),
        ("Quantization reduces accuracy on some tasks.", "scope"),
        ("Large Language Models were released in 2021.", "time"),
    ],
)
def test_a_planted_falsehood_fails_its_check(claim: str, signal: str) -> None:
    assert checks(claim)[signal].outcome == "failed", checks(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "The authors report that FooNet outperforms BERT by 3.5 percent on ImageNet.",
        "BERT is significantly outperformed by FooNet on ImageNet.",
        "FooNet requires 10 times fewer parameters.",
        "LLMs were released in 2023.",
        "Labels are not needed by the encoder.",
    ],
)
def test_a_light_rewrite_fails_no_turning_check(claim: str) -> None:
    found = checks(claim)
    for name in ("numbers", "polarity", "direction", "sides", "entities", "scope", "time"):
        assert found[name].outcome != "failed", found[name]
