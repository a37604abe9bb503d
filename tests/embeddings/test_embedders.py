"""The contract of ports.Embedder, for all three; and every fault that a server can have, for the two that ask one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from sovereign_kernel.embeddings import nim, openai
from sovereign_kernel.embeddings.offline import OfflineEmbedder
from sovereign_kernel.embeddings.remote import BATCH, RemoteEmbedder
from sovereign_kernel.errors import BadAnswer, ModelUnavailable, Refused
from sovereign_kernel.models.limits import RateLimiter
from sovereign_kernel.ports import Embedder
from sovereign_kernel.runs.journal import MemoryJournal
from sovereign_kernel.runs.ledger import MemoryLedger
from sovereign_kernel.testing import faults
from sovereign_kernel.testing.habits import (
    SERVERS,
    base64_vectors,
    embeds,
    more_texts_than,
    refuses,
    zero_index_left_out,
)
from sovereign_kernel.testing.nim import NimServer
from sovereign_kernel.testing.openai import FastClock, Fault, ModelServer

DIALECTS: dict[str, tuple[type[ModelServer], Any]] = {"nim": (NimServer, nim), "openai": (ModelServer, openai)}
MODELS = {"nim": "nvidia/nv-embedqa-e5-v5", "openai": "a-model-of-unknown-dimension"}
KEY = "sk-canary-0123456789abcdef"
EXPERTS = {231: 0.364, 245: -0.343, 279: 0.364, 386: -0.364, 524: -0.343, 706: -0.343, 796: -0.364, 947: 0.343}
WORDS = "sparse experts cut the cost of inference in vision language models"


class Remote:
    """A remote embedder with everything about it at hand."""

    def __init__(self, dialect: str, server: ModelServer, **options: Any) -> None:
        self.clock = FastClock()
        self.ledger = MemoryLedger(self.clock, [])
        self.journal = options.pop("journal", None) or MemoryJournal()
        self.embedder: RemoteEmbedder = DIALECTS[dialect][1].connect(
            MODELS[dialect],
            server.base_url,
            options.pop("key", KEY),
            timeout=options.pop("timeout", 5.0),
            ledger=self.ledger,
            journal=self.journal,
            limiter=RateLimiter(10_000, self.clock),
            clock=self.clock,
            patience=options.pop("patience", 100.0),
            **options,
        )

    def events(self, name: str = "embedding_call") -> list[dict[str, Any]]:
        return [event for event in self.ledger.events() if event["event"] == name]


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(dialect: str) -> Iterator[ModelServer]:
    with DIALECTS[dialect][0](key=KEY) as server:
        yield server


@pytest.fixture
def remote(dialect: str, server: ModelServer) -> Callable[..., Remote]:
    return lambda **options: Remote(dialect, server, **options)


@pytest.fixture(params=["offline", *DIALECTS])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    if request.param == "offline":
        yield OfflineEmbedder()
        return
    with DIALECTS[request.param][0](key=KEY) as server:
        yield Remote(request.param, server).embedder


class TestContract:
    def test_shape_and_length(self, embedder: Embedder) -> None:
        vectors = embedder.embed([WORDS, "another text", "étude 数学 🙂"], "passage")
        assert vectors.dtype == np.float32 and vectors.shape == (3, embedder.dimension)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)

    def test_nothing_to_embed(self, embedder: Embedder) -> None:
        assert embedder.embed([], "passage").shape == (0, embedder.dimension)

    def test_a_blank_text_is_like_nothing(self, embedder: Embedder) -> None:
        vectors = embedder.embed(["", WORDS, " \n"], "passage")
        assert not vectors[0].any() and not vectors[2].any() and vectors[1].any()

    def test_the_same_text_has_the_same_vector(self, embedder: Embedder) -> None:
        once, again = embedder.embed([WORDS, "x"], "query")[0], embedder.embed(["y", WORDS], "query")[1]
        assert np.allclose(once, again, atol=1e-6)

    def test_near_texts_are_near(self, embedder: Embedder) -> None:
        near, far, base = embedder.embed([WORDS + " today", "whales sing in winter", WORDS], "passage")
        assert near @ base > 0.6 > far @ base

    def test_order_and_many_batches(self, embedder: Embedder) -> None:
        texts = [f"text number {i} {'word' * (i % 7)}" for i in range(2 * BATCH + 7)]
        together = embedder.embed(texts, "passage")
        for i in (0, BATCH - 1, BATCH, len(texts) - 1):
            assert np.allclose(together[i], embedder.embed([texts[i]], "passage")[0], atol=1e-6)

    def test_a_long_text_is_read_to_its_end(self, embedder: Embedder) -> None:
        head = "alpha beta gamma " * 1_000
        vectors = embedder.embed([head, head + "whales sing in winter " * 900, "whales sing in winter"], "passage")
        assert vectors[1] @ vectors[2] > vectors[0] @ vectors[2] + 0.1

    def test_threads(self, embedder: Embedder) -> None:
        texts = [f"thread {i} says {i * 7919}" for i in range(48)]
        expected = embedder.embed(texts, "passage")
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(lambda text: embedder.embed([text], "passage")[0], texts))
        assert np.allclose(np.stack(found), expected, atol=1e-6)


PASSING: dict[str, Fault] = {
    "429": faults.status(429),
    "429 with seconds": faults.status(429, retry_after="3"),
    "500": faults.status(500),
    "503": faults.status(503),
    "reset": faults.reset,
    "cut JSON": faults.cut_json,
    "HTML": faults.html,
    "wrong types": faults.wrong_types,
    "short vector": faults.short_vector,
    "NaN": faults.nan_vector,
    "text in a vector": faults.text_vector,
    "too few": faults.few_vectors,
    "an index out of place": faults.odd_index,
}


@pytest.mark.parametrize("name", PASSING)
def test_a_passing_fault_is_retried(name: str, remote: Callable[..., Remote], server: ModelServer) -> None:
    one = remote()
    good = one.embedder.embed(["one text", "two texts"], "query")
    server.faults = [PASSING[name]]
    again = remote()
    assert np.array_equal(again.embedder.embed(["one text", "two texts"], "query"), good)
    assert [event["request"] for event in again.events()] == [1, 2]


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_stays_is_an_error(name: str, remote: Callable[..., Remote], server: ModelServer) -> None:
    server.faults = [PASSING[name]] * 50
    with pytest.raises((BadAnswer, ModelUnavailable)) as caught:
        remote(patience=15.0).embedder.embed(["one text", "two texts"], "passage")
    assert caught.value.help and "\n" not in str(caught.value)


def test_a_hang_is_given_up(remote: Callable[..., Remote], server: ModelServer) -> None:
    server.faults = [faults.hang]
    one = remote(timeout=0.3)
    one.embedder.embed(["text"], "passage")
    assert [event["outcome"] for event in one.events()] == ["timeout", "answered"]


def test_a_wrong_key(remote: Callable[..., Remote], server: ModelServer) -> None:
    with pytest.raises(Refused, match="_API_KEY was refused"):
        remote(key="sk-wrong-key-123456").embedder.embed(["text"], "passage")
    assert len(server.requests) == 1


def test_redirects_are_not_followed(remote: Callable[..., Remote], server: ModelServer) -> None:
    with ModelServer() as elsewhere:
        server.faults = [faults.redirect(elsewhere.base_url)]
        with pytest.raises(Refused, match="redirects"):
            remote().embedder.embed(["text"], "passage")
        assert not elsewhere.requests


def test_batches_are_kept_and_not_asked_again(remote: Callable[..., Remote], server: ModelServer) -> None:
    texts = [f"text {i}" for i in range(2 * BATCH + 1)]
    first = remote()
    vectors = first.embedder.embed(texts, "passage")
    asked = len(server.requests)
    again = remote(journal=first.journal)
    assert np.array_equal(again.embedder.embed(texts, "passage"), vectors)
    assert len(server.requests) == asked
    assert len(again.events("embedding_call_replayed")) == 3 and not again.events()


def test_batches_go_side_by_side(remote: Callable[..., Remote], server: ModelServer) -> None:
    server.latency = 0.1
    remote(parallel=4).embedder.embed([f"text {i}" for i in range(4 * BATCH)], "passage")
    assert server.most_at_once == 4
    assert all(len(asked.body["input"]) == BATCH for asked in server.requests if len(asked.body["input"]) > 1)


def test_nim_is_told_the_kind_and_cuts_nothing() -> None:
    with NimServer() as server:
        one = Remote("nim", server)
        one.embedder.embed(["a passage"], "passage")
        one.embedder.embed(["a query"], "query")
        assert [asked.body["input_type"] for asked in server.requests] == ["passage", "query"]
        assert {asked.body["truncate"] for asked in server.requests} == {"NONE"}


def test_chunked_texts_are_counted() -> None:
    with NimServer() as server:
        one = Remote("nim", server)
        one.embedder.embed(["short", "a long text " * 400], "passage")
        (event,) = one.events("texts_chunked")
        assert event["texts"] == 1 and event["pieces"] > 1


def test_a_text_that_is_still_too_long_is_halved() -> None:
    with NimServer() as server:
        server.token_limit = 100
        one = Remote("nim", server)
        vectors = one.embedder.embed(["short", "some words of a text " * 60], "passage")
        assert vectors.shape == (2, 1024) and np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
        assert one.events("texts_chunked")


def test_usage_and_unknown_usage(remote: Callable[..., Remote], server: ModelServer) -> None:
    one = remote()
    one.embedder.embed(["two words"], "passage")
    assert one.events()[-1]["prompt_tokens"] == 2 and one.events()[-1]["completion_tokens"] == 0
    server.usage = False
    one.embedder.embed(["three more words"], "passage")
    assert one.events()[-1]["prompt_tokens"] is None
    ((purpose, *_),) = one.ledger.usage()
    assert purpose == "embeddings"


def test_a_key_stays_out_of_ledger_journal_and_errors(remote: Callable[..., Remote], server: ModelServer) -> None:
    server.faults = [faults.status(500, message=f"key {KEY}"), faults.status(400, message=f"key {KEY}")]
    one = remote()
    with pytest.raises(Refused) as caught:
        one.embedder.embed(["text"], "passage")
    assert KEY not in str(caught.value) + str(caught.value.__cause__) + str(list(one.ledger.events()))


def test_the_offline_vectors_are_the_same_on_every_machine() -> None:
    """Stored vectors are compared across runs and machines: a change needs a new model name."""
    assert OfflineEmbedder.model == "hashed-stems-1"
    (vector,) = OfflineEmbedder().embed(["Sparse experts"], "passage")
    found = {int(i): round(float(vector[i]), 3) for i in np.flatnonzero(vector)}
    assert found == EXPERTS


TEXTS = [f"text number {number} of many" for number in range(120)]
REFUSALS = {
    "TEI, 32": (
        32,
        413,
        {"message": "batch size 50 > maximum allowed batch size 32", "code": 413, "type": "Validation"},
    ),
    "DashScope, 10": (
        10,
        400,
        {"error": {"message": "batch size is invalid, it should not be larger than 10.: input.contents"}},
    ),
    "a single one, by its type": (
        1,
        422,
        {"detail": [{"loc": ["body", "input"], "msg": "str type expected", "type": "type_error.str"}]},
    ),
    "Voyage, by tokens": (7, 400, {"detail": "The max allowed tokens per submitted batch is 120000."}),
    "Cohere, 20": (20, 400, {"message": "invalid request: total number of texts must be at most 20"}),
    "without a reason": (13, 413, "Payload Too Large"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_batch_that_is_too_large_is_halved_and_that_is_remembered(name: str) -> None:
    most, status, words = REFUSALS[name]
    with ModelServer() as server:
        plain = Remote("openai", server).embedder.embed(TEXTS, "passage")
        server.habits = [refuses(more_texts_than(most), status, words)]
        one = Remote("openai", server, parallel=1)
        assert np.array_equal(one.embedder.embed(TEXTS, "passage"), plain)
        assert not one.clock.slept
        server.requests.clear()
        again = Remote("openai", server)
        assert np.array_equal(again.embedder.embed([f"{text} more" for text in TEXTS[:60]], "query")[:0], plain[:0])
        assert {event["outcome"] for event in again.events()} == {"answered"}
        assert Remote("openai", server, journal=one.journal).embedder.embed(TEXTS, "passage").shape == plain.shape


def test_a_server_that_takes_a_text_and_no_list() -> None:
    with ModelServer() as server:
        server.habits = [
            refuses(lambda asked: isinstance(asked.body["input"], list), 400, "input: value is not a valid string")
        ]
        vectors = Remote("openai", server).embedder.embed(TEXTS[:5], "passage")
        assert vectors.shape == (5, 64) and vectors.any(axis=1).all()
        asked = len(server.requests)
        Remote("openai", server).embedder.embed(TEXTS[5:9], "passage")
        assert len(server.requests) == asked + 4


def test_a_text_that_a_server_cannot_process_at_once_is_cut() -> None:
    with ModelServer() as server:
        server.habits = SERVERS["llama.cpp"][1:]
        one = Remote("openai", server)
        vectors = one.embedder.embed(["short", "some words of a text " * 60], "passage")
        assert vectors.shape == (2, 64) and one.events("texts_chunked") and not one.clock.slept


WRITTEN: dict[str, Callable[[list[Any]], object]] = {
    "base64": base64_vectors,
    "no index": lambda data: [entry.pop("index") for entry in data],
    "no zero": zero_index_left_out,
    "one index for all": lambda data: [entry.update(index=0) for entry in data],
    "index as text": lambda data: [entry.update(index=str(entry["index"])) for entry in data],
    "from one": lambda data: [entry.update(index=entry["index"] + 1) for entry in data],
    "nested": lambda data: [entry.update(embedding=[entry["embedding"]]) for entry in data],
    "in another order": lambda data: data.reverse(),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_vectors_are_read_however_they_are_written(name: str) -> None:
    with ModelServer() as server:
        plain = Remote("openai", server).embedder.embed(TEXTS, "passage")
        server.habits = [embeds(WRITTEN[name])]
        one = Remote("openai", server)
        assert np.allclose(one.embedder.embed(TEXTS, "passage"), plain, atol=1e-6)
        assert {event["outcome"] for event in one.events()} == {"answered"}


@pytest.mark.parametrize("text", ["AAAA!", "AAAAA", "not base64 at all"])
def test_text_that_is_no_vector_is_a_bad_answer(text: str) -> None:
    with ModelServer() as server:
        server.habits = [embeds(lambda data: data[0].update(embedding=text))]
        with pytest.raises(BadAnswer, match="base64"):
            Remote("openai", server, patience=5.0).embedder.embed(["text"], "passage")


@pytest.mark.parametrize("width", [64, 1536])
def test_another_dimension_than_the_models_is_taken_with_a_notice(width: int) -> None:
    with NimServer() as server:
        server.dimension = width
        embedder = Remote("nim", server).embedder
        assert embedder.embed(TEXTS, "passage").shape == (120, width) == (120, embedder.dimension)
        assert embedder.embed(["a query"], "query").shape == (1, width)
        (notice,) = embedder.notices
        assert f"{width} dimensions" in notice and "1024" in notice


def test_a_dimension_that_changes_on_the_way_is_refused() -> None:
    with ModelServer() as server:

        def shorter(exchange: Any) -> bool:
            server.dimension = 64 if len(exchange.asked.body["input"]) == BATCH else 32
            return False

        server.habits = [shorter]
        with pytest.raises(BadAnswer, match="dimensions"):
            Remote("openai", server, parallel=1).embedder.embed(TEXTS, "passage")


def test_vectors_of_zeros_are_told() -> None:
    with ModelServer() as server:
        server.habits = [embeds(lambda data: [entry.update(embedding=[0.0] * 64) for entry in data[:2]])]
        embedder = Remote("openai", server).embedder
        embedder.embed(TEXTS[:10], "passage")
        (notice,) = embedder.notices
        assert notice.startswith("2 of 10 texts got a vector of zeros")
        server.habits = []
        good = Remote("openai", server).embedder
        good.embed(TEXTS[:10], "passage")
        assert good.notices == ()
