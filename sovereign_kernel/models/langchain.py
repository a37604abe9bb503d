"""Any LangChain chat model as ports.ChatModel, through its public methods only.

For what the kernel's own adapter does not speak to (Anthropic, Bedrock, a model of one's own): `LangChainChat(model)`.
Retries, keys and addresses are the object's own business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sovereign_kernel.models.answers import UnusableError
from sovereign_kernel.models.conversation import converse
from sovereign_kernel.models.reading import count, text_of
from sovereign_kernel.models.retry import translate
from sovereign_kernel.models.wire import Messages, Reply, WireError, read_retry_after, scrub
from sovereign_kernel.ports import Answer, Prompt
from sovereign_kernel.transport.deadline import OverdueError, within

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LONGEST_WAIT = 300.0
PROVIDER = "langchain"
Told = Callable[[str, Reply], None]


class LangChainChat:
    """ports.ChatModel. Thread safe as far as the object is.

    `model` is the name that is recorded; by default what the object calls itself. `told(role, reply)` is called with
    each reply, for whoever counts tokens. A call that takes longer than `seconds` counts as unreachable.
    """

    def __init__(
        self,
        chat: BaseChatModel,
        *,
        model: str | None = None,
        provider: str = PROVIDER,
        seconds: float = LONGEST_WAIT,
        told: Told = lambda role, reply: None,
    ) -> None:
        self.provider, self.model = provider, model or name_of(chat)
        self._chat, self._seconds, self._told = chat, seconds, told

    def ask(self, role: str, prompt: Prompt, answer: type[Answer]) -> Answer:
        """See ports.ChatModel.ask."""

        def send(messages: Messages, schema: Mapping[str, Any], attempt: int) -> Reply:
            reply = self._reply(messages)
            self._told(role, reply)
            return reply

        return converse(send, _unnoted, self.model, role, prompt, answer)

    def _reply(self, messages: Messages) -> Reply:
        try:
            message = within(self._seconds, lambda: self._chat.invoke(list(messages)))
        except Exception as exc:  # a foreign object may raise anything
            raise translate(
                foreign_error(exc, self._seconds), model=self.model, base_url=f"//{self.provider}", key_name="its key"
            ) from exc
        usage: Mapping[str, Any] = message.usage_metadata or {}
        about = message.response_metadata
        finish, served = about.get("finish_reason") or about.get("stop_reason"), about.get("model_name")
        return Reply(
            text=text_of(message.content),
            finish_reason={"max_tokens": "length"}.get(finish, finish) if isinstance(finish, str) else None,
            prompt_tokens=count(usage.get("input_tokens")),
            completion_tokens=count(usage.get("output_tokens")),
            model=served if isinstance(served, str) else None,
        )


def name_of(thing: object) -> str:
    """What a LangChain object calls its model, else its class."""
    for attribute in ("model_name", "model", "model_id", "deployment_name"):
        name = getattr(thing, attribute, None)
        if isinstance(name, str) and name:
            return name
    return type(thing).__name__


def foreign_error(exc: Exception, seconds: float) -> WireError:
    """Any exception of a foreign client as a fault that is told apart by its public `status_code`, if it has one."""
    if isinstance(exc, OverdueError | TimeoutError):
        return WireError("timeout", f"no answer within {seconds:g} s")
    response = getattr(exc, "response", None)
    status = getattr(exc, "status_code", None) or getattr(response, "status_code", None)
    headers = getattr(response, "headers", None)
    words = scrub(f"{type(exc).__name__}: {exc}")
    if isinstance(status, int) and 400 <= status < 600:
        retry_after = headers.get("retry-after") if isinstance(headers, Mapping) else None
        return WireError("status", words, status=status, retry_after=read_retry_after(retry_after))
    return WireError("connection", words)


def _unnoted(attempt: int, wrong: UnusableError) -> None:
    """The second question is noted by whoever is `told` of two replies."""
