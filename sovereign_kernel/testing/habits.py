"""What real servers do differently from OpenAI's API, in their own words, as habits of the loopback server.

The words are those that users of these servers report. `SERVERS` is the table of docs/providers.md: each server's
habits, which tests/models/test_servers.py meets with a question and a batch of embeddings.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable, Mapping
from typing import Any

from sovereign_kernel.testing.openai import Asked, Exchange, Habit
from sovereign_kernel.testing.plausible import Json

When = Callable[[Asked], bool]
Words = str | Json | list[Any]


def refuses(when: When, status: int, words: Words, headers: Mapping[str, str] | None = None) -> Habit:
    """Requests that are like this are refused with these words: OpenAI's shape, unless a whole body is given."""

    def habit(exchange: Exchange) -> bool:
        if not when(exchange.asked):
            return False
        body = exchange.server.error(status, words) if isinstance(words, str) else words
        exchange.send(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})
        return True

    return habit


def answers(change: Callable[[Json], object], when: When = lambda asked: True) -> Habit:
    """Every completion after `change`, which changes it in place."""

    def habit(exchange: Exchange) -> bool:
        if not (is_chat(exchange.asked) and when(exchange.asked)):
            return False
        document = exchange.regular()
        change(document)
        exchange.send(200, document)
        return True

    return habit


def embeds(change: Callable[[list[Json]], object]) -> Habit:
    """Every list of vectors after `change`."""

    def habit(exchange: Exchange) -> bool:
        if not is_embedding(exchange.asked):
            return False
        document = exchange.regular()
        change(document["data"])
        exchange.send(200, document)
        return True

    return habit


# Which requests.


def is_chat(asked: Asked) -> bool:
    return asked.path.split("?")[0].endswith("/chat/completions")


def is_embedding(asked: Asked) -> bool:
    return asked.path.split("?")[0].endswith("/embeddings")


def has(field: str) -> When:
    return lambda asked: field in asked.body


def has_system(asked: Asked) -> bool:
    return is_chat(asked) and any(message["role"] == "system" for message in asked.body["messages"])


def has_schema(asked: Asked) -> bool:
    return (asked.body.get("response_format") or {}).get("type") == "json_schema"


def says(word: str) -> When:
    return lambda asked: is_chat(asked) and word in asked.text


def more_texts_than(most: int) -> When:
    return lambda asked: (
        is_embedding(asked) and isinstance(asked.body["input"], list) and len(asked.body["input"]) > most
    )


def tokens(asked: Asked) -> int:
    """Of prompt and answer, at four characters a token."""
    return prompt_tokens(asked) + answer_tokens(asked)


def prompt_tokens(asked: Asked) -> int:
    return sum(len(message["content"]) for message in asked.body["messages"]) // 4


def answer_tokens(asked: Asked) -> int:
    return int(asked.body.get("max_tokens") or asked.body.get("max_completion_tokens") or 0)


# How an answer is given.


def message_of(document: Json) -> Json:
    message: Json = document["choices"][0]["message"]
    return message


def as_parts(document: Json) -> None:
    message = message_of(document)
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": '{"score": 1}'}]}
    message["content"] = [thought, {"type": "text", "text": message["content"]}]


def as_text_parts(document: Json) -> None:
    message = message_of(document)
    half = len(message["content"]) // 2
    message["content"] = [
        {"type": "text", "text": part} for part in (message["content"][:half], message["content"][half:])
    ]


def as_reasoning(name: str) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        message = message_of(document)
        message[name], message["content"] = message["content"], None

    return change


def as_tool_call(document: Json) -> None:
    message = message_of(document)
    call = {"id": "c", "type": "function", "function": {"name": "Answer", "arguments": message["content"]}}
    message.update(content=None, tool_calls=[call])
    document["choices"][0]["finish_reason"] = "tool_calls"


def padded(document: Json) -> None:
    message_of(document)["content"] += "\n" * 3_000
    document["choices"][0]["finish_reason"] = "length"


def base64_vectors(data: list[Json]) -> None:
    for entry in data:
        raw = struct.pack(f"<{len(entry['embedding'])}f", *entry["embedding"])
        entry["embedding"] = base64.b64encode(raw).decode()


