"""Ctrl-C, a second process, a full disk, a read-only one, damage: recovered, or refused with what to do."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel import resume
from sovereign_kernel.audit import audit
from sovereign_kernel.errors import BadRun
from sovereign_kernel.runs import RunFolder
from sovereign_kernel.testing.openai import ModelServer
from tests.reliability.conftest import Calm
from tests.reliability.driving import GOAL, ROOT, Point, drive, told

KILLED = -signal.SIGKILL


def flags(options: dict[str, Any]) -> list[str]:
    """The options that the command line has as flags."""
    names = {
        "source",
        "corpus",
        "cache_dir",
        "provider",
        "base_url",
        "model",
        "papers",
        "queries",
        "rounds",
        "threshold",
    }
    return [part for name in names for part in ("--" + name.replace("_", "-"), str(options[name]))]


def sovereign(*words: str, before: str = "") -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sovereign_kernel", *words]
    if before:
        command = ["sh", "-c", f'{before}; exec "$@"', "sh", *command]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Exit code and what was said; never a traceback."""
    _, said = process.communicate(timeout=120)
    text = said.decode()
    assert "Traceback" not in text and "defect of ours" not in text
    return process.returncode, text


def test_ctrl_c_drains_and_twice_stops_at_once(server: ModelServer, options: dict[str, Any], tmp_path: Path) -> None:
    asked, going_on = threading.Event(), threading.Event()

    def wait(exchange: Any) -> None:
        asked.set()
        going_on.wait(60)
        server.route(exchange)

    path = tmp_path / "run"
    server.requests.clear()
    server.faults += [server.route, wait]
    first = sovereign("research", *flags(options), "--out", str(path), "--", GOAL)
    assert asked.wait(120)
    first.send_signal(signal.SIGINT)
    time.sleep(0.3)
    going_on.set()
    code, said = ended(first)
    assert code == 130 and f"go on with: sovereign resume {path}" in said
    assert RunFolder.open(path).status == "interrupted"

    asked.clear()
    going_on.clear()
    calls = len(server.requests)
    server.faults.append(wait)
    second = sovereign("resume", str(path))
    assert asked.wait(120)
    second.send_signal(signal.SIGINT)
    time.sleep(0.5)
    second.send_signal(signal.SIGINT)
    code, _ = ended(second)
    assert code == 130
    going_on.set()
    server.faults.clear()

    assert resume(path).status == "owner_review"
    bodies = [json.dumps(asked.body, sort_keys=True) for asked in server.requests]
    in_flight = 1
    assert len(bodies) - len(set(bodies)) <= in_flight and len(bodies) > calls


