"""LangSmith's tracing sends goals, prompts and answers to another host: it is off, unless the owner asks for it.

`SOVEREIGN_TRACING=1` leaves it to LangSmith's own variables. They alone do not turn it on here: an owner may have set
them for another program.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any

WANTED = "SOVEREIGN_TRACING"
YES = {"1", "true", "yes", "on"}


def untraced() -> AbstractContextManager[Any]:
    """Nothing done in here is traced. It holds for this thread only, so every thread that asks a model enters it."""
    if os.environ.get(WANTED, "").strip().lower() in YES:
        return nullcontext()
    from langsmith import tracing_context

    return tracing_context(enabled=False)
