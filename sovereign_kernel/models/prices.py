"""List prices of models, where they are known. A model that is not here has an unknown price, never zero."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

AS_OF = "2025-08"
"""The month of the public price list that the table follows; it was not read again since, so a cost is an estimate."""


class Price(NamedTuple):
    """US dollars for a million tokens."""

    prompt: float
    completion: float


PRICES: dict[str, dict[str, Price]] = {
    "api.openai.com": {
        "gpt-4.1": Price(2.00, 8.00),
        "gpt-4.1-mini": Price(0.40, 1.60),
        "gpt-4.1-nano": Price(0.10, 0.40),
        "gpt-4o": Price(2.50, 10.00),
        "gpt-4o-mini": Price(0.15, 0.60),
        "text-embedding-3-small": Price(0.02, 0.0),
        "text-embedding-3-large": Price(0.13, 0.0),
    },
}


def cost(base_url: str, model: str, prompt_tokens: int | None, completion_tokens: int | None) -> float | None:
    """US dollars of one call; None where the price or a token count is unknown."""
    price = PRICES.get(urlsplit(base_url).hostname or "", {}).get(model)
    if price is None or prompt_tokens is None or completion_tokens is None:
        return None
    return (prompt_tokens * price.prompt + completion_tokens * price.completion) / 1_000_000
