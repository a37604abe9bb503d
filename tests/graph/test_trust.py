"""Whose context is trusted: a program's own graph takes all of it, the exported one what its owner has opened."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graph import build_graph, graph
from sovereign_kernel.errors import BadSetting, SovereignError
from sovereign_kernel.pipeline.serving import TRUSTS_CONTEXT, warn_of_trust
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.settings import NAMED_ONLY, OWNERS_ONLY, Settings, resolve
from sovereign_kernel.testing.nim import NimServer
from sovereign_kernel.testing.openai import ModelServer
from sovereign_kernel.testing.scholar import make_scholar
from tests.graph.conftest import CORPUS, GOAL

EVIL_ROLE = "from pathlib import Path\nPath({mark!r}).touch()\n"
KEYS = {"NVIDIA_API_KEY": "nvapi-canary-0123456789", "OPENAI_API_KEY": "sk-canary-0123456789"}


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the owner of the exported graph chose."""
    chosen = {"SOURCE": "corpus", "CORPUS": str(CORPUS), "CACHE_DIR": str(tmp_path / "cache"), "ROUNDS": "0"}
    for name, value in chosen.items():
        monkeypatch.setenv(f"SOVEREIGN_{name}", value)


def test_every_setting_that_holds_a_path_or_an_address_is_marked() -> None:
    paths = {name for name, field in Settings.model_fields.items() if "Path" in str(field.annotation)}
    addresses = {name for name in Settings.model_fields if name.endswith("_url")}
    assert OWNERS_ONLY.keys() == paths | addresses | {"nli"}
    assert {"roles", "nli", "base_url", "embedding_url", "arxiv_url"} == NAMED_ONLY


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("name", OWNERS_ONLY)
def test_the_exported_graph_refuses_and_says_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=f"setting '{name}' names") as told:
        graph.invoke({"goal": GOAL}, context={name: str(tmp_path / "mine")})
    assert f"set SOVEREIGN_{name.upper()}" in str(told.value) and TRUSTS_CONTEXT in str(told.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("owner")
def test_a_form_that_sends_every_field_says_nothing_new() -> None:
    form = Settings(provider="none", rounds=0).model_dump(mode="json")
    form |= {"corpus": str(CORPUS), "source": "corpus"}
    assert graph.invoke({"goal": GOAL}, context=form)["draft"].papers


@pytest.mark.parametrize("trusted", [True, False])
def test_roles_are_compared_before_a_file_of_theirs_is_run(
    trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not trusted:
        monkeypatch.setenv(TRUSTS_CONTEXT, "1")
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "evil.py").write_text(EVIL_ROLE.format(mark=str(tmp_path / "ran")))
    with pytest.raises(BadSetting, match="roles are fixed"):
        build_graph(trust_context=trusted).invoke({"goal": GOAL}, context={"roles": str(tmp_path / "roles")})
    assert not (tmp_path / "ran").exists()


@pytest.mark.usefixtures("owner")
def test_an_opened_door_lets_addresses_in_but_no_key_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRUSTS_CONTEXT, "1")
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    with make_scholar(ModelServer()) as server:
        context = {"provider": "openai", "base_url": server.base_url, "model": "m", "embeddings": "openai"}
        context |= {"embedding_url": server.base_url, "requests_per_minute": 100_000}
        assert graph.invoke({"goal": GOAL}, context=context)["draft"].models
        sent = json.dumps([asked.headers for asked in server.requests])
    assert {asked.path for asked in server.requests} == {"/v1/chat/completions", "/v1/embeddings"}
    assert not any(key in sent for key in KEYS.values())


@pytest.mark.usefixtures("owner")
def test_a_client_sends_no_key_to_another_providers_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner's address is that of a NIM; a client that asks for `openai` there does not show it OpenAI's key."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    with make_scholar(NimServer()) as server:
        monkeypatch.setenv("SOVEREIGN_BASE_URL", server.base_url)
        monkeypatch.setenv("SOVEREIGN_EMBEDDINGS", "offline")
        for provider in ("openai", "nim"):
            graph.invoke({"goal": GOAL}, context={"provider": provider, "model": "m", "requests_per_minute": 100_000})
        sent = {asked.headers["authorization"] for asked in server.requests}
    assert sent == {"Bearer no-key-is-needed", f"Bearer {KEYS['NVIDIA_API_KEY']}"}


def test_ones_own_settings_send_the_key_where_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEYS["OPENAI_API_KEY"])
    mine = resolve({"provider": "openai", "base_url": "http://127.0.0.1:1/v1"})
    assert Toolkit.open(mine)._key("openai", "base_url") == KEYS["OPENAI_API_KEY"]
    assert Toolkit.open(mine, owners=Settings())._key("openai", "base_url") is None


def test_an_opened_door_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        warn_of_trust()
        assert caplog.text == ""
        monkeypatch.setenv(TRUSTS_CONTEXT, "1")
        warn_of_trust()
    assert TRUSTS_CONTEXT in caplog.text
    started = subprocess.run([sys.executable, "-c", "import graph"], capture_output=True, text=True, check=True)
    assert TRUSTS_CONTEXT in started.stderr


def test_errors_are_of_a_kind_that_servers_show() -> None:
    assert issubclass(SovereignError, RuntimeError)


def test_an_unknown_name_in_the_context_survives_the_servers_sieve() -> None:
    schema: Any = graph.get_context_jsonschema()
    assert {name: value for name, value in {"paper": 3}.items() if name in schema["properties"]}
    assert "paper" not in json.loads(json.dumps(schema))["properties"]
