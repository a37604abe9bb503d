"""corpus, roles, runs and doctor, on real corpora, role files and loopback servers."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from sovereign_kernel.testing.openai import ModelServer
from tests.cli.front import PAPERS, sovereign, write_corpus

KEY = "sk-canary-0123456789"
OFFLINE = ("--source", "corpus", "--provider", "none", "--embeddings", "offline")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus.jsonl")


@pytest.fixture
def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{door.getsockname()[1]}/v1"


def test_corpus_search_finds_papers(corpus: Path) -> None:
    shown = sovereign("corpus", "search", "bread", "taste", "--corpus", corpus)
    assert shown.exit_code == 0
    assert shown.stdout.split()[0] == "2401.00003"
    found = json.loads(sovereign("corpus", "search", "bread", "--corpus", corpus, "--json").stdout)
    assert [paper["id"] for paper in found["papers"]] == ["2401.00003"]


def test_corpus_search_that_finds_nothing_says_so(corpus: Path) -> None:
    done = sovereign("corpus", "search", "zeppelin", "--corpus", corpus)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "nothing found" in done.stderr


def test_corpus_info(corpus: Path) -> None:
    assert json.loads(sovereign("corpus", "info", "--corpus", corpus, "--json").stdout)["records"] == len(PAPERS)


def test_a_damaged_corpus_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"id": 1}\n')
    assert sovereign("corpus", "info", "--corpus", tmp_path / "bad.jsonl").exit_code == 2


def test_roles_lists_the_kernels_and_the_owners(tmp_path: Path) -> None:
    (tmp_path / "statistician.py").write_text(
        "from sovereign_kernel.pipeline.roles import Role, Stage\n"
        "role = Role('statistician', Stage.REVIEW, 'Checks the numbers', lambda dossier, tools: None)\n"
    )
    rows = json.loads(sovereign("roles", "--roles", tmp_path, "--json").stdout)
    assert {"searcher", "skeptic", "validator", "synthesizer", "statistician"} <= {row["name"] for row in rows}
    assert str(tmp_path / "statistician.py") in sovereign("roles", "--roles", tmp_path).stdout


def test_a_role_that_does_not_load_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("x = 1\nraise ValueError('no')\n")
    done = sovereign("roles", "--roles", tmp_path)
    assert done.exit_code == 2
    assert "broken.py, line 2" in done.stderr


def test_runs_of_an_empty_folder(tmp_path: Path) -> None:
    done = sovereign("runs", "--runs-dir", tmp_path)
    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads(sovereign("runs", "--runs-dir", tmp_path, "--json").stdout) == []


def doctor(*arguments: object) -> tuple[int, dict[str, dict[str, str]]]:
    done = sovereign("doctor", "--wait", 1, "--json", *arguments)
    return done.exit_code, {row["name"]: row for row in json.loads(done.stdout)}


def test_doctor_offline_all_is_well(corpus: Path, tmp_path: Path) -> None:
    code, found = doctor(*OFFLINE, "--corpus", corpus, "--runs-dir", tmp_path / "runs")
    assert code == 0, found
    assert {name: row["state"] for name, row in found.items() if row["state"] != "ok"} == {
        "keys": "off",
        "model": "off",
        "arxiv": "off",
    }
    assert not (tmp_path / "runs").exists()


def test_doctor_asks_the_model_and_shows_no_key(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    offline = ("--source", "corpus", "--corpus", corpus, "--embeddings", "offline")
    with ModelServer(key=KEY) as server:
        server.answers["Ready"] = lambda asked: {"ready": True}
        code, found = doctor(*offline, "--provider", "openai", "--base-url", server.base_url, "--model", "some-model")
        assert code == 0, found
        assert found["model"]["state"] == "ok"
        assert "OPENAI_API_KEY set" in found["keys"]["found"]
        monkeypatch.setenv("OPENAI_API_KEY", KEY + "-wrong")
        code, found = doctor(*offline, "--provider", "openai", "--base-url", server.base_url, "--model", "some-model")
        assert (code, found["model"]["state"]) == (6, "problem")
        assert KEY not in json.dumps(found)


def test_doctor_names_what_does_not_answer(corpus: Path, nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVEREIGN_ARXIV_URL", nobody)
    code, found = doctor("--corpus", corpus, "--provider", "openai", "--base-url", nobody, "--embeddings", "offline")
    assert code == 6
    assert found["model"]["state"] == "problem"
    assert found["model"]["next"]
    assert found["arxiv"]["state"] == "warning"  # `auto` goes on with the corpus
    code, found = doctor("--source", "arxiv", "--corpus", corpus, "--provider", "none")
    assert (code, found["arxiv"]["state"]) == (6, "problem")


def test_doctor_names_a_folder_that_cannot_be_written(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, found = doctor(*OFFLINE, "--corpus", corpus, "--runs-dir", tmp_path / "file" / "runs")
    assert (code, found["runs"]["state"]) == (2, "problem")
