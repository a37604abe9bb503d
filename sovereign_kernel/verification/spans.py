"""Tokens as spans of a record. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sovereign_kernel.records import Span
from sovereign_kernel.verification.tokens import Token


def where(place: Literal["claim", "source"], tokens: Iterable[Token]) -> tuple[Span, ...]:
    return tuple(Span(where=place, text=token.text, start=token.start, end=token.end) for token in tokens)
