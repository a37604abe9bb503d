"""Standard streams that are full or closed, size limits and names beyond all bounds: one line, never a defect."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.front import sovereign
from tests.runs.finished import until_decided

SOVEREIGN = f"{sys.executable} -m sovereign_kernel"
CLAIM = 'check "Experts lower the cost" --source paper.txt'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streams")
    until_decided(folder / "runs" / "run", require_owner=True)
    (folder / "paper.txt").write_text("Experts lower the cost of models.")
    return folder


def shell(line: str, place: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["bash", "-c", line], cwd=place, capture_output=True, text=True, check=False)
    assert "defect" not in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    return done


COMMANDS = (
    "show runs/run",
    "show --json runs/run",
    "show --format markdown runs/run",
    "runs",
    "--help",
    "version",
    CLAIM,
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_standard_output_is_told_in_one_line(command: str, place: Path) -> None:
    done = shell(f"{SOVEREIGN} {command} > /dev/full", place)
    assert done.returncode == 2
    what, next_step = done.stderr.splitlines()
    assert what == "error: standard output cannot be written: No space left on device"
    assert next_step.startswith("next: ")


def test_a_size_limit_on_standard_output_is_told_in_one_line(place: Path) -> None:
    done = shell(f"ulimit -f 1; {SOVEREIGN} show --json runs/run > shown.json", place)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "error: standard output cannot be written: File too large"


@pytest.mark.parametrize("command", ["show runs/run", "verify runs/run", "runs"])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2> /dev/full"])
def test_closed_streams_change_no_exit_code_and_no_file(command: str, closed: str, place: Path) -> None:
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    assert shell(f"{SOVEREIGN} {command} {closed}", place).returncode == 0
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("closed", ["2>&-", "2> /dev/full"])
def test_an_error_that_nobody_can_read_keeps_its_exit_code(closed: str, place: Path) -> None:
    assert shell(f"{SOVEREIGN} show nowhere {closed}", place).returncode == 2


RESEARCH = f'{SOVEREIGN} research -q "Does quantization hurt?" --source corpus --provider none --corpus {{corpus}}'


def test_a_size_limit_on_files_is_told(place: Path) -> None:
    from tests.cli.front import write_corpus

    research = RESEARCH.format(corpus=write_corpus(place / "corpus.jsonl"))
    done = shell(f"ulimit -f 4; {research} --out small --cache-dir small-cache", place)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")


LONG = "x" * 300
DEEP = "/".join(["y" * 200] * 25)


@pytest.mark.parametrize("name", [LONG, DEEP, f"paper.txt/{LONG}"], ids=["long", "deep", "below a file"])
@pytest.mark.parametrize(
    "command",
    [
        ("show", "{}"),
        ("verify", "{}"),
        ("resume", "{}"),
        ("review", "{}", "--approve", "--owner", "Ada"),
        ("review", "nowhere", "--approve", "--owner", "Ada", "--sign", "{}"),
        ("verify", "nowhere", "--key", "{}"),
        ("key", "{}"),
        ("research", "A goal", "--source", "corpus", "--out", "{}"),
        ("research", "A goal", "--source", "corpus", "--runs-dir", "{}"),
        ("research", "A goal", "--corpus", "{}"),
        ("research", "A goal", "--policy", "{}"),
        ("research", "A goal", "--config", "{}"),
        ("check", "A claim", "--source", "{}"),
        ("check", "--pairs", "{}"),
        ("roles", "--roles", "{}"),
        ("corpus", "info", "--corpus", "{}"),
    ],
    ids=" ".join,
)
def test_names_beyond_all_bounds_are_told(
    command: tuple[str, ...], name: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    done = sovereign(*(part.format(name) for part in command))
    assert done.exit_code in (2, 6), (done.output, done.exception)
    assert done.stderr.splitlines()[-2].startswith("error: ")
    assert "defect" not in done.output
