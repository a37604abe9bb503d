"""Reasons speak for the verdict under which they stand; a copy is called a copy."""

from __future__ import annotations

import pytest

from sovereign_kernel.records import Check, Quote, Verification
from sovereign_kernel.verification import KernelVerifier
from sovereign_kernel.verification.reasons import VERBATIM, reasons_for

EVIDENCE = (Quote(text="KPMG was not asked.", start=0, end=19),)
CHECKS = (
    Check(name="numbers", outcome="failed", score=0.0, reason="the claim says '5', the source '3'"),
    Check(name="entities", outcome="failed", score=0.1, reason="the source does not name 'KPMG'"),
    Check(
        name="words", outcome="passed", score=0.6, reason="the evidence says 60% of the claim's content words; not 'x'"
    ),
    Check(name="sides", outcome="passed", score=1.0, reason="the same two sides in both, in the same roles"),
    Check(name="entailment", outcome="passed", score=0.9, reason="entailed with 0.90"),
)


def test_support_is_not_explained_by_what_is_missing() -> None:
    told = reasons_for("SUPPORTED", CHECKS, EVIDENCE)
    assert told[0] == "the source says: “KPMG was not asked.”"
    assert not any("does not name" in reason or "the source '3'" in reason for reason in told)


def test_a_refusal_is_not_explained_by_what_fits() -> None:
    told = reasons_for("REFUTED", CHECKS, EVIDENCE)
    assert told[0] == "the claim says '5', the source '3'"
    assert not any("same two sides" in reason or "entailed" in reason for reason in told)


def test_silence_is_explained_by_what_is_not_said() -> None:
    told = reasons_for("NOT_ENOUGH_INFO", CHECKS, EVIDENCE)
    assert "the source does not name 'KPMG'" in told and told[-1].startswith("the nearest")
    assert not any("the source '3'" in reason or "same two sides" in reason for reason in told)


@pytest.mark.parametrize("verdict", ["SUPPORTED", "REFUTED", "NOT_ENOUGH_INFO"])
def test_there_is_always_a_reason(verdict: str) -> None:
    assert verdict == "SUPPORTED" or reasons_for(verdict, (), ())  # type: ignore[arg-type]


SOURCE = "We study nets. FooNet outperforms BERT by 3.5% on ImageNet."


def test_a_copy_is_called_verbatim() -> None:
    found = KernelVerifier().verify("FooNet outperforms BERT by 3.5% on ImageNet", SOURCE)
    assert found.verbatim and found.verdict == "SUPPORTED" and found.reasons[0] == VERBATIM
    assert not KernelVerifier().verify("FooNet surpasses BERT by 3.5% on ImageNet.", SOURCE).verbatim


def test_older_verifications_load_and_new_fields_are_left_out_when_empty() -> None:
    old = Verification.model_validate({"verdict": "SUPPORTED", "checks": [{"name": "sides", "outcome": "passed"}]})
    assert old.facts == () and not old.verbatim
    assert {"facts", "verbatim"}.isdisjoint(old.model_dump(mode="json"))
