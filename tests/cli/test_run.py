"""A whole run through the front door, on a small corpus and without a model."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import pytest

from tests.cli.front import sovereign, start, write_corpus

GOAL = "Does quantization lower the accuracy of small language models?"


def flags(folder: Path, *more: object) -> tuple[object, ...]:
    corpus = folder / "corpus.jsonl"
    if not corpus.exists():
        write_corpus(corpus)
    return ("--source", "corpus", "--corpus", corpus, "--provider", "none", "--require-owner", *more)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that waits for its owner."""
    folder = tmp_path_factory.mktemp("made")
    done = sovereign("research", GOAL, *flags(folder, "--out", folder / "run"))
    assert done.exit_code == 3, done.stderr
    assert str(folder / "run" / "draft.html") in done.stdout.replace("\n", "")
    assert "▸ searcher" in done.stderr
    assert "--approve --owner" in done.stderr
    return folder / "run"


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    """A copy of it, elsewhere: a run may be moved."""
    return Path(shutil.copytree(made, tmp_path / "moved"))


def draft(run: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads((run / "draft.json").read_text("utf-8"))
    return content


def test_json_is_one_document_and_progress_stays_on_standard_error(tmp_path: Path) -> None:
    done = sovereign("research", GOAL, *flags(tmp_path, "--out", tmp_path / "run", "--json"))
    assert json.loads(done.stdout) == draft(tmp_path / "run")
    assert "searcher" in done.stderr


def test_quiet_leaves_only_the_result(tmp_path: Path) -> None:
    done = sovereign("research", "-", *flags(tmp_path, "--out", tmp_path / "run", "--quiet"), input=GOAL + "\n")
    assert "▸" not in done.stderr
    assert draft(tmp_path / "run")["goal"] == GOAL


def test_show_in_every_form(run: Path) -> None:
    assert json.loads(sovereign("show", run, "--json").stdout) == draft(run)
    assert sovereign("show", run, "--format", "markdown").stdout == (run / "draft.md").read_text("utf-8")
    assert sovereign("show", run, "--format", "bibtex").stdout == (run / "references.bib").read_text("utf-8")
    assert "Owner review required" in sovereign("show", run).stdout


def test_runs_lists_it(run: Path) -> None:
    (row,) = json.loads(sovereign("runs", "--runs-dir", run.parent, "--json").stdout)
    assert (row["status"], row["goal"], row["path"]) == ("owner_review", GOAL, str(run))
    assert GOAL in sovereign("runs", "--runs-dir", run.parent).stdout


def test_resume_shows_a_run_that_waits_and_changes_nothing(run: Path) -> None:
    before = (run / "draft.json").read_bytes()
    assert sovereign("resume", run).exit_code == 3
    assert (run / "draft.json").read_bytes() == before


def test_approval_by_the_owner(run: Path) -> None:
    done = sovereign("review", run, "--approve", "--owner", "Ada", "--note", "read twice")
    assert done.exit_code == 0, done.stderr
    owner = draft(run)["decision"]["owner"]  # type: ignore[index]
    assert (owner["action"], owner["owner"], owner["note"]) == ("approve", "Ada", "read twice")
    assert sovereign("verify", run).exit_code == 0
    assert "approved by Ada" in sovereign("runs", "--runs-dir", run.parent).stdout
    again = sovereign("review", run, "--approve", "--owner", "Eve")
    assert again.exit_code == 2
    assert "does not wait" in again.stderr


def test_a_signed_approval_is_checked_with_the_public_key(run: Path, tmp_path: Path) -> None:
    key = tmp_path / "ada"
    assert sovereign("key", key).exit_code == 0
    assert sovereign("key", key).exit_code == 2  # never written over
    approve = ("review", run, "--approve", "--owner", "Ada", "--quiet", "--sign")
    assert sovereign(*approve, tmp_path / "nobody").exit_code == 2
    assert sovereign(*approve, key).exit_code == 0
    assert sovereign("verify", run, "--key", f"{key}.pub").exit_code == 0
    sovereign("key", tmp_path / "eve")
    assert sovereign("verify", run, "--key", tmp_path / "eve.pub").exit_code == 7


def test_a_draft_sent_back_waits_again(run: Path) -> None:
    done = sovereign("review", run, "--send-back", "The second claim is about another model.", "--quiet")
    assert done.exit_code in (3, 4), done.stderr
    assert draft(run)["goal"] == GOAL


@pytest.mark.parametrize("name", ["draft.json", "draft.md", "draft.html"])
def test_an_edited_draft_cannot_be_approved(run: Path, name: str) -> None:
    """Whichever file it is: the owner may have read that one."""
    path = run / name
    text = path.read_text("utf-8").replace("accuracy", "speed", 1)
    path.write_text(text, "utf-8")
    done = sovereign("review", run, "--approve", "--owner", "Ada")
    assert done.exit_code == 2 and name in done.stderr
    assert path.read_text("utf-8") == text


def test_odd_goals_get_a_draft_that_says_so(tmp_path: Path) -> None:
    """A term in another language, and a subject that the corpus hardly knows: no crash, and an honest status."""
    for number, goal in enumerate(
        ("¿Reduce la cuantización (MMLU) la precisión de los modelos?", "How is goulash cooked?")
    ):
        run = tmp_path / str(number)
        done = sovereign("research", goal, *flags(tmp_path, "--out", run, "--quiet"))
        assert done.exit_code in (3, 4, 5), done.stderr
        assert draft(run)["status"] != "ANSWERED"


def test_a_goal_that_nobody_here_can_read_is_refused_with_the_way_on(tmp_path: Path) -> None:
    done = sovereign("research", "¿Reduce la cuantización la precisión de los modelos?", *flags(tmp_path))
    assert done.exit_code == 2 and "ask in English" in done.stderr


def test_interrupted_it_says_how_to_go_on_and_does(tmp_path: Path) -> None:
    """Ctrl-C at the first sign of work; the run is drained, and resumed to its end."""
    run = tmp_path / "run"
    with start("research", GOAL, *flags(tmp_path, "--out", run)) as process:
        assert "plan" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        process.wait()
    assert process.returncode == 130, said
    assert f"sovereign resume {run}" in said
    assert sovereign("resume", run).exit_code == 3
    assert draft(run)["goal"] == GOAL


def test_the_plan_is_printed_and_taken_back(tmp_path: Path) -> None:
    args = ("research", "Does quantization hurt accuracy?", *flags(tmp_path))
    printed = json.loads(sovereign(*args, "--plan-only").stdout)
    assert printed["kind"] == "whether" and printed["queries"]
    (tmp_path / "plan.toml").write_text('queries = ["calibration data"]\nsince = "2090"\n')
    again = json.loads(sovereign(*args, "--plan-only", "--plan-from", tmp_path / "plan.toml").stdout)
    assert (again["since"], again["queries"][0]) == ("2090", "calibration data")
    (tmp_path / "plan.json").write_text('{"sinse": "2090"}')
    refused = sovereign(*args, "--plan-only", "--plan-from", tmp_path / "plan.json")
    assert refused.exit_code == 2 and "did you mean 'since'" in refused.stderr
    assert sovereign(*args, "--plan").exit_code == 2
