"""Settings: the order of the layers, what is refused, and the pages that are made from them."""

from __future__ import annotations

import importlib.util
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import typer

from sovereign_kernel.cli.flags import explicit, settings_of
from sovereign_kernel.cli.main import app
from sovereign_kernel.errors import BadSetting
from sovereign_kernel.pipeline.project import load_graph_module
from sovereign_kernel.settings import Settings, resolve

ROOT = Path(__file__).resolve().parents[1]
FLAGS = {
    "source",
    "papers",
    "queries",
    "corpus",
    "provider",
    "model",
    "base_url",
    "embeddings",
    "nli",
    "rounds",
    "threshold",
    "extra_body",
} | {"roles", "require_owner", "policy", "max_seconds", "max_calls", "max_cost", "out", "runs_dir", "cache_dir"}
LAYERS = ("call", "environment", "file")


def typed(*arguments: str) -> typer.Context:
    command = typer.main.get_command(app).get_command(None, "research")
    return command.make_context("research", list(arguments))


@pytest.mark.parametrize("layers", [set(some) for size in range(4) for some in combinations(LAYERS, size)])
def test_explicit_beats_environment_beats_file_beats_default(layers: set[str], tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("papers = 3\n" if "file" in layers else "")
    environment = {"SOVEREIGN_PAPERS": "4"} if "environment" in layers else {}
    call = {"papers": 5} if "call" in layers else {}
    wanted = 5 if "call" in layers else 4 if "environment" in layers else 3 if "file" in layers else 10
    assert resolve(call, environment, file).papers == wanted


def test_the_file_in_the_working_directory_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sovereign.toml").write_text('source = "corpus"\n[role_models]\nskeptic = "m"\n')
    assert resolve(environment={}).source == "corpus"
    assert resolve(environment={}).role_models == {"skeptic": "m"}
    (tmp_path / "other.toml").write_text("papers = 2\n")
    assert resolve(environment={"SOVEREIGN_CONFIG": "other.toml"}).source == "auto"


@pytest.mark.parametrize(
    ("call", "environment", "text", "said"),
    [
        ({"paper": 3}, {}, "", "'papers'"),
        ({}, {"SOVEREIGN_TRESHOLD": "7"}, "", "'threshold'"),
        ({}, {}, "quries = 3", "'queries'"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest(
    call: dict[str, Any], environment: dict[str, str], text: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "s.toml"
    file.write_text(text)
    with pytest.raises(BadSetting) as caught:
        resolve(call, environment, file)
    assert said in caught.value.help


def test_the_environment_names_models_for_roles() -> None:
    environment = {"SOVEREIGN_ROLE_MODELS": "skeptic=meta/llama-3.1, writer = small:1b"}
    assert resolve({}, environment).role_models == {"skeptic": "meta/llama-3.1", "writer": "small:1b"}
    for odd in ("skeptic", "=m", "skeptic=", "skeptic=m,", '{"skeptic": "m"}'):
        with pytest.raises(BadSetting, match="role_models"):
            resolve({}, {"SOVEREIGN_ROLE_MODELS": odd})


@pytest.mark.parametrize(
    ("context", "said"), [({"paper": 3}, "papers"), ({"papers": 0}, "papers"), ({"source": "x"}, "arxiv")]
)
def test_a_bad_context_is_refused_in_the_same_words(context: dict[str, Any], said: str) -> None:
    with pytest.raises(BadSetting) as caught:
        load_graph_module().graph.invoke({"goal": "Is this read?"}, context=context)
    assert said in f"{caught.value} {caught.value.help}"


@pytest.mark.parametrize("text", ["papers = ", "\x00", "papers = 0", "papers = 'many'"])
def test_a_bad_file_or_value_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(text)
    with pytest.raises(BadSetting):
        resolve({}, {}, file)


def test_every_flag_of_the_command_line_is_a_setting() -> None:
    command = typer.main.get_command(app).get_command(None, "research")
    names = {param.name for param in command.params}
    assert names & Settings.model_fields.keys() >= FLAGS
    assert names - Settings.model_fields.keys() == {"goal", "config", "as_json", "quiet"}


def test_only_what_is_typed_is_explicit() -> None:
    assert explicit(typed("a goal").params) == {}
    context = typed("a", "goal", "--papers", "3", "--no-require-owner", "--threshold", "6", "--embeddings", "offline")
    assert explicit(context.params) == {"papers": 3, "require_owner": False, "threshold": 6.0, "embeddings": "offline"}


def test_a_flag_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVEREIGN_PAPERS", "4")
    monkeypatch.setenv("SOVEREIGN_REQUIRE_OWNER", "true")
    settings = settings_of(typed("a goal", "--papers", "5"))
    assert (settings.papers, settings.require_owner) == (5, True)
    assert not settings_of(typed("a goal", "--no-require-owner")).require_owner


def test_every_setting_is_described() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]


@pytest.mark.parametrize("page", ["settings.md", "cli.md"])
def test_the_pages_made_from_the_code_are_up_to_date(page: str) -> None:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert (ROOT / "docs" / page).read_text("utf-8") == generate.PAGES[page](), "run `make docs`"
