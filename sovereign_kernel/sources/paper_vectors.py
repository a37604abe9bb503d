"""Vectors of papers by their texts: those that ship with the embedded corpus, those that a cache folder keeps.

Vectors are kept in int8 (a cosine moves by less than 0.005), and a new one is rounded before its first use, so that the
first search and the second rank alike.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sovereign_kernel.ports import Vectors
from sovereign_kernel.relevance import DIMENSION, encode
from sovereign_kernel.storage.cache_folder import writable

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "vectors.npz"
"""`keys`: uint64, (n,), of the corpus's texts in its order; `vectors`: int8, (n, 384). bench/corpus_vectors.py."""
_FILE = "paper-vectors-1.sqlite"  # goes up when the encoder changes
_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
_AT_ONCE = 64  # texts between two writes, so that what is interrupted is not lost
Packed = NDArray[np.int8]


class PaperVectors:
    """A cache that can fail without harm: what cannot be read is encoded, what cannot be written is forgotten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), 384), in order."""
        keys = [key_of(text) for text in texts]
        found = _shipped_among(keys)
        found |= self._kept([key for key in keys if key not in found])
        wanted = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        for part in _parts(list(wanted.items())):
            new = dict(zip([key for key, _ in part], pack(encode([text for _, text in part])), strict=True))
            self._keep(new)
            found |= new
        return unpack(np.array([found[key] for key in keys], np.int8).reshape(len(keys), DIMENSION))

    def _kept(self, keys: Sequence[bytes]) -> dict[bytes, Packed]:
        found: dict[bytes, Packed] = {}
        with contextlib.suppress(sqlite3.DatabaseError, OSError), self._open() as store:
            for key in keys:
                row = store.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
                if row and isinstance(row[0], bytes) and len(row[0]) == DIMENSION:
                    found[key] = np.frombuffer(row[0], np.int8)
        return found

    def _keep(self, new: dict[bytes, Packed]) -> None:
        rows = [(key, vector.tobytes()) for key, vector in new.items()]
        try:
            with self._open() as store:
                store.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
                store.commit()
        except sqlite3.OperationalError:
            pass  # busy or not writable
        except sqlite3.DatabaseError:  # damaged: removed, and made anew by the next search
            self._path.unlink(missing_ok=True)
        except OSError:
            pass

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30)) as store:
            store.execute("PRAGMA journal_mode=WAL")
            store.execute("PRAGMA synchronous=NORMAL")
            store.execute(_SCHEMA)
            yield store

    @cached_property
    def _path(self) -> Path:
        return writable(self._folder) / _FILE


def key_of(text: str) -> bytes:
    """Eight bytes of a text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8]


def pack(vectors: Vectors) -> Packed:
    """int8: each vector scaled so that its largest component is 127."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0.0)
    packed: Packed = np.rint(vectors * (127 / np.maximum(largest, 1e-12))).astype(np.int8)
    return packed


def unpack(packed: Packed) -> Vectors:
    """Unit vectors again; zeros stay zeros."""
    vectors: Vectors = packed.astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
    return vectors


@cache
def shipped() -> Vectors:
    """The embedded corpus's vectors in its order, shape (n, 384); (0, 384) when the installation lacks them."""
    return unpack(_shipped()[1])


@cache
def _shipped() -> tuple[dict[bytes, int], Packed]:
    if not SHIPPED.is_file():
        return {}, np.zeros((0, DIMENSION), np.int8)
    with np.load(SHIPPED, allow_pickle=False) as file:
        keys, vectors = file["keys"], file["vectors"]
    return {key.tobytes(): row for row, key in enumerate(keys.astype("<u8"))}, vectors


def _shipped_among(keys: Sequence[bytes]) -> dict[bytes, Packed]:
    rows, vectors = _shipped()
    return {key: vectors[rows[key]] for key in keys if key in rows}


def _parts(pairs: list[tuple[bytes, str]]) -> Iterator[list[tuple[bytes, str]]]:
    for at in range(0, len(pairs), _AT_ONCE):
        yield pairs[at : at + _AT_ONCE]
