"""NVIDIA NIM, hosted or one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sovereign_kernel.models.compatible import CompatibleChat
from sovereign_kernel.models.wire import check_url

BASE_URL = "https://integrate.api.nvidia.com/v1"
DEFAULT_MODEL = "nvidia/nemotron-3-super-120b-a12b"
KEY_NAME = "NVIDIA_API_KEY"


def connect(
    model: str | None,
    base_url: str | None,
    key: str | None,
    *,
    timeout: float,
    extra_body: Mapping[str, Any] | None = None,
) -> CompatibleChat:
    """The wire to a NIM chat model. Raises BadSetting on an address that is none; contacts nobody."""
    return CompatibleChat(
        model or DEFAULT_MODEL,
        api_root(base_url or BASE_URL),
        key,
        timeout,
        key_name=KEY_NAME,
        temperature=0.0,
        extra_body=extra_body,
    )


def api_root(base_url: str) -> str:
    """`base_url` with the /v1 that every NIM's API begins in."""
    base_url = check_url(base_url)
    return base_url if base_url.endswith("/v1") else base_url + "/v1"
