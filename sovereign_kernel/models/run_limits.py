"""A run's own limits of time, calls, tokens and cost: a run that meets one ends in good order with what it has."""

from __future__ import annotations

from sovereign_kernel.errors import BudgetSpent
from sovereign_kernel.ports import Answer, ChatModel, Ledger, Prompt

SPENT = "budget_spent"


class LimitedChat:
    """A chat model that writes into the ledger when a limit stops it."""

    def __init__(self, inner: ChatModel, ledger: Ledger) -> None:
        self.provider, self.model = inner.provider, inner.model
        self._inner, self._ledger = inner, ledger

    def ask(self, role: str, prompt: Prompt, answer: type[Answer]) -> Answer:
        """See ports.ChatModel.ask."""
        try:
            return self._inner.ask(role, prompt, answer)
        except BudgetSpent as exc:
            self._ledger.record(SPENT, purpose=role, reason=str(exc))
            raise
