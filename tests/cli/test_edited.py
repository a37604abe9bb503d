"""What is shown of a draft that somebody edited, and an approval that is signed later."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sovereign_kernel.runs.signing import make_key
from tests.cli.front import sovereign
from tests.runs.finished import approved, until_decided


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    approved(folder / "approved")
    until_decided(folder / "waiting", require_owner=True)
    return folder


@pytest.fixture
def runs(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "runs"))


@pytest.mark.parametrize("name", ["draft.json", "draft.md"])
@pytest.mark.parametrize(
    "command", [("show",), ("show", "--json"), ("show", "--format", "markdown"), ("resume",)], ids=" ".join
)
def test_an_edited_draft_is_shown_with_a_warning(command: tuple[str, ...], name: str, runs: Path) -> None:
    clean = sovereign(command[0], runs / "approved", *command[1:])
    assert "was edited" not in clean.stderr
    with (runs / "approved" / name).open("a") as file:
        file.write("\n")
    done = sovereign(command[0], runs / "approved", *command[1:])
    assert f"warning: {name} was edited after the run wrote it" in done.stderr
    assert done.stdout == clean.stdout


def test_the_list_of_runs_names_what_was_edited(runs: Path) -> None:
    assert "edited since" not in sovereign("runs", "--runs-dir", runs).stdout
    with (runs / "approved" / "draft.md").open("a") as file:
        file.write("more")
    assert "approved by Ada, edited since the run wrote it (draft.md)" in sovereign("runs", "--runs-dir", runs).stdout
    listed = json.loads(sovereign("runs", "--json", "--runs-dir", runs).stdout)
    assert {row["edited"] for row in listed} == {"", "draft.md"}


def test_an_approval_is_signed_later(runs: Path, tmp_path: Path) -> None:
    public = make_key(tmp_path / "ada")
    done = sovereign("review", runs / "approved", "--sign", tmp_path / "ada")
    assert (done.exit_code, "signed the approval by Ada" in done.stdout) == (0, True)
    assert sovereign("verify", runs / "approved", "--key", public).exit_code == 0
    unapproved = sovereign("review", runs / "waiting", "--sign", tmp_path / "ada")
    assert (unapproved.exit_code, "not approved" in unapproved.stderr) == (2, True)


def test_an_edited_draft_is_not_signed(runs: Path, tmp_path: Path) -> None:
    make_key(tmp_path / "ada")
    with (runs / "approved" / "draft.html").open("a") as file:
        file.write("more")
    done = sovereign("review", runs / "approved", "--sign", tmp_path / "ada")
    assert (done.exit_code, "was edited" in done.stderr) == (2, True)
    assert not (runs / "approved" / "approval.sig").exists()
