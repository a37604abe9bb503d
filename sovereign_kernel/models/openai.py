"""OpenAI, and any server that speaks its API, through langchain-openai."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sovereign_kernel.models.nim import NO_KEY, response_format
from sovereign_kernel.models.wire import LIBRARY_FAULTS, Messages, Reply, WireError, check_url, read_reply, scrub

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

BASE_URL = "https://api.openai.com/v1"
DEFAULT_MODEL = "gpt-4.1-mini"
KEY_NAME = "OPENAI_API_KEY"


class OpenAIWire:
    """One client, shared by threads: openai's is made for it."""

    key_name = KEY_NAME

    def __init__(self, model: str, base_url: str, key: str | None, timeout: float) -> None:
        self.base_url = check_url(base_url)
        self._key, self._timeout = key, timeout
        self._client = self._connect(model)

    def _connect(self, model: str) -> ChatOpenAI:
        import httpx2
        from langchain_openai import ChatOpenAI

        from sovereign_kernel.models.httpx_door import HttpxDoor

        return ChatOpenAI(
            model=model,
            base_url=self.base_url,
            api_key=lambda: self._key or NO_KEY,
            max_retries=0,
            http_client=httpx2.Client(transport=HttpxDoor(self.base_url, self._key), follow_redirects=False),
            use_responses_api=False,
            cache=False,
        )

    def send(self, messages: Messages, schema: Mapping[str, Any] | None, max_tokens: int, seconds: float) -> Reply:
        from openai import OpenAIError

        from sovereign_kernel.models.httpx_door import Exchange, exchanging

        options: dict[str, Any] = {"response_format": response_format(schema)} if schema else {}
        if urlsplit(self.base_url).hostname == urlsplit(BASE_URL).hostname:
            options["max_tokens"] = max_tokens
        else:  # older compatible servers know only this name, and ignore the one that the library sends
            options["extra_body"] = {"max_tokens": max_tokens}
        seconds = min(seconds, self._timeout)
        replies: list[Reply] = []
        fault: WireError | None = None
        with exchanging(Exchange(seconds, lambda body: replies.append(read_reply(body)))):
            try:
                self._client.invoke(list(messages), timeout=seconds, **options)
            except (OpenAIError, *LIBRARY_FAULTS) as exc:  # raises on a cut answer too, which is a reply
                fault = unwrap(exc, self._key)
        if not replies:
            raise fault or WireError("malformed", "nothing was answered")
        # Read from the body, because the library drops the reasoning and the server's model name.
        return replies[-1]


def connect(model: str | None, base_url: str | None, key: str | None, *, timeout: float) -> OpenAIWire:
    """The wire to a chat model. Without a key a placeholder is sent, which local servers ignore. Contacts nobody."""
    return OpenAIWire(model or DEFAULT_MODEL, base_url or BASE_URL, key, timeout)


def unwrap(exc: BaseException, key: str | None) -> WireError:
    """The WireError that a door raised inside a library, or the library's own failure as one.

    To be raised outside the handler: it is the cause of `exc` already, and must not become its effect too.
    """
    inner: BaseException | None = exc
    while inner is not None:
        if isinstance(inner, WireError):
            return inner
        inner = inner.__cause__
    fault = WireError("malformed", scrub(f"{type(exc).__name__}: {exc}", key))
    fault.__cause__ = exc
    return fault
