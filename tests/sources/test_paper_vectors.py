"""Vectors of papers: kept, rounded the same way every time, and a cache that does no harm."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sovereign_kernel.relevance import DIMENSION, encode
from sovereign_kernel.sources import paper_vectors
from sovereign_kernel.sources.paper_vectors import PaperVectors, key_of, pack, unpack

TEXTS = ["Sparse experts\n\nThey are fast.", "Bread\n\nIt rises.", "Sparse experts\n\nThey are fast."]


def test_vectors_are_near_the_encoders_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = PaperVectors(tmp_path).of(TEXTS)
    assert first.shape == (3, DIMENSION) and first.dtype == np.float32
    assert ((first * encode(TEXTS)).sum(axis=1) > 0.999).all()
    monkeypatch.setattr(paper_vectors, "encode", None)
    assert np.array_equal(PaperVectors(tmp_path).of(TEXTS), first)


def test_no_texts(tmp_path: Path) -> None:
    assert PaperVectors(tmp_path).of([]).shape == (0, DIMENSION)


@pytest.mark.parametrize("body", [b"no database" * 900, b""])
def test_a_damaged_cache_is_no_hindrance(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "paper-vectors-1.sqlite").write_bytes(body)
    assert PaperVectors(tmp_path).of(TEXTS).any(axis=1).all()
    assert PaperVectors(tmp_path).of(TEXTS).any(axis=1).all()


def test_a_vector_of_another_size_is_not_used(tmp_path: Path) -> None:
    kept = PaperVectors(tmp_path)
    kept._keep({key_of(TEXTS[0]): np.ones(7, np.int8)})
    assert kept.of(TEXTS).any(axis=1).all()


@given(arrays(np.float32, (3, DIMENSION), elements=st.floats(-1, 1, width=32)))
def test_packing_keeps_the_direction(vectors: np.ndarray) -> None:
    lengths = np.linalg.norm(vectors, axis=1)
    again = unpack(pack(vectors))
    for vector, length, other in zip(vectors, lengths, again, strict=True):
        assert length < 1e-3 or vector @ other / length > 0.99
        assert length > 0 or not other.any()
