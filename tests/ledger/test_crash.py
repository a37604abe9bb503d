"""Ledger and journal under threads, processes, kills and full disks."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sovereign_kernel.errors import BadRun
from sovereign_kernel.runs.journal import FolderJournal, MemoryJournal
from sovereign_kernel.runs.ledger import FileLedger, verify_chain
from sovereign_kernel.transport.clock import SystemClock

ROOT = Path(__file__).parents[2]
CLOCK = SystemClock()
APPEND = """
import sys
from pathlib import Path
from sovereign_kernel.transport.clock import SystemClock
from sovereign_kernel.runs.ledger import FileLedger
ledger = FileLedger(Path(sys.argv[1]), SystemClock())
print("ready", flush=True)
for number in range(int(sys.argv[3])):
    ledger.record("model_call", role=sys.argv[2], provider="p", model="m", number=number, seconds=1, text="x" * 300)
"""
PUT = """
import sys
from pathlib import Path
from sovereign_kernel.runs.journal import FolderJournal
journal = FolderJournal(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(1_000_000):
    journal.put(f"key {number % 50}", {"answer": "x" * 5000, "n": number % 50})
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_eight_processes_and_sixteen_threads_lose_nothing(tmp_path):
    path = tmp_path / "ledger.jsonl"
    processes = [start(APPEND, path, f"process-{number}", 25) for number in range(8)]
    ledger = FileLedger(path, CLOCK)

    def append(name: str) -> None:
        for number in range(25):
            ledger.record("model_call", role=name, provider="p", model="m", number=number, seconds=1)

    threads = [threading.Thread(target=append, args=(f"thread-{number}",)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert verify_chain(path) == []
    assert sorted(usage.calls for usage in ledger.usage().values()) == [25] * 24
    by_role: dict[str, list[int]] = {}
    for event in ledger.events():
        by_role.setdefault(event["role"], []).append(event["number"])
    assert all(numbers == list(range(25)) for numbers in by_role.values())


def test_a_killed_writer_leaves_a_ledger_that_goes_on(tmp_path):
    path = tmp_path / "ledger.jsonl"
    rng = random.Random(4)
    for _ in range(6):
        process = start(APPEND, path, "killed", 1_000_000)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.uniform(0, 0.05))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        FileLedger(path, CLOCK).record("resumed")
        assert verify_chain(path) == []
    assert sum(event["event"] == "resumed" for event in FileLedger(path, CLOCK).events()) == 6


@pytest.mark.parametrize("cut", [1, 20, 100])
def test_a_half_written_event_is_cut_off_and_told(cut, tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger = FileLedger(path, CLOCK)
    for number in range(3):
        ledger.record("call", number=number)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    lost = len(whole[:-cut]) - whole[:-cut].rfind(b"\n") - 1
    reopened = FileLedger(path, CLOCK)
    assert len(list(reopened.events())) == 2
    assert path.read_bytes() == whole[:-cut]  # nothing is written by looking
    reopened.record("call", number=9)
    events = list(reopened.events())
    assert [event["event"] for event in events] == ["call", "call", "ledger_recovered", "call"]
    assert events[2]["bytes_cut"] == lost
    assert verify_chain(path) == []


def full_disk(limit: int) -> None:
    """The next process can write no file beyond `limit` bytes: the kernel's own short writes and EFBIG."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def test_a_full_disk_leaves_whole_events_and_says_what_to_do(tmp_path):
    path = tmp_path / "ledger.jsonl"
    code = APPEND.replace("for number", "from sovereign_kernel.errors import BadRun\nfor number").replace(
        "    ledger.record", "  try:\n    ledger.record"
    )
    code += "  except BadRun as exc:\n    print(exc, exc.help, flush=True)\n    break\n"
    process = subprocess.run(
        [sys.executable, "-c", code, str(path), "r", "1000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: full_disk(5_000),
        check=True,
    )
    assert "cannot write" in process.stdout
    assert "ledger.jsonl" in process.stdout
    assert verify_chain(path) == []
    FileLedger(path, CLOCK).record("space again")
    assert verify_chain(path) == []


def test_journals_give_back_what_was_put(tmp_path):
    for journal in (MemoryJournal(), FolderJournal(tmp_path / "calls")):
        assert journal.get("asked") is None
        value = {"answer": ["ü\ud800", 1, 2.5, None, True], "n": 1e300}
        journal.put("asked", value)
        assert journal.get("asked") == value
        journal.get("asked")["n"] = 0
        assert journal.get("asked") == value
        journal.put("asked", [])
        assert journal.get("asked") == []


def test_a_damaged_answer_counts_as_missing_and_is_reported(tmp_path):
    told: list[tuple[str, str]] = []
    journal = FolderJournal(tmp_path / "calls", lambda event, **fields: told.append((event, fields["file"])))
    journal.put("asked", {"score": 7})
    (path,) = journal.folder.iterdir()
    whole = path.read_bytes()
    for damaged in (
        whole.replace(b"7", b"9"),
        whole[:-5],
        b"",
        b"\x00" * 50,
        b"[1]",
        b"null",
        b"[" * 100_000,
        whole.replace(b"asked", b"other"),
    ):
        path.write_bytes(damaged)
        assert journal.get("asked") is None
    assert told == [("journal_damaged", f"calls/{path.name}")] * 8
    journal.put("asked", {"score": 7})
    assert journal.get("asked") == {"score": 7}


def test_no_secret_is_kept_with_an_answer(tmp_path):
    journal = FolderJournal(tmp_path / "calls", secrets=["canary-key"])
    journal.put("asked with canary-key", {"echo": ["Bearer canary-key"]})
    assert journal.get("asked with canary-key") == {"echo": ["Bearer [redacted]"]}
    assert all(b"canary" not in path.read_bytes() for path in journal.folder.iterdir())


def test_kills_in_the_middle_of_answers_leave_whole_answers(tmp_path):
    told: list[str] = []
    journal = FolderJournal(tmp_path / "calls", lambda event, **fields: told.append(event))
    rng = random.Random(5)
    for _ in range(6):
        process = start(PUT, journal.folder)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.uniform(0, 0.1))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    answers = [journal.get(f"key {number}") for number in range(50)]
    assert told == []
    assert any(answers)
    assert all(answer == {"answer": "x" * 5000, "n": number} for number, answer in enumerate(answers) if answer)


def test_threads_put_and_get_side_by_side(tmp_path):
    journal = FolderJournal(tmp_path / "calls")
    faults: list[str] = []

    def work(name: int) -> None:
        for number in range(20):
            journal.put("shared", {"n": "y" * 100})
            journal.put(f"own {name} {number}", name)
            if journal.get("shared") != {"n": "y" * 100} or journal.get(f"own {name} {number}") != name:
                faults.append(f"{name} {number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BadRun, match="Permission denied"):
        FileLedger(tmp_path / "ledger.jsonl", CLOCK).record("call")
    with pytest.raises(BadRun, match="Permission denied"):
        FolderJournal(tmp_path).put("asked", 1)
    tmp_path.chmod(0o700)


def test_a_ledger_where_a_file_is_in_the_way(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadRun, match="cannot write"):
        FileLedger(tmp_path / "file" / "ledger.jsonl", CLOCK).record("call")
    with pytest.raises(BadRun, match="cannot write"):
        FolderJournal(tmp_path / "file").put("asked", json.loads("1"))
