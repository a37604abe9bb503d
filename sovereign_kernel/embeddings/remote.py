"""Embeddings from a server: chunked, batched side by side, retried, journaled, checked."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sovereign_kernel.embeddings.batches import BATCH, BatchHabits, is_too_long, memory, smaller
from sovereign_kernel.embeddings.chunks import average, chunk, token_bound
from sovereign_kernel.errors import BadAnswer
from sovereign_kernel.models.limits import Budget, RateLimiter
from sovereign_kernel.models.prices import cost
from sovereign_kernel.models.retry import Next, Persistence, translate
from sovereign_kernel.models.wire import EmbeddingWire, RawVectors, WireError
from sovereign_kernel.ports import Clock, Journal, Ledger, Vectors

PURPOSE = "embeddings"
_SMALLEST = 32
Kind = Literal["passage", "query"]


@dataclass(frozen=True)
class Piece:
    owner: int
    text: str


class RemoteEmbedder:
    """ports.Embedder over any wire. Thread safe. `limit` is the model's longest input in tokens; None is unknown.

    Ledger events: embedding_call (every request), embedding_call_replayed, texts_chunked (texts, pieces).
    """

    def __init__(
        self,
        wire: EmbeddingWire,
        *,
        model: str,
        provider: str,
        ledger: Ledger,
        journal: Journal,
        limiter: RateLimiter,
        clock: Clock,
        patience: float,
        dimension: int | None,
        limit: int | None,
        parallel: int = 8,
        budget: Budget | None = None,
    ) -> None:
        self.provider, self.model = provider, model
        self._wire, self._ledger, self._journal = wire, ledger, journal
        self._line = Persistence(limiter, clock, patience, budget)
        self._declared, self._limit, self._parallel = dimension, limit, parallel
        self._width: int | None = None
        self._texts = self._zeros = 0

    @property
    def dimension(self) -> int:
        """The length of the vectors that came; before any, the model's own, or the server is asked."""
        return self._width or self._declared or self._batch(["dimension"], "passage").shape[1]

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader must know of the vectors."""
        found = []
        if self._declared and self._width not in {None, self._declared}:
            found.append(
                f"The embedding server gave vectors of {self._width} dimensions for {self.model}, which has "
                f"{self._declared}: another model may serve under that name. They were used as they are."
            )
        if self._zeros:
            found.append(
                f"{self._zeros} of {self._texts} texts got a vector of zeros from {self.model}: nothing is similar to "
                "them."
            )
        return tuple(found)

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See ports.Embedder.embed. A blank text has the zero vector: it is similar to nothing."""
        pieces = [Piece(i, part) for i, text in enumerate(texts) if text.strip() for part in self._chunk(text)]
        chunked = len(pieces) - len({piece.owner for piece in pieces})
        if chunked:
            several = sum(token_bound(text) > (self._limit or 0) for text in texts)
            self._record("texts_chunked", texts=several, pieces=several + chunked)
        batches = [pieces[i : i + BATCH] for i in range(0, len(pieces), BATCH)]
        if not batches:
            return np.zeros((len(texts), self.dimension), np.float32)
        with ThreadPoolExecutor(min(self._parallel, len(batches))) as pool:
            found = list(pool.map(lambda batch: self._batch([piece.text for piece in batch], kind), batches))
        widths = {vectors.shape[1] for vectors in found}
        if len(widths) > 1:
            raise BadAnswer(f"{self.model} gave vectors of {sorted(widths)} dimensions", help="choose another model")
        vectors = np.concatenate(found)
        self._texts += len(vectors)
        self._zeros += int((~vectors.any(axis=1)).sum())
        return average(vectors, [piece.owner for piece in pieces], len(texts))

    def _chunk(self, text: str) -> list[str]:
        return [part for part in chunk(text, self._limit) if part.strip()] if self._limit else [text]

    def _batch(self, texts: list[str], kind: Kind) -> Vectors:
        asked = _sha256([self.provider, self.model, self._wire.base_url, kind, texts])
        kept = self._journal.get(asked)
        if kept is not None:
            self._record("embedding_call_replayed", texts_sha256=asked, texts=len(texts))
            self._width = int(kept["dimension"])
            return _unpack(kept)
        habits = memory.of(self._wire.base_url, self.model) or BatchHabits()
        if len(texts) > habits.most:
            vectors = self._in_smaller_batches(texts, kind, habits.most)
        else:
            vectors = self._whole_batch(texts, kind, asked, habits)
        self._journal.put(asked, _pack(vectors))
        return vectors

    def _whole_batch(self, texts: list[str], kind: Kind, asked: str, habits: BatchHabits) -> Vectors:
        """One request; what is refused is sent in smaller batches or pieces; a size that is taken is remembered."""
        try:
            return self._request(texts, kind, asked, habits)
        except WireError as error:
            fewer = smaller(error, len(texts), habits)
            if fewer is not None:
                if fewer.as_text:
                    vectors = self._whole_batch(texts, kind, asked, fewer)
                else:
                    vectors = self._in_smaller_batches(texts, kind, fewer.most)
                self._remember(fewer)
                return vectors
            if is_too_long(error) and any(token_bound(text) > _SMALLEST for text in texts):
                return self._in_smaller_pieces(texts, kind)
            raise translate(
                error,
                model=self.model,
                base_url=self._wire.base_url,
                key_name=self._wire.key_name,
            ) from error

    def _in_smaller_batches(self, texts: list[str], kind: Kind, most: int) -> Vectors:
        batches = [texts[start : start + most] for start in range(0, len(texts), most)]
        return np.concatenate([self._batch(batch, kind) for batch in batches])

    def _remember(self, habits: BatchHabits) -> None:
        """The smallest batch that was needed."""
        before = memory.of(self._wire.base_url, self.model)
        if before is None or (habits.most, not habits.as_text) < (before.most, not before.as_text):
            memory.keep(self._wire.base_url, self.model, habits)

    def _in_smaller_pieces(self, texts: list[str], kind: Kind) -> Vectors:
        """The estimate of tokens was too low for one of these texts: the long ones are halved, and asked again."""
        half = max(_SMALLEST, max(token_bound(text) for text in texts) // 2)
        pieces = [Piece(i, part) for i, text in enumerate(texts) for part in chunk(text, half)]
        self._record("texts_chunked", texts=len({p.owner for p in pieces}), pieces=len(pieces))
        found = [
            self._batch([piece.text for piece in pieces[i : i + BATCH]], kind) for i in range(0, len(pieces), BATCH)
        ]
        return average(np.concatenate(found), [piece.owner for piece in pieces], len(texts))

    def _request(self, texts: list[str], kind: Kind, asked: str, habits: BatchHabits) -> Vectors:
        def record(outcome: str, tokens: int | None, seconds: float, request: int) -> None:
            price = 0.0 if tokens == 0 else cost(self._wire.base_url, self.model, tokens, 0)
            if self._line.budget is not None:
                self._line.budget.spend(tokens, price)
            self._record(
                "embedding_call",
                texts=len(texts),
                texts_sha256=asked,
                kind=kind,
                prompt_tokens=tokens,
                completion_tokens=0,
                seconds=seconds,
                cost=price,
                request=request,
                outcome=outcome,
            )

        def failed(error: WireError, request: int, seconds: float) -> None:
            tokens = 0 if error.fault == "status" else None
            record(f"{error.fault} {error.status or ''}".strip(), tokens, seconds, request)

        def then(error: WireError) -> Next:
            return "give up" if is_too_long(error) or smaller(error, len(texts), habits) else "as usual"

        sent = texts[0] if habits.as_text and len(texts) == 1 else texts
        answered = self._line.send(lambda left: self._send(sent, kind, left), failed, then)
        record("answered", answered.value.prompt_tokens, answered.seconds, answered.attempt)
        vectors = np.asarray(answered.value.rows, np.float32)
        self._width = vectors.shape[1]
        return vectors

    def _send(self, texts: list[str] | str, kind: Kind, left: float) -> RawVectors:
        found = self._wire.send(texts, kind, left)
        widths = sorted({len(row) for row in found.rows})
        if len(widths) > 1:
            raise WireError("malformed", f"vectors of {widths[0]} and of {widths[-1]} dimensions came back together")
        return found

    def _record(self, event: str, **fields: Any) -> None:
        self._ledger.record(event, role=PURPOSE, provider=self.provider, model=self.model, **fields)


def _pack(vectors: Vectors) -> dict[str, Any]:
    stored = base64.b64encode(vectors.astype("<f4").tobytes()).decode("ascii")
    return {"dimension": vectors.shape[1], "float32": stored}


def _unpack(kept: dict[str, Any]) -> Vectors:
    flat = np.frombuffer(base64.b64decode(kept["float32"]), "<f4")
    return flat.reshape(-1, kept["dimension"]).astype(np.float32)


def _sha256(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