def zero_index_left_out(data: list[Json]) -> None:
    del data[0]["index"]


def streamed(exchange: Exchange) -> bool:
    """Events, though nobody asked for a stream."""
    if not is_chat(exchange.asked):
        return False
    text = message_of(exchange.regular())["content"]
    events = [
        {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": text[at : at + 7]}}]}
        for at in range(0, len(text), 7)
    ]
    last = {
        "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2},
    }
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in [*events, last]) + "data: [DONE]\n\n"
    exchange.send(200, body.encode(), {"Content-Type": "text/event-stream"})
    return True


# The servers.


def vllm_error(message: str) -> Json:
    return {"object": "error", "message": message, "type": "BadRequestError", "param": None, "code": 400}


SERVERS: dict[str, list[Habit]] = {
    "NIM": [],
    "OpenAI": [
        refuses(
            has("max_tokens"),
            400,
            {
                "error": {
                    "message": "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                    "'max_completion_tokens' instead.",
                    "type": "invalid_request_error",
                    "param": "max_tokens",
                    "code": "unsupported_parameter",
                }
            },
        ),
        refuses(
            lambda asked: asked.body.get("temperature", 1) != 1,
            400,
            "Unsupported value: 'temperature' does not support 0.0 with this model. Only the default (1) is supported.",
        ),
    ],
    "Azure": [
        refuses(
            lambda asked: asked.headers.get("api-key") is None, 401, "Access denied due to missing subscription key"
        ),
        refuses(lambda asked: "api-version=" not in asked.path, 404, "Resource not found"),
    ],
    "Ollama": [answers(as_reasoning("reasoning"))],
    "vLLM": [
        refuses(
            lambda asked: is_chat(asked) and tokens(asked) > 2_048,
            400,
            vllm_error(
                "This model's maximum context length is 2048 tokens. However, your request has more tokens in total. "
                "Please reduce the length of the messages or completion."
            ),
        ),
        answers(as_reasoning("reasoning_content")),
    ],
    "llama.cpp": [
        refuses(
            has_system,
            500,
            {
                "error": {
                    "code": 500,
                    "message": "Conversation roles must alternate user/assistant/…",
                    "type": "server_error",
                }
            },
        ),
        refuses(
            lambda asked: is_embedding(asked) and max(map(len, asked.body["input"])) > 600,
            500,
            {
                "error": {
                    "code": 500,
                    "message": "input is too large to process. increase the physical batch size",
                    "type": "server_error",
                }
            },
        ),
    ],
    "LM Studio": [
        refuses(
            lambda asked: (asked.body.get("response_format") or {}).get("type") == "json_object",
            400,
            {"error": "'response_format.type' must be 'json_schema' or 'text'"},
        ),
        refuses(has_schema, 400, {"error": "json_schema is not supported for this model"}),
    ],
    "LiteLLM": [
        refuses(
            has("response_format"),
            400,
            {
                "error": {
                    "message": "litellm.UnsupportedParamsError: bedrock does not support: ['response_format']",
                    "type": None,
                    "param": None,
                    "code": "400",
                }
            },
        )
    ],
    "OpenRouter": [
        refuses(
            has_schema,
            404,
            {"error": {"message": "No endpoints found that can handle the requested parameters.", "code": 404}},
        )
    ],
    "Gemini": [
        refuses(
            has_schema,
            400,
            [
                {
                    "error": {
                        "code": 400,
                        "message": 'Invalid JSON payload received. Unknown name "additionalProperties" at '
                        "'generation_config.response_schema': Cannot find field.",
                        "status": "INVALID_ARGUMENT",
                    }
                }
            ],
        ),
        refuses(
            more_texts_than(100), 400, [{"error": {"code": 400, "message": "at most 100 requests can be in one batch"}}]
        ),
        embeds(zero_index_left_out),
    ],
    "Mistral": [
        answers(as_parts),
        refuses(
            more_texts_than(16),
            400,
            {"object": "error", "message": "Batch size too large: at most 16 inputs", "type": "invalid_request_error"},
        ),
    ],
    "TEI": [
        refuses(
            more_texts_than(32),
            413,
            {"message": "batch size 50 > maximum allowed batch size 32", "code": 413, "type": "Validation"},
        )
    ],
}
