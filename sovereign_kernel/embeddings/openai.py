"""OpenAI embeddings, and those of any compatible server."""

from __future__ import annotations

from typing import Any

from sovereign_kernel.embeddings.remote import RemoteEmbedder
from sovereign_kernel.models.compatible import CompatibleEmbeddings
from sovereign_kernel.models.openai import BASE_URL, KEY_NAME

DEFAULT_MODEL = "text-embedding-3-small"
DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
LIMIT = 8191
UNKNOWN_LIMIT = 512


def connect(
    model: str | None, base_url: str | None, key: str | None, *, timeout: float, **services: Any
) -> RemoteEmbedder:
    """An OpenAI-compatible embedder; `services` are those of RemoteEmbedder. Contacts nobody."""
    model = model or DEFAULT_MODEL
    wire = CompatibleEmbeddings(model, base_url or BASE_URL, key, timeout, key_name=KEY_NAME)
    limit = LIMIT if model in DIMENSIONS else UNKNOWN_LIMIT
    return RemoteEmbedder(
        wire, model=model, provider="openai", dimension=DIMENSIONS.get(model), limit=limit, **services
    )
