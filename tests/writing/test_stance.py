"""Yes and no are read off a sentence only where its words say it of what the question asks about."""

import pytest

from sovereign_kernel.records import Goal
from sovereign_kernel.writing.stance import asked_change, said_in, stance_of

QUESTION = "Does quantisation hurt the accuracy of small language models?"
GOAL = Goal(text=QUESTION, question=QUESTION, kind="whether")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (
            "Our findings reveal that lower bit-widths introduce significant accuracy risks.",
            None,
        ),  # no subject, no title
        ("Existing quantization methods often degrade accuracy.", "yes"),
        ("Quantization does not reduce accuracy.", "no"),
        (
            "Aggressive quantization usually retains acceptable accuracy, though some models show a loss in "
            "performance.",
            "both",
        ),
        ("Our method boosts accuracy of quantized models.", None),
        ("Quantization needs lower bit-widths, and we achieve superior performance.", None),
        ("Existing quantization algorithms aim to eliminate performance degradation.", None),
        ("Quantization has improved memory efficiency.", None),
        ("Does quantization reduce accuracy?", None),
        ("Code for quantization will be made available.", None),
    ],
)
def test_what_a_sentence_says(sentence: str, said: str | None) -> None:
    assert stance_of(GOAL, sentence, "A Study") == said


def test_the_subject_may_stand_in_the_title() -> None:
    sentence = "Lower bit-widths introduce significant accuracy risks."
    assert stance_of(GOAL, sentence, "Quantization Hurts Reasoning") == "yes"
    found = said_in(GOAL, sentence, "Quantization Hurts Reasoning")
    assert found is not None and sentence[found.start : found.end] == "accuracy risks"


def test_questions_of_other_forms_have_no_stance() -> None:
    assert asked_change("How does A work?") is None
    assert stance_of(GOAL.model_copy(update={"kind": "why"}), "Quantization degrades accuracy.", "") is None
