"""The relevance of texts to one question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sovereign_kernel.relevance.encoder import encode


class Relevance:
    """Cosines between a question and texts. Deterministic; makes no vector before it is asked."""

    def __init__(self, question: str) -> None:
        self.question = question

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32, shape (len(texts),), each in [-1, 1]; 0 for a blank text. Of unlike texts mostly below 0.3."""
        cosines: NDArray[np.float32] = encode(texts) @ encode([self.question])[0]
        return cosines
