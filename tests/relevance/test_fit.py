"""The fit of a sentence to a question: bounded, the same twice, and not to be had by saying the question again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sovereign_kernel.relevance import Asked, Read, fit
from sovereign_kernel.relevance.needs import absolutes, need_met, states_finding
from sovereign_kernel.relevance.rarity import covered_share, question_words, rarity

QUESTION = Asked("How much does quantization reduce the memory of large language models?", "how_much")
TITLE = "Four-bit quantization of large language models"
ANSWER = "Quantization to four bits reduces the memory of a 7B language model by 71%."
ABSTRACT = f"Large language models need much memory. We study quantization. {ANSWER}"


def one(asked: Asked, sentence: str, title: str = TITLE, abstract: str = ABSTRACT) -> float:
    return fit(asked, [Read(sentence, title, abstract)], ["Large language models need much memory.", sentence])[0]


def test_the_sentence_that_answers_fits_best() -> None:
    assert one(QUESTION, ANSWER) > one(QUESTION, "Large language models need much memory.")
    assert one(QUESTION, ANSWER) > 0.5


@pytest.mark.parametrize(
    ("goal", "title", "sentence"),
    [
        ("How long should pasta be boiled at high altitude?", "PASTA: a backdoor attack", "PASTA reaches 98% success."),
        pytest.param(
            "Does dropout cause cancer?",
            "Dropout in neural networks",
            "Dropout improves the accuracy of cancer grading.",
            marks=pytest.mark.xfail(reason="both words stand in the sentence; that a cause is asked for is not seen"),
        ),
        ("How long is a llama pregnant?", "LLaMA at long context", "LLaMA handles 32k tokens for long documents."),
        pytest.param(
            "Which RAG is best for polishing a car?",
            "RAG for driving",
            "RAG is best for autonomous car manuals.",
            marks=pytest.mark.xfail(reason="two of three words, of other senses, outweigh the missing one"),
        ),
    ],
)
def test_another_sense_of_a_word_does_not_fit(goal: str, title: str, sentence: str) -> None:
    assert one(Asked(goal, "which"), sentence, title, sentence) < 0.5


def test_saying_the_question_again_gains_nothing() -> None:
    stuffed = (
        "How much does quantization reduce the memory of large language models? Quantization memory models reduce."
    )
    assert one(QUESTION, stuffed) <= one(QUESTION, ANSWER)


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["how_much", "why", "compare", "survey", "x"]))
def test_any_text_has_a_probability_and_always_the_same(question: str, sentence: str, kind: str) -> None:
    asked = Asked(question, kind, ("a", "b"))
    found = fit(asked, [Read(sentence, "", "")], [])
    assert 0 <= found[0] <= 1
    assert found == fit(asked, [Read(sentence, "", "")], [])


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_share_of_words_is_a_share(question: str, text: str) -> None:
    assert 0 <= covered_share(question, text) <= 1
    assert covered_share(question, f"{text} {question}") == (1.0 if question_words(question) else 0.0)


@given(st.text(max_size=20))
def test_rarity_is_a_share(word: str) -> None:
    assert 0 <= rarity(word) <= 1


def test_rarity_goes_by_frequency() -> None:
    assert rarity("the") < rarity("accuracy") < rarity("thickener")


@pytest.mark.parametrize(
    ("kind", "sentence", "met"),
    [
        ("how_much", "It reduces errors by 20%.", True),
        ("how_much", "It reduces errors.", False),
        ("how_much", "It is twice as fast.", True),
        ("how_much", "It works at 4 bits.", False),  # the question's own number
        ("conditions", "It helps only on smaller data sets.", True),
        ("conditions", "It helps.", False),
        ("why", "The loss is due to biased retrieval.", True),
        ("whether", "We investigate whether it helps.", False),
        ("whether", "Accuracy increases.", True),
        ("which", "we saw that it was good", False),
        ("survey", "Anything.", None),
    ],
)
def test_each_kind_needs_its_form(kind: str, sentence: str, met: bool | None) -> None:
    assert need_met(kind, (), "How far does it go at 4 bits?", sentence, "") is met


def test_a_comparison_names_both_sides() -> None:
    sides = ("speculative decoding", "beam search")
    assert need_met("compare", sides, "", "Speculative decoding is faster than beam search.", "")
    assert not need_met("compare", sides, "", "Speculative decoding is faster than sampling.", "")


def test_words_that_leave_no_exception() -> None:
    assert absolutes("Why do larger models always hallucinate more than every small one?") == {"always", "every"}
    assert not absolutes("Why do larger models hallucinate?")


def test_what_is_intended_is_no_finding() -> None:
    assert states_finding("We find that it helps.")
    assert not states_finding("To evaluate the effect of X.")
    assert not states_finding("Does it help?")
