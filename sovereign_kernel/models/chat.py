"""A structured question to a language model: asked in one request, parsed and validated here, mended at most once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sovereign_kernel.errors import BadAnswer
from sovereign_kernel.models.answers import UnusableError, parse, schema_of
from sovereign_kernel.models.limits import Budget, RateLimiter
from sovereign_kernel.models.prices import cost
from sovereign_kernel.models.retry import Answered, Failed, Persistence, translate
from sovereign_kernel.models.wire import Messages, Reply, Wire, WireError
from sovereign_kernel.ports import Answer, Clock, Journal, Ledger, Prompt

_SHOWN = 4_000
_SCHEMA_REFUSALS = frozenset({400, 422, 501})


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
        self._takes_schema = True

    def ask(self, role: str, prompt: Prompt, answer: type[Answer]) -> Answer:
        """See ports.ChatModel.ask. Ledger events: model_call, model_call_replayed, model_answer_unusable."""
        schema = schema_of(answer)
        system = f"{prompt.system}\n\n{_form(schema)}"
        messages: Messages = (("system", system), ("user", prompt.user))
        reply = self._reply(role, messages, schema, 0)
        try:
            return _read(reply, answer)
        except UnusableError as wrong:
            self._note(role, 0, wrong)
            messages = (*messages, *_mend(reply, wrong))
        reply = self._reply(role, messages, schema, 1)
        try:
            return _read(reply, answer)
        except UnusableError as wrong:
            self._note(role, 1, wrong)
            raise BadAnswer(
                f"{self.model} gave {role} an unusable answer twice: {wrong}",
                help="choose another model by --model, or raise max_tokens where answers are cut; then resume the run",
                text=reply.text,
            ) from wrong

    def _note(self, role: str, attempt: int, wrong: UnusableError) -> None:
        self._record(role, "model_answer_unusable", attempt=attempt, reason=str(wrong))

    def _reply(self, role: str, messages: Messages, schema: Mapping[str, Any], attempt: int) -> Reply:
        asked = _sha256([self.provider, self.model, self._wire.base_url, messages, schema, attempt])
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
        """Asks with the schema; a server that refuses is asked once more without it, and that is remembered."""
        if self._takes_schema:
            try:
                return self._line.send(lambda left: self._wire.send(messages, schema, self._max_tokens, left), failed)
            except WireError as refusal:
                if refusal.status not in _SCHEMA_REFUSALS:
                    raise
        answered = self._line.send(lambda left: self._wire.send(messages, None, self._max_tokens, left), failed)
        self._takes_schema = False
        return answered

    def _spend(self, tokens: int | None, price: float | None) -> None:
        if self._line.budget is not None:
            self._line.budget.spend(tokens, price)

    def _record(self, role: str, event: str = "model_call", **fields: Any) -> None:
        self._ledger.record(event, role=role, provider=self.provider, model=self.model, **fields)


def _form(schema: Mapping[str, Any]) -> str:
    compact = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return f"Answer with one JSON object and nothing else. It must fit this JSON Schema:\n{compact}"


def _read(reply: Reply, answer: type[Answer]) -> Answer:
    if reply.finish_reason == "length":
        raise UnusableError("it was cut off, because it was longer than allowed")
    return parse(reply.text, answer)


def _mend(reply: Reply, wrong: UnusableError) -> Messages:
    """What is said to a model whose answer was unusable. A cut answer is not shown again: it would only cost room."""
    if reply.finish_reason == "length":
        return (("user", "Your last answer was cut off, because it was too long. Answer again, much shorter."),)
    shown = reply.text[:_SHOWN] or "(empty)"
    return (
        ("assistant", shown),
        ("user", f"That answer cannot be used: {wrong}. Answer again with the one JSON object that fits the schema."),
    )


def _sha256(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
