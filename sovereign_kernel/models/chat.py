"""A structured question to a language model: asked in one request, parsed and validated here, mended at most once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sovereign_kernel.models.answers import UnusableError
from sovereign_kernel.models.conversation import converse
from sovereign_kernel.models.habits import memory
from sovereign_kernel.models.limits import Budget, RateLimiter
from sovereign_kernel.models.prices import cost
from sovereign_kernel.models.refusals import is_content_refusal, is_too_long
from sovereign_kernel.models.repairs import fitting, repaired
from sovereign_kernel.models.retry import Answered, Failed, Next, Persistence, translate
from sovereign_kernel.models.wire import Messages, Reply, Wire, WireError
from sovereign_kernel.ports import Answer, Clock, Journal, Ledger, Prompt


class StructuredChat:
    """ports.ChatModel over any wire. Thread safe; every finished call is in the journal before its answer is used."""

    def __init__(
        self,
        wire: Wire,
        *,
        model: str,
        provider: str,
        ledger: Ledger,
        journal: Journal,
        limiter: RateLimiter,
        clock: Clock,
        patience: float,
        max_tokens: int,
        budget: Budget | None = None,
    ) -> None:
        self.provider, self.model = provider, model
        self._wire, self._ledger, self._journal = wire, ledger, journal
        self._line = Persistence(limiter, clock, patience, budget)
        self._max_tokens = max_tokens

    def ask(self, role: str, prompt: Prompt, answer: type[Answer]) -> Answer:
        """See ports.ChatModel.ask. Ledger events: model_call, model_call_replayed, model_answer_unusable."""
        return converse(
            lambda messages, schema, attempt: self._reply(role, messages, schema, attempt),
            lambda attempt, wrong: self._note(role, attempt, wrong),
            self.model,
            role,
            prompt,
            answer,
        )

    def _note(self, role: str, attempt: int, wrong: UnusableError) -> None:
        self._record(role, "model_answer_unusable", attempt=attempt, reason=str(wrong))

    def _reply(self, role: str, messages: Messages, schema: Mapping[str, Any], attempt: int) -> Reply:
        question = [self.provider, self.model, self._wire.base_url, messages, schema, attempt]
        asked = _sha256([*question, self._wire.extra_body] if self._wire.extra_body else question)
        kept = self._journal.get(asked)
        if kept is not None:
            reply = Reply(**kept)
            digest = _sha256(reply.text)
            self._record(role, "model_call_replayed", prompt_sha256=asked, answer_sha256=digest, attempt=attempt)
            return reply
        reply = self._request(role, messages, schema, attempt, asked)
        self._journal.put(asked, asdict(reply))
        return reply

    def _request(self, role: str, messages: Messages, schema: Mapping[str, Any], attempt: int, asked: str) -> Reply:
        def failed(error: WireError, request: int, seconds: float) -> None:
            # A server that answers with a status has served nothing; one that breaks off may have worked for its fee.
            free = error.fault == "status"
            self._spend(0 if free else None, 0.0 if free else None)
            self._record(
                role,
                prompt_sha256=asked,
                answer_sha256=None,
                prompt_tokens=0 if free else None,
                completion_tokens=0 if free else None,
                seconds=seconds,
                cost=0.0 if free else None,
                attempt=attempt,
                request=request,
                outcome=f"{error.fault} {error.status or ''}".strip(),
            )

        try:
            answered = self._send(messages, schema, failed)
        except WireError as error:
            raise translate(
                error,
                model=self.model,
                base_url=self._wire.base_url,
                key_name=self._wire.key_name,
                extra_body=self._wire.extra_body,
            ) from error
        reply = replace(answered.value, reasoning="")
        price = cost(self._wire.base_url, self.model, reply.prompt_tokens, reply.completion_tokens)
        self._spend(reply.tokens, price)
        self._record(
            role,
            served_by=reply.model,
            prompt_sha256=asked,
            answer_sha256=_sha256(reply.text),
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            seconds=answered.seconds,
            cost=price,
            attempt=attempt,
            request=answered.attempt,
            outcome="cut" if reply.finish_reason == "length" else "answered",
        )
        return reply

    def _send(self, messages: Messages, schema: Mapping[str, Any], failed: Failed) -> Answered[Reply]:
        """Asks in the way that the server is known to take; what it refuses is changed as `repairs` says. What worked
        is remembered."""
        base_url = self._wire.base_url
        start = memory.of(base_url, self.model) or self._wire.habits
        request = fitting(start, self._max_tokens, messages)
        unexplained = 0

        def ask(left: float) -> Reply:
            return self._wire.send(messages, schema, request.max_tokens, left, request.habits)

        def then(error: WireError) -> Next:
            nonlocal request, unexplained
            unexplained = unexplained + 1 if error.status == 500 else 0
            changed = repaired(error, request, self._wire.extra_body, again=unexplained > 1)
            if changed is None:
                return "give up" if is_content_refusal(error) or is_too_long(error) else "as usual"
            request = changed
            return "at once"

        answered = self._line.send(ask, failed, then)
        if request.habits != start:
            memory.keep(base_url, self.model, request.habits)
        return answered

    def _spend(self, tokens: int | None, price: float | None) -> None:
        if self._line.budget is not None:
            self._line.budget.spend(tokens, price)

    def _record(self, role: str, event: str = "model_call", **fields: Any) -> None:
        self._ledger.record(event, role=role, provider=self.provider, model=self.model, **fields)


def _sha256(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
