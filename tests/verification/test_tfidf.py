from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from sovereign_kernel.verification.tfidf import cosine, grams, likeness, tfidf

VOCABULARY = "alpha beta gamma delta epsilon of the 3d x 42 Größe naïve_it"
WORDS = st.lists(st.sampled_from(VOCABULARY.split(" ")), max_size=14)


@given(WORDS, WORDS)
@settings(max_examples=60)
def test_the_cosine_is_scikit_learns(one: list[str], other: list[str]) -> None:
    a, b = " ".join(one), " ".join(other)
    ours = cosine(grams(a), grams(b))
    try:
        rows = TfidfVectorizer(ngram_range=(1, 2)).fit_transform([a, b])
    except ValueError:  # neither text has a word
        assert ours == 0
        return
    assert ours == pytest.approx(float((rows[0] @ rows[1].T).toarray()[0, 0]), abs=1e-9)


def test_the_check_keeps_both_figures_and_is_no_verdict() -> None:
    check = tfidf(likeness("alpha beta", ["alpha beta"], "alpha beta gamma delta"), 0.15)
    assert check.score == pytest.approx(1.0)
    assert "1.00 with the best window" in check.reason and "whole source" in check.reason
    assert tfidf(likeness("alpha", ["omega"], "omega")).outcome == "failed"
    assert cosine(Counter(), Counter()) == 0
