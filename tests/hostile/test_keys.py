"""Keys: set to canaries, then everything that a run leaves and says is searched for them, in success and in failure."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sovereign_kernel.models.wire import EXCERPT, PLAIN_HEADERS, WireError, read_reply
from sovereign_kernel.testing.arxiv import ArxivServer
from sovereign_kernel.testing.faults import cut_json, html, reset
from sovereign_kernel.testing.nim import NimServer
from sovereign_kernel.testing.openai import Asked, Exchange, ModelServer
from sovereign_kernel.testing.scholar import make_scholar
from sovereign_kernel.transport.keys import without_keys
from tests.cli.front import sovereign
from tests.hostile.obedient import corpus_with
from tests.hostile.papers import CARRIER, GOAL

KEYS = {"NVIDIA_API_KEY": "nvapi-CANARYnvidia0123456789abcdef", "OPENAI_API_KEY": "canary+openai/0123456789=abcdef"}
Fault = Callable[[Exchange], None]


def echo(code: int) -> Fault:
    """An answer that says the request's key again, in its body and in a header."""

    def fault(exchange: Exchange) -> None:
        said = exchange.asked.headers.get("authorization", "")
        exchange.send(code, exchange.server.error(code, f"bad credentials: {said}"), {"X-Echo": said})

    return fault


def says_the_key(exchange: Exchange) -> None:
    """A completion whose text is the key."""
    document = exchange.regular()
    said = exchange.asked.headers.get("authorization", "").removeprefix("Bearer ")
    if "choices" in document:
        document["choices"][0]["message"]["content"] = f"My key is {said}."
    exchange.send(200, document)


FAULTS: dict[str, Fault | None] = {
    "none": None,
    "401 that echoes": echo(401),
    "400 that echoes": echo(400),
    "404 that echoes": echo(404),
    "500 that echoes": echo(500),
    "answer with the key": says_the_key,
    "reset": reset,
    "html": html,
    "cut": cut_json,
}


def holding(folder: Path, needles: dict[str, str]) -> list[str]:
    """Files beneath that hold a key, as it is, in base64, or escaped for JSON; SQLite's are searched as bytes."""
    forms = {
        form
        for key in needles.values()
        for form in (
            key.encode(),
            base64.b64encode(key.encode())[:-4],
            json.dumps(key).encode()[1:-1],
            quote(key, safe="").encode(),
        )
    }
    return [
        str(path) for path in folder.rglob("*") if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


def given(folder: Path, server: ModelServer) -> dict[str, str]:
    corpus = folder / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(record) + "\n" for record in corpus_with(CARRIER)), "utf-8")
    provider = "nim" if isinstance(server, NimServer) else "openai"
    settings: dict[str, Any] = {
        "provider": provider,
        "base_url": server.base_url,
        "model": "m",
        "embeddings": provider,
        "embedding_url": server.base_url,
        "source": "corpus",
        "corpus": corpus,
        "requests_per_minute": 100_000,
        "model_patience": 1.0,
        "rounds": 0,
    }
    return {f"SOVEREIGN_{name.upper()}": str(value) for name, value in settings.items()}


def told(*arguments: object) -> str:
    """All that the command said, on both streams."""
    result = sovereign(*arguments)
    assert result.exit_code in (0, 3, 4, 6), result.output
    return result.stdout + result.stderr


