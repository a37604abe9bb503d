"""An embedder without model, key or network: hashed words and letter n-grams. Deterministic on every machine.

Feature hashing with signs (Weinberger et al. 2009), so inner products of vectors estimate those of the features.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

import numpy as np

from sovereign_kernel.embeddings.chunks import unit
from sovereign_kernel.ports import Vectors

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")


class OfflineEmbedder:
    """ports.Embedder: 1,024 dimensions. Passages and queries are treated alike; no text is too long."""

    provider = "offline"
    model = "hashed-ngrams-1"
    dimension = 1024

    def embed(self, texts: Sequence[str], kind: Literal["passage", "query"]) -> Vectors:
        """See ports.Embedder.embed. A text without a word has the zero vector: it is similar to nothing."""
        sums = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(sums, texts, strict=True):
            for feature, count in Counter(_features(text)).items():
                place, sign = _place(feature)
                row[place] += sign * (1.0 + np.log(count))
        return unit(sums)


def _features(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.casefold()):
        yield word
        padded = f"<{word}>"
        for i in range(len(padded) - 3):
            yield padded[i : i + 4]


@lru_cache(maxsize=1 << 17)
def _place(feature: str) -> tuple[int, float]:
    digest = int.from_bytes(hashlib.blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
    return digest % OfflineEmbedder.dimension, 1.0 if digest >> 63 else -1.0
