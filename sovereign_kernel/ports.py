"""What the engines promise, so that agents never know which engine serves them.

Every engine behind a port is thread safe, bounds its own waits, and raises only `sovereign_kernel.errors`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from sovereign_kernel.records import Paper, Probabilities, Quote, Usage, Verification

Answer = TypeVar("Answer", bound=BaseModel)
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Prompt:
    """A filled prompt: `system` holds the instructions, `user` the data (hostile until proven otherwise)."""

    system: str
    user: str


class ChatModel(Protocol):
    provider: str
    model: str

    def ask(self, role: str, prompt: Prompt, answer: type[Answer]) -> Answer:
        """One structured question: asked in one request, parsed and validated here, mended at most once.

        `role` names the asker, for the ledger. Raises ModelUnavailable, Refused, BadAnswer or BudgetSpent.
        """
        ...


class Embedder(Protocol):
    provider: str
    model: str
    dimension: int

    def embed(self, texts: Sequence[str], kind: Literal["passage", "query"]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), dimension). A long text is chunked and its chunks averaged."""
        ...


@dataclass(frozen=True)
class SearchPage:
    """One source's answer to one query, best first. `total` is what the source says it has; None if it does not say."""

    papers: tuple[Paper, ...]
    total: int | None = None
    cached: bool = False


class Source(Protocol):
    name: Literal["arxiv", "corpus"]

    def search(self, query: str, limit: int) -> SearchPage:
        """The best `limit` papers for a plain-text query. Raises SourceUnavailable; an empty page is not an error."""
        ...

    def lookup(self, ids: Sequence[str]) -> tuple[Paper, ...]:
        """The current records of these arXiv ids (without versions), in any order; unknown ids are left out."""
        ...


@dataclass(frozen=True)
class EntailmentPair:
    """A claim and the evidence sentences to judge it by."""

    claim: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Entailment:
    """What an entailment engine says of one pair; None in place of probabilities means that it abstained."""

    probabilities: Probabilities | None
    evidence: tuple[int, ...] = ()
    reason: str = ""


class EntailmentEngine(Protocol):
    name: str

    def judge(self, pairs: Sequence[EntailmentPair]) -> tuple[Entailment, ...]:
        """One answer a pair, in order."""
        ...


class Verifier(Protocol):
    def verify(self, claim: str, source: str, quote: Quote | None = None) -> Verification:
        """Never raises on odd text: what cannot be judged is NOT_ENOUGH_INFO with the reason."""
        ...

    def verify_all(self, pairs: Sequence[tuple[str, str, Quote | None]]) -> tuple[Verification, ...]:
        """The same for many (claim, source, quote), in order; engines that batch do so here."""
        ...


class Ledger(Protocol):
    def record(self, event: str, **fields: Any) -> None:
        """Appends one event. Never given a key, a token or a header value."""
        ...

    def events(self) -> Iterator[dict[str, Any]]:
        """Every event so far, first to last, with `event` and `at`."""
        ...

    def usage(self) -> dict[tuple[str, str, str], Usage]:
        """Sums by (purpose, provider, model) over the recorded calls."""
        ...


class Journal(Protocol):
    """Answers of finished calls by the hash of what was asked, so that a resumed run repeats none of them."""

    def get(self, key: str) -> Any | None: ...

    def put(self, key: str, value: Any) -> None: ...


class Clock(Protocol):
    def now(self) -> str:
        """ISO 8601, UTC, to the second."""
        ...

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...