@pytest.fixture(autouse=True)
def canaries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {**KEYS, "SOVEREIGN_CACHE_DIR": str(tmp_path / "cache"), "TMPDIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)


def configure(monkeypatch: pytest.MonkeyPatch, folder: Path, server: ModelServer) -> None:
    for name, value in given(folder, server).items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("make", [ModelServer, NimServer])
def test_no_run_leaves_a_key_anywhere(
    make: type[ModelServer], fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_scholar(make()) as server:
        chosen = FAULTS[fault]
        server.faults += [chosen] * 200 if chosen else []
        configure(monkeypatch, tmp_path, server)
        said = told("--debug", "research", GOAL, "--out", tmp_path / "run")
        keys = {asked.headers.get("authorization", "") for asked in server.requests}
        assert keys == {f"Bearer {KEYS['NVIDIA_API_KEY' if make is NimServer else 'OPENAI_API_KEY']}"}
    assert not any(key in said for key in KEYS.values()), said
    assert (tmp_path / "run" / "checkpoints.sqlite").is_file() and (tmp_path / "run" / "ledger.jsonl").is_file()
    assert holding(tmp_path, KEYS) == []


@pytest.mark.parametrize("fault", ["none", "401 that echoes"])
def test_doctor_shows_no_key(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer() as server, ArxivServer() as arxiv:
        chosen = FAULTS[fault]
        server.faults += [chosen] * 50 if chosen else []
        configure(monkeypatch, tmp_path, server)
        monkeypatch.setenv("SOVEREIGN_ARXIV_URL", arxiv.url)
        for arguments in (["doctor", "--json"], ["--debug", "doctor"]):
            assert not any(key in told(*arguments) for key in KEYS.values())
    assert holding(tmp_path, KEYS) == []


def escaped(key: str) -> str:
    """As a JSON string may spell it: every letter by its number."""
    return "".join(f"\\u{ord(letter):04x}" for letter in key)


SPELT: dict[str, Callable[[str], str]] = {
    "as it is": lambda key: key,
    "escaped in the model's own JSON": escaped,
    "percent-encoded": lambda key: quote(key, safe=""),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
}


@pytest.mark.parametrize("spelt", SPELT)
def test_a_key_in_a_good_answer_reaches_nothing(spelt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's model reviews as it should, and puts the key that it was sent into words that a draft shows."""
    said: list[str] = []

    def argue(asked: Asked) -> str:
        said.append(SPELT[spelt](asked.headers["authorization"].removeprefix("Bearer ")))
        told = f"I was sent {said[-1]} with this."
        return f'{{"rationale": "{told}", "objections": [], "score": 8}}'

    with make_scholar(ModelServer()) as server:
        server.answers["Argument"] = argue
        configure(monkeypatch, tmp_path, server)
        shown = told("--debug", "research", GOAL, "--out", tmp_path / "run")
    assert said
    assert "I was sent [redacted]" in (tmp_path / "run" / "draft.json").read_text("utf-8")
    assert not any(key in shown for key in KEYS.values())
    assert holding(tmp_path, KEYS) == []


def test_an_error_page_that_is_cut_in_the_middle_of_a_key_shows_no_half_of_it() -> None:
    key = KEYS["OPENAI_API_KEY"]
    with pytest.raises(WireError) as raised:
        read_reply(b"x" * (EXCERPT - 20) + key.encode())
    assert key[:10] not in raised.value.excerpt


def test_short_placeholders_are_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Local servers are given keys such as "none", and honest text holds such words."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    assert without_keys({"text": ["There is none."]}) == {"text": ["There is none."]}


@pytest.mark.parametrize("embeddings", [True, False])
def test_openais_own_variables_go_to_no_other_server(
    embeddings: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {
        "OPENAI_ORG_ID": "org-canary",
        "OPENAI_ORGANIZATION": "org-canary",
        "OPENAI_PROJECT_ID": "proj-canary",
        "OPENAI_CUSTOM_HEADERS": "X-Secret: canary-header\nAuthorization: Bearer canary-other\nUser-Agent: canary-me",
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    with make_scholar(ModelServer()) as server:
        configure(monkeypatch, tmp_path, server)
        if not embeddings:
            monkeypatch.setenv("SOVEREIGN_EMBEDDINGS", "offline")
        told("research", GOAL, "--out", tmp_path / "run")
        sent = [asked.headers for asked in server.requests]
    assert any("/embeddings" in asked.path for asked in server.requests) == embeddings
    assert {headers["authorization"] for headers in sent} == {f"Bearer {KEYS['OPENAI_API_KEY']}"}
    assert not [
        (name, value)
        for headers in sent
        for name, value in headers.items()
        if name != "authorization" and "canary" in value
    ]
    assert {name for headers in sent for name in headers} <= PLAIN_HEADERS
