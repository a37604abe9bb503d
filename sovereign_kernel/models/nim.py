"""NVIDIA NIM, hosted or one's own, through langchain-nvidia-ai-endpoints."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sovereign_kernel.models.wire import LIBRARY_FAULTS, Messages, Reply, WireError, check_url, read_reply, scrub

BASE_URL = "https://integrate.api.nvidia.com/v1"
DEFAULT_MODEL = "nvidia/nemotron-3-super-120b-a12b"
KEY_NAME = "NVIDIA_API_KEY"
NO_KEY = "no-key-is-needed"


class NimWire:
    """One client per request: the library's client mixes up prompts when threads share it."""

    key_name = KEY_NAME

    def __init__(self, model: str, base_url: str, key: str | None, timeout: float) -> None:
        self.base_url = api_root(base_url)
        self._model, self._key, self._timeout = model, key, timeout
        know_model(model, self.base_url, "chat", "ChatNVIDIA", "chat/completions")

    def send(self, messages: Messages, schema: Mapping[str, Any] | None, max_tokens: int, seconds: float) -> Reply:
        from langchain_nvidia_ai_endpoints import ChatNVIDIA

        from sovereign_kernel.models.requests_door import RequestsDoor

        quieten()
        client = ChatNVIDIA(
            model=self._model,
            base_url=self.base_url,
            api_key=self._key or NO_KEY,
            max_completion_tokens=max_tokens,
            temperature=0.0,
            usage_telemetry_enabled=False,
            cache=False,
        )
        replies: list[Reply] = []
        door = RequestsDoor(
            self.base_url, self._key, min(seconds, self._timeout), lambda body: replies.append(read_reply(body))
        )
        client._client.get_session_fn = lambda: door
        bound = client.bind(response_format=response_format(schema)) if schema else client
        try:
            bound.invoke(list(messages))
        except LIBRARY_FAULTS as exc:
            if not replies:
                raise WireError("malformed", scrub(f"{type(exc).__name__}: {exc}", self._key)) from exc
        finally:
            door.close()
        # Read from the body, because the library drops the server's model name and turns unknown tokens into 0.
        return replies[-1]


def connect(model: str | None, base_url: str | None, key: str | None, *, timeout: float) -> NimWire:
    """The wire to a NIM chat model. Raises BadSetting on an address that is none; contacts nobody."""
    return NimWire(model or DEFAULT_MODEL, base_url or BASE_URL, key, timeout)


def api_root(base_url: str) -> str:
    """`base_url` with the /v1 that NIM's API begins in, as the library itself would add it."""
    base_url = check_url(base_url)
    return base_url if base_url.endswith("/v1") else base_url + "/v1"


def know_model(model: str, base_url: str, model_type: str, client: str, path: str) -> None:
    """Registers a hosted model that the library does not know: it would ask the network while it is being made."""
    from langchain_nvidia_ai_endpoints import Model, register_model
    from langchain_nvidia_ai_endpoints._statics import determine_model

    if (urlsplit(base_url).hostname or "").endswith(".nvidia.com") and determine_model(model) is None:
        register_model(Model(id=model, model_type=model_type, client=client, endpoint=f"{base_url}/{path}"))


def quieten() -> None:
    """Thoughts are removed by us, so the library's warnings about them would only break into the progress."""
    for message in ("Reasoning content", "Model .* is deprecated", "An API key is required"):
        warnings.filterwarnings("ignore", message=message, category=UserWarning)


def response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "json_schema",
        "json_schema": {"name": str(schema.get("title", "Answer")), "schema": dict(schema), "strict": True},
    }
