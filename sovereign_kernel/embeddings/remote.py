"""Embeddings from a server: chunked, batched side by side, retried, journaled, checked."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from sovereign_kernel.embeddings.chunks import average, chunk, token_bound
from sovereign_kernel.errors import BadAnswer
from sovereign_kernel.models.limits import Budget, RateLimiter
from sovereign_kernel.models.prices import cost
from sovereign_kernel.models.retry import Persistence, translate
from sovereign_kernel.models.wire import EmbeddingWire, RawVectors, WireError
from sovereign_kernel.ports import Clock, Journal, Ledger, Vectors

BATCH = 50
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
        self._known_dimension, self._limit, self._parallel = dimension, limit, parallel

    @cached_property
    def dimension(self) -> int:
        """The vectors' length; asked of the server, once, where the model is not a known one."""
        return self._known_dimension or self._batch(["dimension"], "passage").shape[1]

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
        return average(np.concatenate(found), [piece.owner for piece in pieces], len(texts))

    def _chunk(self, text: str) -> list[str]:
        return [part for part in chunk(text, self._limit) if part.strip()] if self._limit else [text]

    def _batch(self, texts: list[str], kind: Kind) -> Vectors:
        asked = _sha256([self.provider, self.model, self._wire.base_url, kind, texts])
        kept = self._journal.get(asked)
        if kept is not None:
            self._record("embedding_call_replayed", texts_sha256=asked, texts=len(texts))
            return _unpack(kept)
        try:
            vectors = self._request(texts, kind, asked)
        except WireError as error:
            if _too_long(error) and any(token_bound(text) > _SMALLEST for text in texts):
                return self._in_smaller_pieces(texts, kind)
            raise translate(
                error,
                model=self.model,
                base_url=self._wire.base_url,
                key_name=self._wire.key_name,
            ) from error
        self._journal.put(asked, _pack(vectors))
        return vectors

    def _in_smaller_pieces(self, texts: list[str], kind: Kind) -> Vectors:
        """The estimate of tokens was too low for one of these texts: the long ones are halved, and asked again."""
        half = max(_SMALLEST, max(token_bound(text) for text in texts) // 2)
        pieces = [Piece(i, part) for i, text in enumerate(texts) for part in chunk(text, half)]
        self._record("texts_chunked", texts=len({p.owner for p in pieces}), pieces=len(pieces))
        found = [
            self._batch([piece.text for piece in pieces[i : i + BATCH]], kind) for i in range(0, len(pieces), BATCH)
        ]
        return average(np.concatenate(found), [piece.owner for piece in pieces], len(texts))

    def _request(self, texts: list[str], kind: Kind, asked: str) -> Vectors:
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

        answered = self._line.send(lambda left: self._send(texts, kind, left), failed)
        record("answered", answered.value.prompt_tokens, answered.seconds, answered.attempt)
        return np.asarray(answered.value.rows, np.float32)

    def _send(self, texts: list[str], kind: Kind, left: float) -> RawVectors:
        found = self._wire.send(texts, kind, left)
        width = len(found.rows[0])
        if self._known_dimension not in {None, width} or any(len(row) != width for row in found.rows):
            wanted = self._known_dimension or width
            raise WireError("malformed", f"vectors of {width} dimensions came back instead of {wanted}")
        return found

    def _record(self, event: str, **fields: Any) -> None:
        self._ledger.record(event, role=PURPOSE, provider=self.provider, model=self.model, **fields)


def _too_long(error: WireError) -> bool:
    text = error.excerpt.lower()
    return error.status in {400, 413, 422} and any(word in text for word in ("token", "length", "too long"))


def _pack(vectors: Vectors) -> dict[str, Any]:
    stored = base64.b64encode(vectors.astype("<f4").tobytes()).decode("ascii")
    return {"dimension": vectors.shape[1], "float32": stored}


def _unpack(kept: dict[str, Any]) -> Vectors:
    flat = np.frombuffer(base64.b64decode(kept["float32"]), "<f4")
    return flat.reshape(-1, kept["dimension"]).astype(np.float32)


def _sha256(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
