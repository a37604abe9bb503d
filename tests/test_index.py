"""The index finds what is nearest, and refuses what is not its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.embeddings.chunks import unit
from sovereign_kernel.embeddings.index import MANIFEST, VECTORS, PassageIndex, hash_texts
from sovereign_kernel.errors import IndexMismatch
from sovereign_kernel.ports import Vectors


def rows(count: int, dimension: int = 8, seed: int = 0) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32))


def build(count: int = 5) -> PassageIndex:
    keys = [f"k{i}" for i in range(count)]
    return PassageIndex.build(rows(count), keys, "a-model", 8, provider="offline", texts_sha256=hash_texts(keys))


@given(count=st.integers(0, 30), k=st.integers(0, 40), seed=st.integers(0, 9))
def test_search_is_the_exact_ranking_without_padding(count: int, k: int, seed: int) -> None:
    vectors, queries = rows(count, seed=seed), rows(3, seed=seed + 100)
    index = PassageIndex.build(vectors, [str(i) for i in range(count)], "m", 8)
    for query, found in zip(queries, index.search(queries, k), strict=True):
        assert len(found) == min(k, count)
        expected = np.sort(vectors @ query)[::-1][:k]
        assert np.allclose([score for _, score in found], expected, atol=1e-5)
        assert all(np.isclose(vectors[int(key)] @ query, score, atol=1e-5) for key, score in found)


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    index = build()
    index.save(tmp_path / "index")
    loaded = PassageIndex.load(tmp_path / "index", model="a-model", provider="offline", dimension=8)
    assert loaded.search(rows(2), 3) == index.search(rows(2), 3)
    assert len(loaded) == 5 and loaded.texts_sha256 == index.texts_sha256


@pytest.mark.parametrize(
    "asked", [{"model": "b"}, {"provider": "nim"}, {"dimension": 9}, {"texts_sha256": "0"}], ids=lambda a: next(iter(a))
)
def test_vectors_of_something_else_are_refused(asked: dict[str, object], tmp_path: Path) -> None:
    build().save(tmp_path)
    with pytest.raises(IndexMismatch, match=next(iter(asked))) as caught:
        PassageIndex.load(tmp_path, **asked)  # type: ignore[arg-type]
    assert caught.value.help


@pytest.mark.parametrize("name", [VECTORS, MANIFEST])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_cut_file_is_told(name: str, share: float, tmp_path: Path) -> None:
    build().save(tmp_path)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(IndexMismatch, match="cut or changed"):
        PassageIndex.load(tmp_path)


@pytest.mark.parametrize("name", [VECTORS, MANIFEST])
def test_a_missing_file_is_told(name: str, tmp_path: Path) -> None:
    build().save(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(IndexMismatch, match="read"):
        PassageIndex.load(tmp_path)


def test_wrong_shapes_and_doubled_keys() -> None:
    for vectors, keys in ((rows(3, 7), "abc"), (rows(2), "abc"), (rows(3), "aab")):
        with pytest.raises(IndexMismatch):
            PassageIndex.build(vectors, list(keys), "m", 8)
    with pytest.raises(IndexMismatch, match="8 dimensions"):
        build().search(rows(1, 7), 1)


def test_text_hashes_keep_texts_apart() -> None:
    assert hash_texts(["ab", "c"]) != hash_texts(["a", "bc"]) != hash_texts(["abc"])
