"""The contract of ports.ChatModel, for both wires, over real loopback servers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sovereign_kernel.errors import BadAnswer, BudgetSpent, ModelUnavailable, Refused
from sovereign_kernel.testing import faults
from sovereign_kernel.testing.openai import Asked, Fault, ModelServer
from sovereign_kernel.transport import client
from tests.models.chatting import DIALECTS, KEY, Chat, Critique

GOOD = {"score": 7, "reasons": ["it rests on one source"]}
EXPECTED = Critique(score=7, reasons=("it rests on one source",))
MakeChat = Callable[..., Chat]


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(dialect: str) -> Iterator[ModelServer]:
    with DIALECTS[dialect][0](key=KEY, models={"some-model"}) as server:
        server.answers["Critique"] = lambda asked: GOOD
        yield server


@pytest.fixture
def chat(server: ModelServer, dialect: str) -> MakeChat:
    return lambda **options: Chat(server, DIALECTS[dialect][1], **options)


def test_one_request_with_the_schema_gives_the_answer(chat: MakeChat, server: ModelServer) -> None:
    one = chat()
    assert one.ask() == EXPECTED
    (asked,) = server.requests
    assert asked.schema is not None and set(asked.schema["required"]) == {"score", "reasons"}
    assert asked.body["max_tokens"] == 512 and asked.body["model"] == "some-model"
    assert "SKEPTIC" in asked.text and asked.user == "The paper's text."


def test_the_ledger_tells_what_was_asked_and_spent(chat: MakeChat, server: ModelServer) -> None:
    one = chat()
    one.ask()
    (event,) = one.events()
    assert event["role"] == "skeptic" and event["outcome"] == "answered" and event["attempt"] == 0
    assert event["prompt_tokens"] > 0 and event["completion_tokens"] > 0 and event["seconds"] > 0
    assert event["cost"] is None, "the price of a local model is unknown"
    assert len(event["prompt_sha256"]) == len(event["answer_sha256"]) == 64


def test_unknown_tokens_stay_unknown(chat: MakeChat, server: ModelServer) -> None:
    server.usage = False
    one = chat()
    one.ask()
    (usage,) = one.ledger.usage().values()
    assert usage.prompt_tokens is None and usage.completion_tokens is None


def test_a_resumed_run_repeats_no_finished_call(chat: MakeChat, server: ModelServer) -> None:
    first = chat()
    first.ask()
    again = chat(journal=first.journal, budget={"max_calls": 0})
    assert again.ask() == EXPECTED
    assert len(server.requests) == 1
    assert not again.events() and len(again.events("model_call_replayed")) == 1


def test_a_mended_answer_is_replayed_too(chat: MakeChat, server: ModelServer) -> None:
    server.faults = [faults.says("no idea")]
    first = chat()
    first.ask()
    assert chat(journal=first.journal).ask() == EXPECTED
    assert len(server.requests) == 2


MENDED: dict[str, tuple[Fault, str]] = {
    "prose only": (faults.says("I would rather talk about the weather."), "no complete JSON object"),
    "empty": (faults.says(""), "empty"),
    "wrong type": (faults.says('{"score": "high", "reasons": []}'), "score"),
    "out of bounds": (faults.says('{"score": 11, "reasons": []}'), "less than or equal to 10"),
    "missing field": (faults.says('{"reasons": []}'), "score: Field required"),
    "cut": (faults.says('{"score": 7, "reasons": ["it re', finish_reason="length"), "cut off"),
    "cut, though it parses": (faults.says('{"score": 7}', finish_reason="length"), "cut off"),
    "cut while thinking": (faults.says("<think>Let me see", finish_reason="length"), "cut off"),
    "only thoughts": (faults.says('<think>{"score": 1}</think>'), "empty"),
}


@pytest.mark.parametrize("name", MENDED)
def test_an_unusable_answer_is_mended_once(name: str, chat: MakeChat, server: ModelServer) -> None:
    fault, told = MENDED[name]
    server.faults = [fault]
    one = chat()
    assert one.ask() == EXPECTED
    assert len(server.requests) == 2
    assert told in server.requests[1].body["messages"][-1]["content"]
    (note,) = one.events("model_answer_unusable")
    assert told in note["reason"]


@pytest.mark.parametrize("name", MENDED)
def test_an_answer_that_stays_unusable_is_a_bad_answer(name: str, chat: MakeChat, server: ModelServer) -> None:
    fault, _ = MENDED[name]
    server.faults = [fault] * 5
    with pytest.raises(BadAnswer, match="some-model gave skeptic an unusable answer twice") as caught:
        chat().ask()
    assert caught.value.help and len(server.requests) == 2


READ = {
    "thoughts": faults.says(f"<think>score 3? {{}} no.</think>\n{json.dumps(GOOD)}"),
    "thoughts without an opening": faults.says(f"score 3? no.</think>{json.dumps(GOOD)}"),
    "reasoning beside it": faults.says(json.dumps(GOOD), reasoning='{"score": 1}'),
    "code fence": faults.says(f"```json\n{json.dumps(GOOD, indent=2)}\n```"),
    "prose around": faults.says(f"Of {{course}}! Here it is: {json.dumps(GOOD)}\nAnything else?"),
    "another model's name": faults.wrong_model,
    "no finish reason": faults.changed(lambda d: d["choices"][0].pop("finish_reason")),
    "fields of its own": faults.changed(lambda d: d.update(nvext={"a": 1}, usage=None)),
}


@pytest.mark.parametrize("name", READ)
def test_what_a_server_wraps_around_an_answer_does_not_matter(name: str, chat: MakeChat, server: ModelServer) -> None:
    server.faults = [READ[name]]
    assert chat().ask() == EXPECTED
    assert len(server.requests) == 1


PASSING = {
    "429": faults.status(429),
    "429 with seconds": faults.status(429, retry_after="7"),
    "429 with a date": faults.status(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
    "429 with nonsense": faults.status(429, retry_after="soon"),
    "500": faults.status(500),
    "503": faults.status(503, retry_after="1"),
    "504 in HTML": lambda exchange: exchange.send(504, "<html><h1>Gateway Time-out</h1></html>"),
    "reset in the body": faults.reset,
    "cut JSON": faults.cut_json,
    "HTML": faults.html,
    "empty body": faults.empty_body,
    "no choices": faults.no_choices,
    "wrong types": faults.wrong_types,
    "wrong content": faults.wrong_content,
    "not an object": faults.not_an_object,
}


@pytest.mark.parametrize("name", PASSING)
def test_a_passing_fault_is_retried(name: str, chat: MakeChat, server: ModelServer) -> None:
    server.faults = [PASSING[name]]
    one = chat()
    assert one.ask() == EXPECTED
    assert len(server.requests) == 2
    failed, answered = one.events()
    assert failed["outcome"] != "answered" and failed["answer_sha256"] is None
    assert answered["outcome"] == "answered" and answered["request"] == 2
    if name == "429 with seconds":
        assert 7 <= one.clock.slept[0] < 8


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_stays_ends_within_the_patience(name: str, chat: MakeChat, server: ModelServer) -> None:
    server.faults = [PASSING[name]] * 50
    one = chat(patience=20.0)
    with pytest.raises((ModelUnavailable, BadAnswer)) as caught:
        one.ask()
    assert "\n" not in str(caught.value) and caught.value.help and caught.value.__cause__ is not None
    assert sum(one.clock.slept) <= 20.0
    assert 2 <= len(server.requests) < 20


def test_a_retry_after_beyond_the_patience_is_not_waited_for(chat: MakeChat, server: ModelServer) -> None:
    server.faults = [faults.status(429, retry_after="3600")]
    one = chat(patience=30.0)
    with pytest.raises(ModelUnavailable, match="429"):
        one.ask()
    assert not one.clock.slept


@pytest.mark.parametrize(
    "fault", [faults.hang, faults.drip, faults.drip_headers], ids=["hang", "drip", "dripping headers"]
)
def test_a_silent_server_is_given_up(fault: Fault, chat: MakeChat, server: ModelServer) -> None:
    server.faults = [fault]
    one = chat(timeout=0.3)
    assert one.ask() == EXPECTED
    assert one.events()[0]["outcome"] == "timeout" and one.events()[0]["prompt_tokens"] is None


def test_a_server_that_is_not_there(dialect: str, chat: MakeChat, server: ModelServer) -> None:
    one = chat(patience=5.0)
    server.__exit__()
    try:
        with pytest.raises(ModelUnavailable, match="could not be reached"):
            one.ask()
    finally:
        server.__enter__()


def test_a_body_without_end_is_bounded(chat: MakeChat, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BODY_LIMIT", 3 << 20)
    server.faults = [faults.huge] * 3
    with pytest.raises(BadAnswer, match="longer than"):
        chat().ask()


def test_a_wrong_key(chat: MakeChat, server: ModelServer, dialect: str) -> None:
    name = {"nim": "NVIDIA_API_KEY", "openai": "OPENAI_API_KEY"}[dialect]
    wrong = "sk-wrong-canary-987654321"
    with pytest.raises(Refused, match=f"{name} was refused by 127.0.0.1") as caught:
        chat(key=wrong).ask()
    assert len(server.requests) == 1 and server.requests[0].headers["authorization"] == f"Bearer {wrong}"
    assert not _tells(caught.value, wrong)


def test_an_unknown_model(chat: MakeChat, server: ModelServer) -> None:
    server.models = {"other"}
    with pytest.raises(Refused, match="knows no model 'some-model'") as caught:
        chat().ask()
    assert len(server.requests) == 1 and "/models" in caught.value.help


def test_a_request_that_is_refused_is_not_repeated(chat: MakeChat, server: ModelServer) -> None:
    server.faults = [faults.status(400, message="too many tokens"), faults.status(400, message="too many tokens")]
    one = chat()
    with pytest.raises(Refused, match="too many tokens"):
        one.ask()
    assert [asked.schema is not None for asked in server.requests] == [True, False]
    one.ask()
    assert server.requests[-1].schema is not None, "a request that failed both ways says nothing of the schema"


def test_a_server_that_takes_no_schema_is_remembered(chat: MakeChat, server: ModelServer) -> None:
    server.takes_schema = False
    one = chat()
    assert one.ask("first") == one.ask("second") == EXPECTED
    assert [asked.schema is not None for asked in server.requests] == [True, False, False]


def test_redirects_are_not_followed(chat: MakeChat, server: ModelServer) -> None:
    with ModelServer() as elsewhere:
        server.faults = [faults.redirect(elsewhere.base_url)]
        with pytest.raises(Refused, match="redirects to 127"):
            chat().ask()
        assert not elsewhere.requests


def test_the_budget_ends_the_calls(chat: MakeChat, server: ModelServer) -> None:
    one = chat(budget={"max_calls": 2})
    one.ask("1"), one.ask("2")
    with pytest.raises(BudgetSpent, match="2 of 2 model calls"):
        one.ask("3")
    with pytest.raises(BudgetSpent, match="unknown"):
        dear = chat(budget={"max_cost": 1.0})
        dear.ask("4"), dear.ask("5")


def test_sixteen_threads_get_their_own_answers(chat: MakeChat, server: ModelServer) -> None:
    def answer(asked: Asked) -> object:
        return {"score": int(asked.user) % 10, "reasons": [asked.user]}

    server.answers["Critique"] = answer
    server.latency = 0.05
    one = chat()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one.ask, map(str, range(96))))
    assert [a.reasons for a in answers] == [(str(i),) for i in range(96)]
    assert len(server.requests) == 96 and server.most_at_once > 4


def test_keys_stay_out_of_everything(chat: MakeChat, server: ModelServer) -> None:
    def echo(asked: Asked) -> object:
        return GOOD

    server.answers["Critique"] = echo
    server.faults = [
        faults.status(500, message=f"your key {KEY} is fine"),
        lambda exchange: exchange.send(200, f"<p>{KEY} Bearer {KEY}</p>"),
    ]
    one = chat()
    one.ask()
    server.faults = [faults.status(403, message=f"{KEY} is not allowed")]
    with pytest.raises(Refused) as caught:
        one.ask("again")
    assert not _tells(caught.value, KEY)
    left = json.dumps([list(one.ledger.events()), vars(one.journal)], default=str)
    assert KEY not in left
    assert all(asked.headers["authorization"] == f"Bearer {KEY}" for asked in server.requests)


def test_no_netrc_in_place_of_the_key(
    chat: MakeChat, server: ModelServer, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password evil\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert chat().ask() == EXPECTED


def test_without_a_key_a_local_server_is_asked(dialect: str) -> None:
    kind, wires = DIALECTS[dialect]
    with kind() as server:
        Chat(server, wires, key=None).ask()
        assert "no-key" in server.requests[0].headers["authorization"]


def _tells(error: BaseException, key: str) -> bool:
    """Whether any exception of the chain shows the key, as a traceback would print it."""
    chain: BaseException | None = error
    while chain is not None:
        if key in str(chain) or key in repr(chain) or key in getattr(chain, "text", ""):
            return True
        chain = chain.__cause__ or chain.__context__
    return False
