"""OpenAI, and any server that speaks its API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sovereign_kernel.models.compatible import CompatibleChat
from sovereign_kernel.models.habits import TOKEN_FIELDS, Habits

BASE_URL = "https://api.openai.com/v1"
DEFAULT_MODEL = "gpt-4.1-mini"
KEY_NAME = "OPENAI_API_KEY"


def connect(
    model: str | None,
    base_url: str | None,
    key: str | None,
    *,
    timeout: float,
    extra_body: Mapping[str, Any] | None = None,
) -> CompatibleChat:
    """The wire to a chat model. Without a key a placeholder is sent, which local servers ignore. Contacts nobody."""
    base_url = base_url or BASE_URL
    hosted = urlsplit(base_url).hostname == urlsplit(BASE_URL).hostname
    # OpenAI's newer models know only the newer name, older compatible servers only the older one.
    habits = Habits(token_field=TOKEN_FIELDS[1] if hosted else TOKEN_FIELDS[0])
    return CompatibleChat(
        model or DEFAULT_MODEL, base_url, key, timeout, key_name=KEY_NAME, habits=habits, extra_body=extra_body
    )
