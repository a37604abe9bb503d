"""kill -9 in the middle of writing every file: the folder opens, and what was whole stays whole."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sovereign_kernel.audit import audit
from sovereign_kernel.errors import BadRun
from sovereign_kernel.report import render_all
from sovereign_kernel.runs import RunFolder, load_draft
from sovereign_kernel.runs.ledger import FileLedger, verify_chain
from sovereign_kernel.settings import Settings
from sovereign_kernel.transport.clock import SystemClock
from tests.runs.finished import GOAL, draft_of

ROOT = Path(__file__).parents[2]
WRITE = """
import sys
from pathlib import Path
sys.path.insert(0, ".")
from sovereign_kernel.transport.clock import SystemClock
from sovereign_kernel.runs.journal import FolderJournal
from sovereign_kernel.runs.ledger import FileLedger
from tests.runs.finished import checkpoint, draft_of, render_all
from sovereign_kernel.runs import RunFolder
run = RunFolder.open(Path(sys.argv[1]))
ledger, journal = FileLedger(run.ledger, SystemClock()), FolderJournal(run.journal)
draft = draft_of(run, ledger)
rendered = render_all(draft)
with run.lock():
    print("ready", flush=True)
    for number in range(1_000_000):
        run.set_status("running")
        ledger.record("round", number=number)
        journal.put(f"key {number % 9}", {"n": number})
        checkpoint(run)
        for path in run.sources.glob("*"):
            path.unlink()
        run.write_draft(rendered, draft)
        run.set_status("finished")
"""
CREATE = """
import shutil, sys
from pathlib import Path
from sovereign_kernel.runs import RunFolder
from sovereign_kernel.settings import Settings
print("ready", flush=True)
for number in range(1_000_000):
    RunFolder.create(Path(sys.argv[1]) / str(number), "goal", Settings(), "0.1.0")
"""


def killed(code: str, path: Path, after: float) -> None:
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(after)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("seed", range(4))
def test_a_run_killed_while_it_writes_opens_and_can_be_finished(seed, tmp_path):
    run = RunFolder.create(tmp_path / "run", GOAL, Settings(), "0.1.0")
    killed(WRITE, run.path, random.Random(seed).uniform(0, 0.15))
    again = RunFolder.open(run.path)
    assert again.goal == GOAL
    try:
        assert load_draft(again).goal == GOAL
    except BadRun as exc:
        assert "no draft yet" in str(exc)
    with again.lock():
        ledger = FileLedger(again.ledger, SystemClock())
        ledger.record("resumed")
        assert verify_chain(again.ledger) == []
        draft = draft_of(again, ledger)
        again.write_draft(render_all(draft), draft)
        again.set_status("finished")
    assert [found for found in audit(again.path).findings if not found.holds] == []


def test_killed_starts_leave_runs_or_nothing(tmp_path):
    killed(CREATE, tmp_path, 0.1)
    for path in tmp_path.iterdir():
        try:
            run = RunFolder.open(path)
        except BadRun as exc:
            assert "has no run.json" in str(exc)
            run = RunFolder.create(path, "goal", Settings(), "0.1.0")
        assert run.status == "running"
