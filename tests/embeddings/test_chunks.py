"""Chunks are the text, whole, in pieces that fit."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.embeddings.chunks import average, chunk, token_bound, unit

TEXTS = st.text(max_size=300) | st.lists(st.text("abcdeXYZ", max_size=40), max_size=40).map(" ".join)


@given(TEXTS, st.integers(8, 40))
def test_pieces_join_to_the_text_and_fit(text: str, limit: int) -> None:
    pieces = chunk(text, limit)
    assert "".join(pieces) == text
    assert all(token_bound(piece) <= limit for piece in pieces)


@given(st.lists(st.sampled_from(["one", "two", "threeee"]), min_size=1, max_size=60), st.integers(8, 30))
def test_words_stay_whole_where_they_can(words: list[str], limit: int) -> None:
    found = [word for piece in chunk(" ".join(words), limit) for word in piece.split()]
    assert found == words


def test_a_short_text_is_one_piece() -> None:
    assert chunk("a short text", 512) == ["a short text"] and chunk("", 512) == []


def test_average_of_pieces_by_owner() -> None:
    rows = np.array([[1, 0], [0, 1], [0, 2]], np.float32)
    means = average(rows, [0, 0, 2], 3)
    assert np.allclose(means, [[2**-0.5, 2**-0.5], [0, 0], [0, 1]])
    assert not unit(np.zeros((2, 3), np.float32)).any()
