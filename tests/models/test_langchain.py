"""LangChain's objects behind our ports, by their public methods only: fakes, and the real clients over loopback."""

from __future__ import annotations

from typing import Any

import httpx2
import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from sovereign_kernel.embeddings.langchain import LangChainEmbedder
from sovereign_kernel.errors import BadAnswer, ModelUnavailable, PromptRefused, Refused
from sovereign_kernel.models.langchain import LangChainChat
from sovereign_kernel.models.wire import Reply
from sovereign_kernel.testing import faults
from sovereign_kernel.testing.nim import NimServer
from sovereign_kernel.testing.openai import ModelServer
from tests.models.chatting import KEY, PROMPT, Critique

GOOD = '{"score": 7, "reasons": ["it rests on one source"]}'
EXPECTED = Critique(score=7, reasons=("it rests on one source",))


def fake(*said: Any) -> BaseChatModel:
    return GenericFakeChatModel(messages=iter(said))


def ask(chat: BaseChatModel, **options: Any) -> Critique:
    return LangChainChat(chat, **options).ask("skeptic", PROMPT, Critique)


def one_off() -> httpx2.Client:
    """No connection stays open: it would be left to the garbage collector, which warns."""
    return httpx2.Client(limits=httpx2.Limits(max_keepalive_connections=0))


def openai_chat(server: ModelServer) -> BaseChatModel:
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model="some-model", base_url=server.base_url, api_key=KEY, max_retries=0, http_client=one_off())


def nim_chat(server: ModelServer) -> BaseChatModel:
    from langchain_nvidia_ai_endpoints import ChatNVIDIA

    return ChatNVIDIA(model="some-model", base_url=server.base_url, api_key=KEY, usage_telemetry_enabled=False)


REAL = {"openai": (ModelServer, openai_chat), "nim": (NimServer, nim_chat)}


@pytest.mark.parametrize("said", [GOOD, f"<think>hm</think>```json\n{GOOD}\n```"])
def test_an_answer_is_read_as_from_any_server(said: str) -> None:
    assert ask(fake(AIMessage(said))) == EXPECTED


def test_parts_of_a_message_are_joined() -> None:
    parts = [
        {"type": "thinking", "thinking": "hm"},
        {"type": "text", "text": GOOD[:9]},
        {"type": "text", "text": GOOD[9:]},
    ]
    assert ask(fake(AIMessage(content=parts))) == EXPECTED


def test_an_unusable_answer_is_mended_once_and_both_replies_are_told() -> None:
    told: list[tuple[str, Reply]] = []
    usage = {"input_tokens": 11, "output_tokens": 3, "total_tokens": 14}
    chat = fake(AIMessage("no idea"), AIMessage(GOOD, usage_metadata=usage))
    assert ask(chat, told=lambda role, reply: told.append((role, reply))) == EXPECTED
    assert [(role, reply.prompt_tokens, reply.tokens) for role, reply in told] == [
        ("skeptic", None, None),
        ("skeptic", 11, 14),
    ]
    with pytest.raises(BadAnswer, match="unusable answer twice"):
        ask(fake(AIMessage("no idea"), AIMessage("still none")))


@pytest.mark.parametrize("kind", REAL)
def test_a_real_client_over_a_loopback_server(kind: str) -> None:
    make, connect = REAL[kind]
    with make(key=KEY, models={"some-model"}) as server:
        server.answers["Critique"] = lambda asked: {"score": 7, "reasons": ["it rests on one source"]}
        told: list[Reply] = []
        chat = LangChainChat(connect(server), told=lambda role, reply: told.append(reply))
        assert chat.model == "some-model"
        assert chat.ask("skeptic", PROMPT, Critique) == EXPECTED
        assert told[0].prompt_tokens and told[0].completion_tokens
        assert "SKEPTIC" in server.requests[-1].text and server.requests[-1].user == PROMPT.user


REFUSALS = {
    "key": (faults.status(401, message=f"wrong key {KEY}"), Refused),
    "busy": (faults.status(429), ModelUnavailable),
    "down": (faults.status(503), ModelUnavailable),
    "content": (faults.status(400, message="flagged by our content_filter"), PromptRefused),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_real_clients_refusals_are_ours(name: str) -> None:
    fault, kind = REFUSALS[name]
    with ModelServer() as server:
        server.faults = [fault]
        with pytest.raises(kind) as caught:
            ask(openai_chat(server))
    assert caught.value.help and KEY not in str(caught.value) and "\n" not in str(caught.value)


class Slow(GenericFakeChatModel):
    def invoke(self, *_: Any, **__: Any) -> AIMessage:
        import time

        time.sleep(5)
        return AIMessage(GOOD)


def test_an_object_that_never_answers_is_given_up() -> None:
    with pytest.raises(ModelUnavailable, match="no answer"):
        ask(Slow(messages=iter(())), seconds=0.1)


class Letters(Embeddings):
    """Counts letters; knows queries from documents by the last number."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(text.count("a")), float(text.count("b")), 1.0] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [*self.embed_documents([text])[0][:2], 2.0]


def test_any_embeddings_give_unit_vectors() -> None:
    embedder = LangChainEmbedder(Letters())
    vectors = embedder.embed(["aa", "", *["b"] * 120], "passage")
    assert vectors.dtype == np.float32 and vectors.shape == (122, embedder.dimension) == (122, 3)
    assert np.allclose(vectors[0], np.array([2, 0, 1]) / 5**0.5) and not vectors[1].any()
    assert not np.allclose(vectors[2], embedder.embed(["b"], "query")[0])
    assert embedder.model == "Letters"


class Odd(Letters):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[1.0, 2.0, 3.0]] if texts == ["dimension"] else [[1.0, float("nan"), 3.0]] * len(texts)


class Broken(Letters):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise RuntimeError("out of memory")


def test_unusable_vectors_and_foreign_errors_are_ours() -> None:
    with pytest.raises(BadAnswer, match="cannot be used"):
        LangChainEmbedder(Odd()).embed(["a"], "passage")
    with pytest.raises(ModelUnavailable, match="out of memory"):
        LangChainEmbedder(Broken()).embed(["a"], "passage")


def test_real_embeddings_over_a_loopback_server() -> None:
    from langchain_openai import OpenAIEmbeddings

    with ModelServer(key=KEY) as server:
        real = OpenAIEmbeddings(
            model="m",
            base_url=server.base_url,
            api_key=KEY,
            check_embedding_ctx_length=False,
            http_client=one_off(),
            model_kwargs={"encoding_format": "float"},
        )
        vectors = LangChainEmbedder(real).embed(["sparse experts", "sparse experts today"], "passage")
        assert vectors.shape == (2, 64) and vectors[0] @ vectors[1] > 0.7
