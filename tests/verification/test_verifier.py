import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sovereign_kernel.ports import Entailment, EntailmentPair
from sovereign_kernel.records import Probabilities, Quote
from sovereign_kernel.verification import KernelVerifier

SOURCE = "Fast Nets\n\nFooNet outperforms BERT by 3.5% on ImageNet. It needs no labels. Training takes two days."
VERIFIER = KernelVerifier()


@given(st.text(max_size=80), st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_it(claim: str, source: str) -> None:
    found = VERIFIER.verify(claim, source)
    assert found.probabilities is not None
    shares = found.probabilities.model_dump()
    assert sum(shares.values()) == pytest.approx(1.0)
    weakest = "NOT_ENOUGH_INFO" if found.verdict == "PARTIAL" else found.verdict
    assert shares[weakest] == max(shares.values()) == found.confidence
    for quote in found.evidence:
        assert source[quote.start : quote.end] == quote.text


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        ("", SOURCE, "claim is empty"),
        ("A claim.", " \n", "source is empty"),
        ("A claim that never ends. " * 100, SOURCE, "one by one"),
        ("12 %", SOURCE, "claim holds no words"),
        ("A claim.", "PK\x00\x01" * 50, "source is not text"),
        ("快速网络优于基线", SOURCE, "script"),
        ("A claim.", "快速网络优于基线。", "script"),
    ],
)
def test_what_cannot_be_judged_says_why(claim: str, source: str, reason: str) -> None:
    found = VERIFIER.verify(claim, source)
    assert found.verdict == "NOT_ENOUGH_INFO"
    assert reason in found.reasons[0]


def test_verdicts_evidence_and_reasons() -> None:
    sound = VERIFIER.verify("FooNet outperforms BERT by 3.5% on ImageNet.", SOURCE)
    assert sound.verdict == "SUPPORTED"
    assert [quote.text for quote in sound.evidence] == ["FooNet outperforms BERT by 3.5% on ImageNet."]
    wrong = VERIFIER.verify("FooNet outperforms BERT by 5.5% on ImageNet.", SOURCE)
    assert wrong.verdict == "REFUTED"
    assert "5.5" in wrong.reasons[0] and "3.5" in wrong.reasons[0]
    assert VERIFIER.verify("Cats sleep through most of the day.", SOURCE).verdict == "NOT_ENOUGH_INFO"


def test_similarity_alone_is_no_support_and_its_lack_no_refusal() -> None:
    turned = VERIFIER.verify("BERT outperforms FooNet by 3.5% on ImageNet.", SOURCE)
    assert (turned.tfidf or 0) > 0.5 and turned.verdict != "SUPPORTED"
    strict = KernelVerifier(tfidf_threshold=1.0).verify("FooNet outperforms BERT by 3.5% on ImageNet.", SOURCE)
    assert strict.verdict == "SUPPORTED"
    assert next(check for check in strict.checks if check.name == "tfidf").outcome in {"failed", "passed"}


def test_many_are_judged_as_each_alone_and_in_order() -> None:
    quote = Quote(text="It needs no labels.", start=0, end=19)
    pairs = [("It needs labels.", SOURCE, None), ("", SOURCE, None), ("It needs no labels.", SOURCE, quote)]
    assert VERIFIER.verify_all(pairs) == tuple(VERIFIER.verify(*pair) for pair in pairs)


def test_a_very_long_source_is_read() -> None:
    source = "Filler words go on and on here. " * 40_000 + "FooNet outperforms BERT by 3.5% on ImageNet."
    assert VERIFIER.verify("FooNet outperforms BERT by 3.5% on ImageNet.", source).verdict == "SUPPORTED"
    assert VERIFIER.verify("FooNet wins.", "word " * 200_000).verdict != "SUPPORTED"


class Certain:
    """An engine that says the same of every pair."""

    name = "certain"

    def __init__(self, supported: float, refuted: float) -> None:
        self.said = Probabilities(SUPPORTED=supported, REFUTED=refuted, NOT_ENOUGH_INFO=1 - supported - refuted)
        self.asked: list[EntailmentPair] = []

    def judge(self, pairs: list[EntailmentPair]) -> tuple[Entailment, ...]:
        self.asked += pairs
        return tuple(Entailment(self.said, (0,), "it says so") for _ in pairs)


def test_an_engine_is_asked_once_for_all_and_shown() -> None:
    engine = Certain(0.9, 0.05)
    claims = ["FooNet outperforms BERT by 3.5% on ImageNet.", "", "Training takes two days."]
    found = KernelVerifier(engine).verify_all([(claim, SOURCE, None) for claim in claims])
    assert [pair.claim for pair in engine.asked] == [claims[0], claims[2]]
    assert all(sentence in SOURCE for pair in engine.asked for sentence in pair.evidence)
    assert found[0].checks[-1].name == "entailment" and "it says so" in found[0].checks[-1].reason


def test_an_engines_word_does_not_outweigh_a_wrong_number() -> None:
    found = KernelVerifier(Certain(0.8, 0.1)).verify("FooNet outperforms BERT by 5.5% on ImageNet.", SOURCE)
    assert found.verdict != "SUPPORTED"
