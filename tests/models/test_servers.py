"""Servers that want to be asked otherwise, or answer elsewhere: one refused request ends nothing, and is remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel.embeddings import nim as nim_embeddings
from sovereign_kernel.embeddings import openai as openai_embeddings
from sovereign_kernel.errors import BadAnswer, ModelUnavailable, PromptRefused, Refused
from sovereign_kernel.models import nim, openai
from sovereign_kernel.testing import habits
from sovereign_kernel.testing.habits import (
    SERVERS,
    answers,
    has,
    has_schema,
    has_system,
    is_chat,
    refuses,
    says,
    vllm_error,
)
from sovereign_kernel.testing.nim import NimServer
from sovereign_kernel.testing.openai import Habit, ModelServer
from sovereign_kernel.testing.plausible import Json
from tests.embeddings.test_embedders import Remote
from tests.models.chatting import Chat, Critique

GOOD = {"score": 7, "reasons": ["it rests on one source"]}
EXPECTED = Critique(score=7, reasons=("it rests on one source",))


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        server.answers["Critique"] = lambda asked: GOOD
        yield server


def chat(server: ModelServer, **options: Any) -> Chat:
    return Chat(server, openai, **options)


class TestTheTableOfServers:
    """docs/providers.md tells of each; a question and a batch of embeddings get through, and the second at once."""

    @pytest.mark.parametrize("name", SERVERS)
    def test_a_question(self, name: str) -> None:
        kind, wires = (NimServer, nim) if name == "NIM" else (ModelServer, openai)
        with kind() as server:
            server.habits = list(SERVERS[name])
            server.answers["Critique"] = lambda asked: GOOD
            if name == "Azure":
                server.query = "?api-version=2024-10-21"
            one = Chat(server, wires, max_tokens=4096)
            assert one.ask("first") == EXPECTED
            asked = len(server.requests)
            again = Chat(server, wires, max_tokens=4096)  # every node of a run makes a model of its own
            assert again.ask("second") == EXPECTED
            assert len(server.requests) == asked + 1, "what the server refuses was forgotten"
            assert {event["outcome"] for event in again.events()} == {"answered"}

    @pytest.mark.parametrize("name", SERVERS)
    def test_a_batch_of_texts(self, name: str) -> None:
        with NimServer() if name == "NIM" else ModelServer() as server:
            server.habits = list(SERVERS[name])
            if name == "Azure":
                server.query = "?api-version=2024-10-21"
            texts = [f"text number {number} of many {'more ' * (number % 5)}" for number in range(70)]
            one = Remote("nim" if name == "NIM" else "openai", server)
            found = one.embedder.embed(texts, "passage")
            for place in (0, 1, 33, 69):
                assert found[place] @ one.embedder.embed([texts[place]], "passage")[0] > 0.999


REFUSED: dict[str, list[Habit]] = {
    "the other name of the token limit": SERVERS["OpenAI"][:1],
    "neither name": [
        refuses(has(name), 422, {"detail": [{"loc": ["body", name], "msg": "Extra inputs are not permitted"}]})
        for name in ("max_tokens", "max_completion_tokens")
    ],
    "fewer tokens": [
        refuses(
            lambda asked: habits.answer_tokens(asked) > 200,
            400,
            "max_tokens is too large: 512. This model supports at most 200 completion tokens, but you provided 512.",
        )
    ],
    "no system role": [refuses(has_system, 400, vllm_error("System role not supported"))],
    "no developer instruction": [
        refuses(
            has_system,
            400,
            [{"error": {"code": 400, "message": "Developer instruction is not enabled for models/gemma-3-27b-it"}}],
        )
    ],
    "roles alternate": [
        refuses(has_system, 500, "Conversation roles must alternate user/assistant/user/assistant/...")
    ],
    "a JSON object only": [
        refuses(has_schema, 400, "'response_format.type' must be one of: 'text', 'json_object'"),
    ],
    "no format, by a route": [
        refuses(
            has("response_format"), 404, "No endpoints found that support the requested parameters (response_format)."
        )
    ],
    "no format, by a crash": [refuses(has("response_format"), 500, "grammar is not supported by this backend")],
    "no format, without a reason": [refuses(has("response_format"), 500, "Internal Server Error")],
    "no strict": [
        refuses(
            has_schema, 422, {"detail": [{"loc": ["response_format", "strict"], "msg": "extra fields not permitted"}]}
        )
    ],
    "two things": [*SERVERS["OpenAI"][:1], refuses(has_system, 400, "Only user and assistant roles are supported!")],
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_repaired_by_its_words_and_remembered(name: str, server: ModelServer) -> None:
    server.habits = REFUSED[name]
    assert chat(server).ask("first") == EXPECTED
    first = len(server.requests)
    assert 2 <= first <= 4
    assert chat(server).ask("second") == EXPECTED
    assert len(server.requests) == first + 1
    said = server.requests[-1].text
    assert "SKEPTIC" in said and "second" in said and "JSON Schema" in said


def test_a_repair_waits_for_nothing(server: ModelServer) -> None:
    server.habits = REFUSED["roles alternate"]
    one = chat(server)
    one.ask()
    assert not one.clock.slept


def test_folded_messages_alternate(server: ModelServer) -> None:
    from sovereign_kernel.testing import faults

    server.habits = REFUSED["roles alternate"]
    chat(server).ask("first")
    server.faults = [faults.says('{"score": 7, "reasons": ["it re', finish_reason="length")]
    assert chat(server).ask("second") == EXPECTED
    roles = [message["role"] for message in server.requests[-1].body["messages"]]
    assert roles == ["user"], "two messages of the user in a row are one"


def test_nim_too_goes_without_a_temperature(server: ModelServer) -> None:
    server.habits = SERVERS["OpenAI"][1:]
    assert Chat(server, nim).ask() == EXPECTED
    assert "temperature" in server.requests[0].body and "temperature" not in server.requests[-1].body


class TestContext:
    @pytest.mark.parametrize(
        "words",
        [
            "This model's maximum context length is 3000 tokens. However, you requested {sum} tokens ({prompt} in the "
            "messages, {answer} in the completion). Please reduce the length of the messages or completion.",
            "'max_tokens' or 'max_completion_tokens' is too large: {answer}. This model's maximum context length is "
            "3000 tokens and your request has {prompt} input tokens ({answer} > 3000 - {prompt}).",
            "input length and max_tokens exceed context limit: they exceed the context window of this model",
        ],
    )
    def test_it_asks_for_less_by_itself(self, words: str, server: ModelServer) -> None:
        def habit(exchange: Any) -> bool:
            asked = exchange.asked
            if habits.tokens(asked) <= 3_000:
                return False
            figures = {"sum": habits.tokens(asked), "prompt": habits.prompt_tokens(asked)}
            said = words.format(**figures, answer=habits.answer_tokens(asked))
            exchange.send(400, exchange.server.error(400, said))
            return True

        server.habits = [habit]
        assert chat(server, max_tokens=4096).ask("word " * 1_000) == EXPECTED
        assert habits.answer_tokens(server.requests[-1]) >= 800, "as much as there is room for"
        assert len(server.requests) <= 4

    def test_what_is_known_of_the_context_is_used_for_the_next_question(self, server: ModelServer) -> None:
        server.habits = [
            refuses(
                lambda asked: habits.tokens(asked) > 3_000,
                400,
                "This model's maximum context length is 3000 tokens, with 1300 tokens in the messages.",
            )
        ]
        assert chat(server, max_tokens=4096).ask("word " * 1_000) == EXPECTED
        asked = len(server.requests)
        assert chat(server, max_tokens=4096).ask("other " * 900) == EXPECTED
        assert len(server.requests) == asked + 1

    @pytest.mark.parametrize(
        "words",
        [
            "the request exceeds the available context size, try increasing it",
            "The input token count (40000) exceeds the maximum number of tokens allowed (32768).",
            "prompt is too long: 210000 tokens > 200000 maximum",
        ],
    )
    def test_a_prompt_that_is_too_long_by_itself_is_that_prompts_matter(self, words: str, server: ModelServer) -> None:
        server.habits = [refuses(says("long"), 400, words)]
        one = chat(server)
        with pytest.raises(PromptRefused, match="of this length") as caught:
            one.ask("long")
        assert "max_tokens" in caught.value.help and len(server.requests) == 1
        assert one.ask("short") == EXPECTED


FILTERS = {
    "Azure": {
        "error": {
            "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management "
            "policy.",
            "code": "content_filter",
            "innererror": {"code": "ResponsibleAIPolicyViolation"},
        }
    },
    "DeepSeek": {"error": {"message": "Content Exists Risk", "type": "invalid_request_error"}},
    "Alibaba": {
        "error": {"code": "data_inspection_failed", "message": "Input data may contain inappropriate content."}
    },
    "OpenAI": {
        "error": {
            "message": "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
            "code": "invalid_prompt",
        }
    },
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("status", [400, 200, 403])
def test_a_content_filter_refuses_one_prompt_only(name: str, status: int, server: ModelServer) -> None:
    body = FILTERS[name] | {} if status != 200 else {"error": FILTERS[name]["error"] | {"code": status and 400}}
    if status == 200 and name == "Alibaba":
        body = FILTERS[name]
    server.habits = [refuses(says("attack"), status, body)]
    one = chat(server)
    with pytest.raises(PromptRefused) as caught:
        one.ask("attack")
    assert len(server.requests) == 1 and caught.value.help
    assert one.ask("harmless") == EXPECTED


def test_an_answer_that_is_withheld_is_not_asked_for_again(server: ModelServer) -> None:
    def withheld(document: Json) -> None:
        document["choices"][0].update(finish_reason="content_filter", message={"role": "assistant", "content": None})

    server.habits = [answers(withheld)]
    with pytest.raises(PromptRefused, match="withheld"):
        chat(server).ask()
    assert len(server.requests) == 1


class TestFieldsOfTheOwner:
    def wants(self, name: str, words: str) -> Habit:
        return refuses(lambda asked: is_chat(asked) and name not in asked.body, 400, words)

    @pytest.mark.parametrize(
        ("name", "words", "example"),
        [
            (
                "enable_thinking",
                "parameter.enable_thinking must be set to false for non-streaming calls",
                "--extra-body enable_thinking=false",
            ),
            ("safe_mode", "missing required parameter safe_mode", "--extra-body NAME=VALUE"),
        ],
    )
    def test_a_field_that_is_wanted_is_named_and_can_be_given(
        self, name: str, words: str, example: str, server: ModelServer
    ) -> None:
        server.habits = [self.wants(name, words)]
        with pytest.raises(Refused, match=name) as caught:
            chat(server).ask()
        assert example in caught.value.help and "extra_body" in caught.value.help
        assert chat(server, extra_body={name: False}).ask() == EXPECTED
        assert server.requests[-1].body[name] is False

    def test_one_that_is_refused_is_named(self, server: ModelServer) -> None:
        server.habits = [refuses(has("top_k"), 400, "Unrecognized request argument supplied: top_k")]
        with pytest.raises(Refused, match="top_k") as caught:
            chat(server, extra_body={"top_k": 4}).ask()
        assert "extra_body sends 'top_k'" in caught.value.help and len(server.requests) == 1


READ: dict[str, Callable[[Json], object]] = {
    "parts with a thought": habits.as_parts,
    "parts of text": habits.as_text_parts,
    "in reasoning_content": habits.as_reasoning("reasoning_content"),
    "in reasoning": habits.as_reasoning("reasoning"),
    "in a tool call": habits.as_tool_call,
    "whole, then blanks": habits.padded,
    "whole, and said to be cut": lambda document: document["choices"][0].update(finish_reason="length"),
    "arguments that are an object": lambda document: habits.message_of(document).update(
        content="", tool_calls=[{"function": {"arguments": json.loads(habits.message_of(document)["content"])}}]
    ),
    "an old function call": lambda document: habits.message_of(document).update(
        content=None, function_call={"name": "f", "arguments": habits.message_of(document)["content"]}
    ),
    "a thought that ends in the answer": lambda document: habits.message_of(document).update(
        content="", reasoning="Let me see. {} is none.\n" + habits.message_of(document)["content"]
    ),
    "an error that is none": lambda document: document.update(error=None, message=""),
}


@pytest.mark.parametrize("name", READ)
def test_an_answer_is_read_where_it_stands(name: str, server: ModelServer) -> None:
    server.habits = [answers(READ[name])]
    assert chat(server).ask() == EXPECTED
    assert len(server.requests) == 1


def test_a_stream_that_nobody_asked_for_is_read(server: ModelServer) -> None:
    server.habits = [habits.streamed]
    one = chat(server)
    assert one.ask() == EXPECTED
    assert one.events()[0]["prompt_tokens"] == 5


def test_a_thought_that_was_cut_is_no_answer(server: ModelServer) -> None:
    def cut(document: Json) -> None:
        message = habits.message_of(document)
        message.update(content="", reasoning_content="Perhaps " + message["content"] + " or rather")
        document["choices"][0]["finish_reason"] = "length"

    server.habits = [answers(cut)]
    with pytest.raises(BadAnswer, match="cut off"):
        chat(server).ask()


INSIDE = {
    "429": (
        {"error": {"message": "Rate limit exceeded", "code": 429}},
        ModelUnavailable,
        "limits how often .*exceeded",
    ),
    "502 in a choice": (
        {"choices": [{"finish_reason": "error", "error": {"code": 502, "message": "Upstream idle timeout"}}]},
        ModelUnavailable,
        "502 Upstream idle timeout",
    ),
    "401": ({"error": {"message": "No auth credentials found", "code": 401}}, Refused, "KEY was refused .*No auth"),
    "quota": (
        {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}},
        Refused,
        "used up: 429 You exceeded",
    ),
    "a provider behind a gateway": (
        {"error": {"message": "Provider returned error", "code": 503, "metadata": {"raw": '{"error": "no capacity"}'}}},
        ModelUnavailable,
        "Provider returned error: no capacity",
    ),
    "an overloaded server without a code": (
        {"error": {"message": "The engine is currently overloaded", "type": "server_error"}},
        ModelUnavailable,
        "overloaded",
    ),
    "vLLM's shape": (
        {"object": "error", "message": "The model `m` does not exist.", "type": "NotFoundError", "code": 404},
        Refused,
        "knows no model",
    ),
    "words only": ({"error": "the moon is full"}, BadAnswer, "the moon is full"),
}


@pytest.mark.parametrize("name", INSIDE)
def test_an_error_in_a_good_status_is_that_error(name: str, server: ModelServer) -> None:
    body, kind, words = INSIDE[name]
    server.habits = [refuses(is_chat, 200, body)]
    with pytest.raises(kind, match=words):
        chat(server, patience=4.0).ask()
    assert (len(server.requests) == 1) == (kind is Refused)


def test_an_error_in_a_good_status_may_pass(server: ModelServer) -> None:
    body = json.dumps({"id": None, "choices": None, "error": {"message": "Provider returned error", "code": 429}})
    server.faults = [lambda exchange: exchange.send(200, body.encode())]
    assert chat(server).ask() == EXPECTED and len(server.requests) == 2


SPENT = {
    "OpenAI": (429, {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}, {}),
    "OpenRouter": (402, {"error": {"message": "Insufficient credits. Add more", "code": 402}}, {}),
    "a day's limit": (429, {"error": {"message": "Rate limit exceeded: free-models-per-day", "code": 429}}, {}),
    "Anthropic": (400, {"error": {"message": "Your credit balance is too low to access the API"}}, {}),
    "with a wait": (429, {"error": {"message": "no", "type": "insufficient_quota"}}, {"Retry-After": "1"}),
}


@pytest.mark.parametrize("name", SPENT)
def test_a_quota_that_is_used_up_ends_at_once(name: str, server: ModelServer) -> None:
    status, body, headers = SPENT[name]
    server.habits = [refuses(is_chat, status, body, headers)]
    one = chat(server)
    with pytest.raises(Refused, match=r"used up|credit balance"):
        one.ask()
    assert len(server.requests) <= 2 and not one.clock.slept


def test_a_minutes_quota_is_waited_for(server: ModelServer) -> None:
    words = "You exceeded your current quota, please check your plan and billing details. Please retry in 21.5s."
    body = [{"error": {"code": 429, "message": words, "status": "RESOURCE_EXHAUSTED"}}]
    server.faults = [lambda exchange: exchange.send(429, json.dumps(body).encode())]
    one = chat(server)
    assert one.ask() == EXPECTED
    assert 21.5 <= one.clock.slept[0] < 22


ROOTS: dict[str, tuple[int, str | Json]] = {
    "LM Studio": (200, {"error": "Unexpected endpoint or method. (POST /chat/completions)"}),
    "Open WebUI": (200, "<!doctype html><html><head><title>Open WebUI</title></head><body></body></html>"),
    "vLLM": (404, {"detail": "Not Found"}),
    "a web server": (405, "<html><title>405 Not Allowed</title></html>"),
}


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("path", ["", "/api", "/v1/chat/completions"])
def test_an_address_without_v1_stops_at_the_first_call(name: str, path: str, server: ModelServer) -> None:
    status, body = ROOTS[name]

    def habit(exchange: Any) -> bool:
        if exchange.asked.path in {"/v1/chat/completions", "/v1/embeddings"}:
            return False
        exchange.send(status, body)
        return True

    server.habits = [habit]
    server.prefix = path
    with pytest.raises(Refused, match="base_url should end in /v1") as caught:
        chat(server).ask()
    assert len(server.requests) == 1 and "/v1" in caught.value.help and not caught.value.help.endswith("/v1/v1")
    embedder = openai_embeddings.connect
    assert embedder is not nim_embeddings.connect
    with pytest.raises(Refused, match="embedding_url should end in /v1"):
        Remote("openai", server).embedder.embed(["text"], "passage")


@pytest.mark.parametrize("count", [2**64, 2**63, -1, -(2**70), 1.5, "12", True, None, [], 10**4000])
def test_a_count_that_is_none_is_unknown(count: object, server: ModelServer) -> None:
    server.habits = [answers(lambda document: document["usage"].update(prompt_tokens=count))]
    one = chat(server)
    assert one.ask() == EXPECTED
    assert one.events()[0]["prompt_tokens"] is None


def test_a_count_with_a_point_is_one(server: ModelServer) -> None:
    server.habits = [answers(lambda document: document["usage"].update(prompt_tokens=12.0))]
    one = chat(server)
    one.ask()
    assert one.events()[0]["prompt_tokens"] == 12


def test_a_key_in_an_answer_is_taken_out(server: ModelServer) -> None:
    from tests.models.chatting import KEY

    server.answers["Critique"] = lambda asked: {"score": 7, "reasons": [f"the key is {KEY}"]}
    one = chat(server)
    assert one.ask().reasons == ("the key is [key]",)
    assert KEY not in json.dumps(vars(one.journal), default=str)


def test_the_documented_table_is_the_one_that_is_tried() -> None:
    page = (Path(__file__).parents[2] / "docs" / "providers.md").read_text("utf-8")
    table = page.split("## Servers, and what each does differently")[1].split("\n## ")[0]
    named = [row.split("|")[1].strip() for row in table.splitlines() if row.startswith("| ")][1:]
    assert named == list(SERVERS)
