"""OpenAI embeddings, and those of any compatible server, through langchain-openai."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from sovereign_kernel.embeddings.remote import RemoteEmbedder
from sovereign_kernel.models.nim import NO_KEY
from sovereign_kernel.models.openai import BASE_URL, KEY_NAME, unwrap
from sovereign_kernel.models.wire import LIBRARY_FAULTS, RawVectors, WireError, check_url, read_vectors

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

DEFAULT_MODEL = "text-embedding-3-small"
DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
LIMIT = 8191
UNKNOWN_LIMIT = 512


class OpenAIEmbeddingWire:
    """One client, shared by threads. These models know no difference between passages and queries."""

    key_name = KEY_NAME

    def __init__(self, model: str, base_url: str, key: str | None, timeout: float) -> None:
        self.base_url = check_url(base_url)
        self._key, self._timeout = key, timeout
        self._client = self._connect(model)

    def _connect(self, model: str) -> OpenAIEmbeddings:
        import httpx2
        from langchain_openai import OpenAIEmbeddings

        from sovereign_kernel.models.httpx_door import HttpxDoor

        return OpenAIEmbeddings(
            model=model,
            openai_api_base=self.base_url,
            openai_api_key=lambda: self._key or NO_KEY,
            max_retries=0,
            check_embedding_ctx_length=False,  # it would fetch tokeniser files from elsewhere
            model_kwargs={"encoding_format": "float"},
            request_timeout=self._timeout,
            http_client=httpx2.Client(transport=HttpxDoor(self.base_url, self._key), follow_redirects=False),
        )

    def send(self, texts: Sequence[str], kind: Literal["passage", "query"], seconds: float) -> RawVectors:
        from openai import OpenAIError

        from sovereign_kernel.models.httpx_door import Exchange, exchanging

        found: list[RawVectors] = []
        exchange = Exchange(
            min(seconds, self._timeout), lambda body: found.append(read_vectors(body, len(texts), None))
        )
        fault: WireError | None = None
        with exchanging(exchange):
            try:
                self._client.embed_documents(list(texts), chunk_size=len(texts))
            except (OpenAIError, *LIBRARY_FAULTS) as exc:  # openai wraps what the door raised
                fault = unwrap(exc, self._key)
        if not found:
            raise fault or WireError("malformed", "nothing was answered")
        return found[-1]


def connect(
    model: str | None, base_url: str | None, key: str | None, *, timeout: float, **services: Any
) -> RemoteEmbedder:
    """An OpenAI-compatible embedder; `services` are those of RemoteEmbedder. Contacts nobody."""
    model = model or DEFAULT_MODEL
    wire = OpenAIEmbeddingWire(model, base_url or BASE_URL, key, timeout)
    limit = LIMIT if model in DIMENSIONS else UNKNOWN_LIMIT
    return RemoteEmbedder(
        wire, model=model, provider="openai", dimension=DIMENSIONS.get(model), limit=limit, **services
    )
