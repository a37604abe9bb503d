from sovereign_kernel.records import Claim, Passage, Quote
from sovereign_kernel.verification import KernelVerifier
from sovereign_kernel.verification.across import evidence_across


def claim(id: str, text: str, paper: str = "A") -> Claim:
    return Claim(id=id, text=text, paper_id=paper, quote=Quote(text=text, start=0, end=len(text)))


def passage(text: str, paper: str = "B") -> Passage:
    return Passage(paper_id=paper, text=text, start=0, end=len(text))


STATED = "Post-training quantization of language models reduces their accuracy on arithmetic reasoning."
SAME = "Quantization of language models after training reduces accuracy on arithmetic reasoning."
TURNED = "Post-training quantization of language models improves their accuracy on arithmetic reasoning."


def test_support_and_contradiction_carry_quotes() -> None:
    found = evidence_across([claim("c1", STATED)], {"c1": [passage(STATED), passage(TURNED, "C")]}, KernelVerifier())
    assert [source.paper_id for source in found.also["c1"]] == ["B"]
    [against] = found.contradictions
    assert (against.claim_id, against.other_paper_id, against.other_quote.text) == ("c1", "C", TURNED)
    assert "improves" in against.reason or "reduces" in against.reason


def test_a_claims_own_paper_says_nothing_new() -> None:
    found = evidence_across([claim("c1", STATED)], {"c1": [passage(TURNED, "A")]}, KernelVerifier())
    assert found.also == {} and found.contradictions == ()


def test_different_systems_do_not_contradict_each_other() -> None:
    one = claim("c1", "FooNet reaches an accuracy of 81.2% on ImageNet classification.")
    others = [
        passage("BarNet reaches an accuracy of 84.9% on ImageNet classification."),
        passage("Our method does not improve the accuracy of ImageNet classification."),
        passage("We show that accuracy on ImageNet decreases."),
    ]
    found = evidence_across([one], {"c1": others}, KernelVerifier())
    assert found.also == {} and found.contradictions == ()


def test_two_claims_against_each_other_are_told_once() -> None:
    both = [claim("c1", STATED, "A"), claim("c2", TURNED, "B")]
    found = evidence_across(both, {"c1": [passage(TURNED, "B")], "c2": [passage(STATED, "A")]}, KernelVerifier())
    [against] = found.contradictions
    assert {against.claim_id, against.other_claim_id} == {"c1", "c2"}
