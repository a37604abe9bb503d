"""An embedder without model, key or network: hashed word stems, weighted by rarity. Deterministic on every machine.

Feature hashing with signs (Weinberger et al. 2009), each stem at several places, so that inner products of vectors
estimate those of the features with less noise. Rarity is the inverse document frequency in the embedded corpus; the
table is made by bench/offline_embedder.py, which also measures the result.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sovereign_kernel.embeddings.chunks import unit
from sovereign_kernel.ports import Vectors

BUCKETS = 1 << 16
STEP = 0.04
"""idf of one step of the table; 255 steps reach 10.2."""
IDF = Path(__file__).with_name("idf.bin")

_DIMENSION = 1024
_PLACES = 4
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_ENDING = re.compile(r"(?:ations?|ings?|edly|ed|ies|es|s|ly|ments?|ive|al|ic|ity|e|y)$")
_SHORTEST_STEM = 4


class OfflineEmbedder:
    """ports.Embedder: 1,024 dimensions. Passages and queries are treated alike; no text is too long."""

    provider = "offline"
    model = "hashed-stems-1"
    dimension = _DIMENSION

    def embed(self, texts: Sequence[str], kind: Literal["passage", "query"]) -> Vectors:
        """See ports.Embedder.embed. A text without a word has the zero vector: it is similar to nothing."""
        sums = np.zeros((len(texts), _DIMENSION), np.float64)
        for row, text in zip(sums, texts, strict=True):
            for stem, count in sorted(Counter(stems(text)).items()):
                found = place(stem)
                np.add.at(row, found.columns, found.signs * (STEP * _steps()[found.bucket] * (1.0 + np.log(count))))
        return unit(sums.astype(np.float32))


class Place(NamedTuple):
    """Where a stem goes: `columns` of the vector with their `signs`, and its `bucket` of the idf table."""

    columns: NDArray[np.intp]
    signs: NDArray[np.float64]
    bucket: int


@lru_cache(maxsize=1 << 16)
def place(stem: str) -> Place:
    digest = hashlib.blake2b(stem.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    parts = np.frombuffer(digest, "<u2")
    columns, signs = parts[:_PLACES] % _DIMENSION, np.where(parts[:_PLACES] >> 15, 1.0, -1.0)
    return Place(columns.astype(np.intp), signs, int(parts[-1]))


def stems(text: str) -> Iterator[str]:
    """The words of `text`, in lower case, without common English endings."""
    for word in _WORD.findall(text.casefold()):
        stem = _ENDING.sub("", word)
        yield stem if len(stem) >= _SHORTEST_STEM else word


@cache
def _steps() -> NDArray[np.uint8]:
    return np.frombuffer(zlib.decompress(IDF.read_bytes()), np.uint8)