def test_a_second_process_is_refused_by_name(server: ModelServer, options: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "run"
    asked, going_on = threading.Event(), threading.Event()

    def wait(exchange: Any) -> None:
        asked.set()
        going_on.wait(60)
        server.route(exchange)

    server.faults.append(wait)
    codes: list[int] = []
    runner = threading.Thread(target=lambda: codes.append(drive("research", path, options, Point())))
    runner.start()
    assert asked.wait(120)
    code, said = ended(sovereign("resume", str(path)))
    going_on.set()
    runner.join()
    assert code == 2 and "is in use by process" in said and "next:" in said
    assert codes == [0]


@pytest.mark.parametrize("size", [2, 40])
def test_a_file_size_limit_is_a_full_disk(size: int, options: dict[str, Any], calm: Calm, tmp_path: Path) -> None:
    """`ulimit -f` counts 512-byte blocks; writing beyond it fails as a full disk does."""
    path = tmp_path / "run"
    command = sovereign("research", *flags(options), "--out", str(path), "--", GOAL, before=f"ulimit -f {size}")
    code, said = ended(command)
    assert code == 2 and "next:" in said
    if (path / "run.json").is_file():
        assert resume(path).status == "owner_review"
        assert audit(path).holds


IN_A_NAMESPACE = """
import subprocess, sys, threading
from pathlib import Path
from sovereign_kernel import research, resume
from sovereign_kernel.audit import audit
from sovereign_kernel.errors import BadRun

disk, what, goal = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
size = "240k" if what == "full" else "8m"
subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], check=True)
remount = lambda how: subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)
stop = threading.Event()

def tell(event):
    if what == "read-only" and (event.kind, event.stage) == ("stage_finished", "verify"):
        stop.set()

options = {"source": "corpus", "provider": "none", "corpus": sys.argv[4], "cache_dir": sys.argv[5]}
try:
    outcome = research(goal, out=disk / "run", on_event=tell, stop=stop, **options)
    assert outcome.status == "interrupted"  # a file system with open files does not become read-only
    remount("ro")
    resume(disk / "run")
    raise SystemExit("the disk was not noticed")
except BadRun as error:
    assert error.help, error
    print(error)
remount("rw,size=8m")
outcome = resume(disk / "run")
assert outcome.draft.claims and audit(outcome.run).holds
"""


@pytest.mark.parametrize("what", ["full", "read-only"])
def test_a_disk_that_fails_in_the_middle(what: str, options: dict[str, Any], tmp_path: Path) -> None:
    """A file system of its own in a mount namespace of its own; only root may do that, and root ignores permissions."""
    alone = ["unshare", "-m"]
    try:
        tried = subprocess.run([*alone, "mount", "-t", "tmpfs", "tmpfs", tmp_path], capture_output=True)
    except FileNotFoundError:
        pytest.skip("unshare is not there")
    if tried.returncode:
        pytest.skip("file systems cannot be mounted here")
    arguments = [str(tmp_path), what, GOAL, str(options["corpus"]), str(options["cache_dir"])]
    done = subprocess.run(
        [*alone, sys.executable, "-c", IN_A_NAMESPACE, *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert ("No space left" if what == "full" else "Read-only") in done.stdout


def interrupted(options: dict[str, Any], path: Path, point: Point) -> Path:
    assert drive("research", path, options, point) == KILLED
    return path


def truncated(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    without_log(path)


def garbage(path: Path) -> None:
    path.write_bytes(b"\x00garbage" * 2000)
    without_log(path)


def emptied(path: Path) -> None:
    path.write_bytes(b"")
    without_log(path)


def without_log(path: Path) -> None:
    """The write-ahead log may hold all that the file held."""
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)


def unreadable(path: Path) -> None:
    """SQLite finds it sound; what is in it is no checkpoint."""
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("UPDATE checkpoints SET checkpoint = x'c1c1c1'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("damage", [truncated, garbage, emptied, unreadable], ids=lambda damage: damage.__name__)
def test_damaged_checkpoints_begin_anew_and_cost_no_call(
    damage: Any, server: ModelServer, options: dict[str, Any], calm: Calm, tmp_path: Path
) -> None:
    path = interrupted(options, tmp_path / "run", Point("in", "tribunal"))
    damage(path / "checkpoints.sqlite")
    held = len(list((path / "calls").glob("[!.]*.json")))
    server.requests.clear()
    code, said = ended(sovereign("resume", str(path)))
    assert code == 3, said
    assert len(server.requests) == calm.calls - held
    assert told(path)["claims"] == told(calm.path)["claims"]
    assert audit(path).holds


def test_a_half_written_ledger_and_a_moved_folder(options: dict[str, Any], calm: Calm, tmp_path: Path) -> None:
    path = interrupted(options, tmp_path / "run", Point("in", "writer"))
    with (path / "ledger.jsonl").open("ab") as file:
        file.write(b'{"seq":99,"at":"2026')
    moved = Path(shutil.move(path, tmp_path / "elsewhere"))
    assert resume(moved).status == "owner_review"
    assert "ledger_recovered" in (moved / "ledger.jsonl").read_text()
    assert told(moved)["claims"] == told(calm.path)["claims"]
    assert audit(moved).holds


def test_a_ledger_damaged_before_its_end_is_refused(options: dict[str, Any], tmp_path: Path) -> None:
    path = interrupted(options, tmp_path / "run", Point("in", "writer"))
    lines = (path / "ledger.jsonl").read_bytes().split(b"\n")
    (path / "ledger.jsonl").write_bytes(b"\n".join([lines[0], b"{}", *lines[2:]]))
    code, said = ended(sovereign("resume", str(path)))
    assert code == 2 and "damaged at line 2" in said and "next:" in said


@pytest.mark.parametrize("version", [0, 2, "1"])
def test_a_run_of_another_schema_is_refused(version: Any, calm: Calm, tmp_path: Path) -> None:
    path = Path(shutil.copytree(calm.path, tmp_path / "run"))
    content = json.loads((path / "run.json").read_text())
    (path / "run.json").write_text(json.dumps(content | {"schema_version": version}))
    code, said = ended(sovereign("resume", str(path)))
    assert code == 2 and "schema" in said and "next:" in said


def test_a_run_of_a_kernel_with_other_settings_is_refused(options: dict[str, Any], tmp_path: Path) -> None:
    from sovereign_kernel.runs import manifest

    path = interrupted(options, tmp_path / "run", Point("in", "writer"))
    kept = manifest.read(path)
    manifest.write(path, kept.model_copy(update={"settings": kept.settings | {"yesterdays": 1}}))
    with pytest.raises(BadRun, match="yesterdays") as raised:
        resume(path)
    assert "version that made it" in raised.value.help


def test_a_folder_that_may_not_be_written(options: dict[str, Any], tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root ignores permissions; a read-only disk is tested above")
    (tmp_path / "shut").mkdir(mode=0o500)
    code, said = ended(sovereign("research", *flags(options), "--out", str(tmp_path / "shut" / "run"), "--", GOAL))
    assert code == 2 and "may not write" in said
