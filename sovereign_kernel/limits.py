"""A run's own limits of time, calls, tokens and cost: a run that meets one ends in good order with what it has."""

from __future__ import annotations

from sovereign_kernel.errors import BudgetSpent
from sovereign_kernel.ports import Answer, ChatModel, Clock, Ledger, Prompt

SPENT = "budget_spent"


class LimitedChat:
    """A chat model that writes into the ledger when a limit stops it, and that stops at a deadline."""

    def __init__(self, inner: ChatModel, ledger: Ledger, clock: Clock, deadline: float | None) -> None:
        self.provider, self.model = inner.provider, inner.model
        self._inner, self._ledger, self._clock, self._deadline = inner, ledger, clock, deadline

    def ask(self, role: str, prompt: Prompt, answer: type[Answer]) -> Answer:
        """See ports.ChatModel.ask."""
        try:
            if self._deadline is not None and self._clock.monotonic() >= self._deadline:
                raise BudgetSpent("the run's time is up", help="raise max_seconds in a new run")
            return self._inner.ask(role, prompt, answer)
        except BudgetSpent as exc:
            self._ledger.record(SPENT, purpose=role, reason=str(exc))
            raise
