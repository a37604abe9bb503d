"""NVIDIA NIM embeddings through langchain-nvidia-ai-endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sovereign_kernel.embeddings.remote import RemoteEmbedder
from sovereign_kernel.models.nim import BASE_URL, KEY_NAME, NO_KEY, api_root, know_model, quieten
from sovereign_kernel.models.wire import LIBRARY_FAULTS, RawVectors, WireError, read_vectors, scrub

DEFAULT_MODEL = "nvidia/nv-embedqa-e5-v5"
DIMENSIONS = {"nvidia/nv-embedqa-e5-v5": 1024, "baai/bge-m3": 1024, "nvidia/llama-3.2-nv-embedqa-1b-v2": 2048}
LIMITS = {"nvidia/nv-embedqa-e5-v5": 512, "baai/bge-m3": 8192, "nvidia/llama-3.2-nv-embedqa-1b-v2": 8192}
UNKNOWN_LIMIT = 512


class NimEmbeddingWire:
    """One client per request, as for chat; a text that is too long is refused by the server, never cut."""

    key_name = KEY_NAME

    def __init__(self, model: str, base_url: str, key: str | None, timeout: float) -> None:
        self.base_url = api_root(base_url)
        self._model, self._key, self._timeout = model, key, timeout
        know_model(model, self.base_url, "embedding", "NVIDIAEmbeddings", "embeddings")

    def send(self, texts: Sequence[str], kind: Literal["passage", "query"], seconds: float) -> RawVectors:
        from langchain_nvidia_ai_endpoints import NVIDIAEmbeddings

        from sovereign_kernel.models.requests_door import RequestsDoor

        quieten()
        client = NVIDIAEmbeddings(
            model=self._model,
            base_url=self.base_url,
            api_key=self._key or NO_KEY,
            truncate="NONE",
            usage_telemetry_enabled=False,
        )
        found: list[RawVectors] = []
        door = RequestsDoor(
            self.base_url,
            self._key,
            min(seconds, self._timeout),
            lambda body: found.append(read_vectors(body, len(texts), None)),
        )
        client._client.get_session_fn = lambda: door
        try:
            client._embed(list(texts), model_type=kind)  # the public query method takes one text a request
        except LIBRARY_FAULTS as exc:
            raise WireError("malformed", scrub(f"{type(exc).__name__}: {exc}", self._key)) from exc
        finally:
            door.close()
        return found[-1]


def connect(
    model: str | None, base_url: str | None, key: str | None, *, timeout: float, **services: Any
) -> RemoteEmbedder:
    """A NIM embedder; `services` are those of RemoteEmbedder. Raises BadSetting on a bad address; contacts nobody."""
    model = model or DEFAULT_MODEL
    wire = NimEmbeddingWire(model, base_url or BASE_URL, key, timeout)
    limit = LIMITS.get(model, UNKNOWN_LIMIT)
    return RemoteEmbedder(wire, model=model, provider="nim", dimension=DIMENSIONS.get(model), limit=limit, **services)
