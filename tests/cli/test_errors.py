"""What goes wrong is told in two lines, with the right exit code, without a traceback and without a key."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sovereign_kernel import errors
from sovereign_kernel.cli.main import tell, tell_defect
from tests.cli.front import sovereign, start

KEY = "sk-canary-0123456789"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["research", ""], "the goal is empty"),
        (["research", " \t\x00\u200b\u202e "], "the goal is empty"),
        (["research", "?!"], "the goal is empty"),
        (["research", "x" * 20_000], "20,000 characters; at most 4,000"),
        (["research", "a goal", "--papers", "0"], "'papers'"),
        (["research", "a goal", "--corpus", "nowhere.jsonl"], "nowhere.jsonl"),
        (["research", "a goal", "--roles", "nowhere"], "nowhere"),
        (["research", "a goal", "--config", "nowhere.toml"], "nowhere.toml"),
        (["resume", "nowhere"], "nowhere"),
        (["review", "nowhere"], "no answer"),
        (["review", "nowhere", "--approve"], "owner's name"),
        (["review", "nowhere", "--approve", "--send-back", "no"], "one answer"),
        (["review", "nowhere", "--send-back", "  "], "needs a note"),
        (["show", "nowhere"], "nowhere"),
    ],
)
def test_bad_input_is_told_in_two_lines(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = sovereign(*arguments)
    what, next_step = done.stderr.splitlines()
    assert what.startswith("error: ")
    assert said in what
    assert next_step.startswith("next: ")
    assert (done.exit_code, done.stdout) == (2, "")
    assert not list(tmp_path.rglob("run.json"))


def test_an_unknown_setting_of_the_environment_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVEREIGN_PAPPERS", "3")
    done = sovereign("runs")
    assert done.exit_code == 2
    assert "'papers'" in done.stderr


def test_out_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = sovereign("research", "a goal", "--source", "corpus", "--out", tmp_path)
    assert done.exit_code == 2
    assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_out_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = sovereign("research", "a goal", "--source", "corpus", "--out", tmp_path / "run")
    assert done.exit_code == 2
    assert "next: " in done.stderr


def test_out_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = sovereign("research", "a goal", "--source", "corpus", "--out", tmp_path / "file" / "run")
    assert done.exit_code == 2
    assert "next: " in done.stderr


def test_a_role_that_fails_is_named_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "critic.py").write_text("x = 1\ny = 1 / 0\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    done = sovereign("roles", "--roles", "mine")
    assert done.exit_code != 0 and "line 2: ZeroDivisionError" in done.stderr


def test_with_json_an_error_is_the_one_document() -> None:
    done = sovereign("show", "nowhere", "--json")
    told = json.loads(done.stdout)
    assert told["kind"] == "BadRun"
    assert told["exit_code"] == done.exit_code == 2
    assert told["error"] in done.stderr


@pytest.mark.parametrize("kind", [errors.NothingFound, errors.ModelUnavailable, errors.Refused, errors.BadRole])
def test_an_error_shows_no_key_and_no_control_characters(
    kind: type[errors.SovereignError], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    tell(kind(f"key {KEY} \x1b[2J refused", help=f"not {KEY}"), as_json=True)
    shown = capsys.readouterr()
    assert KEY not in shown.out + shown.err
    assert "\x1b" not in shown.out + shown.err


def test_a_defect_is_told_without_traceback_or_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", KEY)
    tell_defect(KeyError, KeyError(KEY), None)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert KEY not in shown.err
    assert "defect" in shown.err
    assert "--debug" in shown.err


def test_debug_shows_the_traceback() -> None:
    assert "Traceback" in sovereign("--debug", "show", "nowhere").stderr


def test_a_closed_pipe_ends_it_quietly() -> None:
    process = start("research", "--help")
    process.stdout.close()
    with process.stderr:
        said = process.stderr.read()
    process.wait()
    assert "Traceback" not in said
    assert "Exception" not in said


WAITING = """
import sys, time
from sovereign_kernel.cli.stopping import stop_on_interrupt
with stop_on_interrupt() as stop:
    print("ready", flush=True)
    stop.wait()
    print("draining", flush=True)
    if sys.argv[1] == "long":
        time.sleep(60)
print("drained", flush=True)
"""


@pytest.fixture
def interrupted(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """A process that has taken one Ctrl-C; its errors are in its output, so that one pipe tells the order."""
    command = [sys.executable, "-c", WAITING, request.param]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "\n"
        assert "Ctrl-C again" in process.stdout.readline()
        assert process.stdout.readline() == "draining\n"
        yield process


@pytest.mark.parametrize("interrupted", ["short"], indirect=True)
def test_the_first_interrupt_drains(interrupted: subprocess.Popen[str]) -> None:
    assert interrupted.stdout.read() == "drained\n"
    assert interrupted.wait() == 0


@pytest.mark.parametrize("interrupted", ["long"], indirect=True)
def test_the_second_interrupt_stops_at_once(interrupted: subprocess.Popen[str]) -> None:
    interrupted.send_signal(signal.SIGINT)
    assert interrupted.stdout.read() == ""
    assert interrupted.wait() == 130
