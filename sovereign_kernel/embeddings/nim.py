"""NVIDIA NIM embeddings."""

from __future__ import annotations

from typing import Any

from sovereign_kernel.embeddings.remote import RemoteEmbedder
from sovereign_kernel.models.compatible import CompatibleEmbeddings
from sovereign_kernel.models.nim import BASE_URL, KEY_NAME, api_root

DEFAULT_MODEL = "nvidia/nv-embedqa-e5-v5"
DIMENSIONS = {"nvidia/nv-embedqa-e5-v5": 1024, "baai/bge-m3": 1024, "nvidia/llama-3.2-nv-embedqa-1b-v2": 2048}
LIMITS = {"nvidia/nv-embedqa-e5-v5": 512, "baai/bge-m3": 8192, "nvidia/llama-3.2-nv-embedqa-1b-v2": 8192}
UNKNOWN_LIMIT = 512


def connect(
    model: str | None, base_url: str | None, key: str | None, *, timeout: float, **services: Any
) -> RemoteEmbedder:
    """A NIM embedder; `services` are those of RemoteEmbedder. Raises BadSetting on a bad address; contacts nobody."""
    model = model or DEFAULT_MODEL
    root = api_root(base_url or BASE_URL)
    wire = CompatibleEmbeddings(model, root, key, timeout, key_name=KEY_NAME, asymmetric=True)
    limit = LIMITS.get(model, UNKNOWN_LIMIT)
    return RemoteEmbedder(wire, model=model, provider="nim", dimension=DIMENSIONS.get(model), limit=limit, **services)
