"""Any LangChain embeddings as ports.Embedder, through their public methods only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from sovereign_kernel.embeddings.chunks import unit
from sovereign_kernel.errors import BadAnswer
from sovereign_kernel.models.langchain import LONGEST_WAIT, PROVIDER, foreign_error, name_of
from sovereign_kernel.models.retry import translate
from sovereign_kernel.ports import Vectors
from sovereign_kernel.transport.deadline import within

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

BATCH = 50


class LangChainEmbedder:
    """ports.Embedder. Thread safe as far as the object is. How long texts are treated is the object's own business."""

    def __init__(
        self,
        embeddings: Embeddings,
        *,
        model: str | None = None,
        provider: str = PROVIDER,
        seconds: float = LONGEST_WAIT,
    ) -> None:
        self.provider, self.model = provider, model or name_of(embeddings)
        self._embeddings, self._seconds = embeddings, seconds

    @cached_property
    def dimension(self) -> int:
        """The vectors' length; asked of the object, once."""
        return len(self._ask(["dimension"], "passage")[0])

    def embed(self, texts: Sequence[str], kind: Literal["passage", "query"]) -> Vectors:
        """See ports.Embedder.embed. A blank text has the zero vector: it is similar to nothing."""
        places = [place for place, text in enumerate(texts) if text.strip()]
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(places), BATCH):
            batch = places[start : start + BATCH]
            vectors[batch] = self._checked(self._ask([texts[place] for place in batch], kind), len(batch))
        return unit(vectors)

    def _ask(self, texts: list[str], kind: Literal["passage", "query"]) -> list[list[float]]:
        def work() -> list[list[float]]:
            if kind == "query":
                return [self._embeddings.embed_query(text) for text in texts]
            return self._embeddings.embed_documents(texts)

        try:
            return within(self._seconds, work)
        except Exception as exc:  # a foreign object may raise anything
            raise translate(
                foreign_error(exc, self._seconds), model=self.model, base_url=f"//{self.provider}", key_name="its key"
            ) from exc

    def _checked(self, rows: object, count: int) -> Vectors:
        try:
            found = np.asarray(rows, np.float64)
        except (ValueError, TypeError):
            found = np.zeros(0)
        if found.shape != (count, self.dimension) or not np.isfinite(found).all():
            raise BadAnswer(
                f"{self.model} gave vectors that cannot be used: {count} of {self.dimension} numbers were expected",
                help="choose other embeddings",
            )
        return found.astype(np.float32)
