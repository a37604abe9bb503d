"""The loopback model server in NIM's dialect: its errors, and embeddings with input_type, truncate and 512 tokens."""

from __future__ import annotations

import re

from sovereign_kernel.testing.openai import Asked, ModelServer
from sovereign_kernel.testing.plausible import Json


class NimServer(ModelServer):
    dimension = 1024
    token_limit = 512

    def refused_embedding(self, asked: Asked) -> str | None:
        if asked.body.get("input_type") not in {"passage", "query"}:
            return "'input_type' parameter is required: passage or query"
        texts = asked.body.get("input")
        longest = max((count_tokens(t) for t in texts), default=0) if isinstance(texts, list) else 0
        if self.token_limit is not None and longest > self.token_limit and asked.body.get("truncate") == "NONE":
            return f"Input length {longest} exceeds maximum allowed token size {self.token_limit}"
        return super().refused_embedding(asked)

    def error(self, status: int, message: str) -> Json:
        if status in {400, 404, 422}:
            return {"object": "error", "message": message, "detail": {}, "type": "invalid_request_error"}
        return {"status": status, "title": message, "detail": message, "requestId": "c0ffee"}


def count_tokens(text: str) -> int:
    """Tokens as a word-piece tokeniser would have them, roughly: a word has one for every five letters."""
    return 2 + sum(-(-len(word) // 5) if word.isalpha() else 1 for word in re.findall(r"[A-Za-z]+|\S", text))
