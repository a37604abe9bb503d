"""What the tests of both chat wires share: the two dialects, and a chat over one of them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from pydantic import BaseModel, Field

from sovereign_kernel.models import nim, openai
from sovereign_kernel.models.chat import StructuredChat
from sovereign_kernel.models.limits import Budget, RateLimiter
from sovereign_kernel.ports import Prompt
from sovereign_kernel.runs.journal import MemoryJournal
from sovereign_kernel.runs.ledger import MemoryLedger
from sovereign_kernel.testing.nim import NimServer
from sovereign_kernel.testing.openai import FastClock, ModelServer

DIALECTS = {"nim": (NimServer, nim), "openai": (ModelServer, openai)}
KEY = "sk-canary-0123456789abcdef"
PROMPT = Prompt(system="You are a SKEPTIC.", user="The paper's text.")


class Critique(BaseModel):
    score: float = Field(ge=0, le=10)
    reasons: tuple[str, ...] = ()


class Chat:
    """A chat with everything about it at hand."""

    def __init__(self, server: ModelServer, wires: ModuleType, **options: Any) -> None:
        self.clock = FastClock()
        self.ledger = options.pop("ledger", None) or MemoryLedger(self.clock, [])
        self.journal = options.pop("journal", None) or MemoryJournal()
        self.wire = wires.connect(
            "some-model",
            server.base_url,
            options.pop("key", KEY),
            timeout=options.pop("timeout", 5),
            extra_body=options.pop("extra_body", None),
        )
        self.model = StructuredChat(
            self.wire,
            model="some-model",
            provider=wires.__name__.rsplit(".", 1)[-1],
            ledger=self.ledger,
            journal=self.journal,
            limiter=RateLimiter(options.pop("per_minute", 10_000), self.clock),
            clock=self.clock,
            patience=options.pop("patience", 300.0),
            max_tokens=options.pop("max_tokens", 512),
            budget=Budget(**options.pop("budget")) if "budget" in options else None,
            **options,
        )

    def ask(self, user: str = PROMPT.user) -> Critique:
        return self.model.ask("skeptic", Prompt(PROMPT.system, user), Critique)

    def events(self, name: str = "model_call") -> list[dict[str, Any]]:
        return [event for event in self.ledger.events() if event["event"] == name]
