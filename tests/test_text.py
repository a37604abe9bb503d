import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.text.sentences import STOP_WORDS, content_words, normalise, split_sentences, words

ALPHABET = st.text(st.sampled_from(list("ab AB.!?\n\t$()1,;'\"-é。\u00a0")), max_size=120) | st.text(max_size=80)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@given(ALPHABET)
def test_spans_are_ordered_disjoint_and_cover_all_but_white_space(text: str) -> None:
    at = 0
    for start, end in split_sentences(text):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We test e.g. Llama and i.e. GPT. It works.", 2),
        ("Following Smith et al. (2020), we train. See Fig. 3 and Eq. 4 for more.", 2),
        ("The rate is 0.95. A gain of 3.2 points.", 2),
        ("A Title Without a Stop\n\nWe do this. We do that.", 3),
        ("We fix $x_i. Y = 2$ here. Then we stop.", 2),
        ("J. Smith and A. B. Jones agree.", 1),
        ("What is truth? Nobody knows! Really...", 3),
        ("It improves accuracy.Then it stops.", 1),
        ("We use trees, graphs, etc. We show gains.", 2),
        ("It beats BERT. vLLM is faster.", 2),
        ("这是第一句。这是第二句。", 2),
        ("(It is so.) We go on.", 2),
        ("", 0),
        (" \n ", 0),
    ],
)
def test_known_cases(text: str, count: int) -> None:
    assert len(sentences(text)) == count, sentences(text)


def test_words_keep_what_names_are_made_of() -> None:
    assert words("GPT-4 isn't state-of-the-art (0.95)") == ("gpt-4", "isn't", "state-of-the-art", "0.95")
    assert "the" in STOP_WORDS
    assert content_words("The model is a success") == ("model", "success")


@given(ALPHABET)
def test_normalise_is_idempotent_and_tidy(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip() and "  " not in once


def test_normalise_joins_forms() -> None:
    assert normalise("State–of\u00a0the  ART") == "state-of the art"
