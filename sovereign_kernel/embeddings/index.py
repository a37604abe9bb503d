"""Vectors of passages and claims in FAISS, with the model that made them beside them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sovereign_kernel.errors import IndexMismatch
from sovereign_kernel.ports import Vectors
from sovereign_kernel.storage.plain_files import open_plain, write_plain

VECTORS = "vectors.faiss"
MANIFEST = "manifest.json"
_REBUILD = "delete that folder; the next run builds it again"


@dataclass(frozen=True)
class Manifest:
    """What the vectors are of: `texts_sha256` binds them to the texts (see `hash_texts`), `keys` name them in order."""

    provider: str
    model: str
    dimension: int
    texts_sha256: str
    vectors_sha256: str
    keys: tuple[str, ...]


def hash_texts(texts: Sequence[str]) -> str:
    """SHA-256 over the texts in order, each with its length before it."""
    digest = hashlib.sha256()
    for text in texts:
        encoded = text.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


class PassageIndex:
    """Inner products of unit vectors: exact, in memory. Searching is thread safe; an index never changes."""

    def __init__(self, index: Any, keys: Sequence[str], *, provider: str, model: str, texts_sha256: str) -> None:
        self._index, self._keys = index, tuple(keys)
        self.provider, self.model, self.texts_sha256 = provider, model, texts_sha256
        self.dimension: int = index.d

    def __len__(self) -> int:
        return len(self._keys)

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        keys: Sequence[str],
        model: str,
        dimension: int,
        *,
        provider: str = "",
        texts_sha256: str = "",
    ) -> PassageIndex:
        """`vectors`: unit rows, shape (len(keys), dimension). Raises IndexMismatch on another shape or doubled keys."""
        if vectors.shape != (len(keys), dimension):
            raise IndexMismatch(
                f"{vectors.shape} vectors do not fit {len(keys)} keys of {dimension} dimensions",
                help=f"embed the texts again with {model}",
            )
        if len(set(keys)) != len(keys):
            raise IndexMismatch("two texts have the same key", help="give every text its own key")
        faiss = _faiss()
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.arange(len(keys), dtype=np.int64))
        return cls(index, keys, provider=provider, model=model, texts_sha256=texts_sha256)

    def search(self, vectors: Vectors, k: int) -> list[list[tuple[str, float]]]:
        """For every row of `vectors`, the `k` nearest (key, inner product), best first; fewer when there are fewer."""
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise IndexMismatch(
                f"the index holds {self.dimension} dimensions, the query has {vectors.shape}",
                help=f"embed the query with {self.model}, which made the index",
            )
        k = min(k, len(self))
        if k < 1 or not len(vectors):
            return [[] for _ in vectors]
        scores, ids = self._index.search(np.ascontiguousarray(vectors, np.float32), k)
        return [
            [(self._keys[i], float(score)) for score, i in zip(row, found, strict=True) if i >= 0]
            for row, found in zip(scores, ids, strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Writes vectors, then the manifest that names their hash, each atomically: a cut save is found by `load`."""
        stored: bytes = _faiss().serialize_index(self._index).tobytes()
        manifest = {
            "provider": self.provider,
            "model": self.model,
            "dimension": self.dimension,
            "texts_sha256": self.texts_sha256,
            "vectors_sha256": hashlib.sha256(stored).hexdigest(),
            "keys": list(self._keys),
        }
        write_plain(folder.parent, f"{folder.name}/{VECTORS}", stored)
        write_plain(folder.parent, f"{folder.name}/{MANIFEST}", json.dumps(manifest, indent=1).encode())

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        model: str | None = None,
        provider: str | None = None,
        dimension: int | None = None,
        texts_sha256: str | None = None,
    ) -> PassageIndex:
        """The index that was saved. Raises IndexMismatch where it is cut, or not of what is asked for."""
        manifest = _manifest(folder)
        wanted = {"model": model, "provider": provider, "dimension": dimension, "texts_sha256": texts_sha256}
        for name, value in wanted.items():
            if value is not None and value != getattr(manifest, name):
                raise IndexMismatch(
                    f"the index in {folder} has {name} {getattr(manifest, name)!r}, and {value!r} is asked for",
                    help=f"go on with {manifest.model!r}, or {_REBUILD}",
                )
        try:
            stored = _read(folder, VECTORS)
        except OSError as exc:
            raise IndexMismatch(f"the index in {folder} cannot be read: {exc.strerror}", help=_REBUILD) from exc
        if hashlib.sha256(stored).hexdigest() != manifest.vectors_sha256:
            raise IndexMismatch(f"the vectors in {folder} are cut or changed", help=_REBUILD)
        index = _faiss().deserialize_index(np.frombuffer(stored, np.uint8))
        if index.d != manifest.dimension or index.ntotal != len(manifest.keys):
            raise IndexMismatch(f"the vectors in {folder} do not fit their manifest", help=_REBUILD)
        return cls(
            index,
            manifest.keys,
            provider=manifest.provider,
            model=manifest.model,
            texts_sha256=manifest.texts_sha256,
        )


def _manifest(folder: Path) -> Manifest:
    try:
        fields = json.loads(_read(folder, MANIFEST))
        manifest = Manifest(**fields | {"keys": tuple(fields["keys"])})
    except OSError as exc:
        raise IndexMismatch(f"there is no readable index in {folder}: {exc.strerror}", help=_REBUILD) from exc
    except (ValueError, TypeError, KeyError) as exc:
        raise IndexMismatch(f"the index manifest in {folder} is cut or changed", help=_REBUILD) from exc
    return manifest


def _read(folder: Path, name: str) -> bytes:
    with os.fdopen(open_plain(folder.parent, f"{folder.name}/{name}"), "rb") as file:
        return file.read()


def _faiss() -> Any:
    import faiss

    faiss.omp_set_num_threads(1)  # on two cores one thread answered 20k x 1024 in 8.7 ms, two in 49 ms
    return faiss
