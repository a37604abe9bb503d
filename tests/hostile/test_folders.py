"""A run's folder from a stranger: no command follows a link in it, opens a device, waits, or writes elsewhere."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sovereign_kernel import research
from sovereign_kernel.audit import audit
from sovereign_kernel.errors import BadRun
from sovereign_kernel.runs import RunFolder, contents
from sovereign_kernel.runs.journal import FolderJournal
from sovereign_kernel.runs.ledger import FileLedger
from sovereign_kernel.storage.plain_files import open_plain, read_plain, write_plain
from sovereign_kernel.transport.clock import SystemClock
from tests.cli.front import sovereign, write_corpus

GOAL = "Does quantization hurt the accuracy of small language models?"
PLACES = (
    "run.json",
    "ledger.jsonl",
    "ledger.jsonl.lock",
    "run.lock",
    "run.holder.json",
    "draft.json",
    "draft.md",
    "references.bib",
    "policy.toml",
    "approval.sig",
    "checkpoints.sqlite",
    "checkpoints.sqlite-wal",
    "checkpoints.sqlite-shm",
    "checkpoints.sqlite-journal",
    "checkpoints.damaged.sqlite",
    "index/vectors.faiss",
    "sources/2401.00001.txt",
    "calls/" + "0" * 64 + ".json",
    ".tmp-abcd",
    "sources/.tmp-abcd",
    "more",
)
FOLDERS = ("index", "sources", "calls")
COMMANDS = (
    ("verify",),
    ("show",),
    ("show", "--format", "markdown"),
    ("resume", "--quiet"),
    ("review", "--quiet", "--approve", "--owner", "Ada"),
    ("review", "--quiet", "--send-back", "More."),
)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A measured run that waits for its owner."""
    folder = tmp_path_factory.mktemp("stranger")
    corpus = write_corpus(folder / "corpus.jsonl")
    options = {"source": "corpus", "provider": "none", "corpus": corpus, "cache_dir": folder / "cache"}
    return research(GOAL, **options, require_owner=True, out=folder / "runs" / "run").run


@pytest.fixture
def run(waiting: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(waiting, tmp_path / "runs" / "run"))


@pytest.fixture
def prey(tmp_path: Path) -> Path:
    """The owner's own file, without an end of its last line."""
    path = tmp_path / "profile"
    path.write_text("export TOKEN=1")
    return path


def link(path: Path, prey: Path) -> None:
    path.symlink_to(prey)


def hard_link(path: Path, prey: Path) -> None:
    os.link(prey, path)


def fifo(path: Path, prey: Path) -> None:
    os.mkfifo(path)


def dangling(path: Path, prey: Path) -> None:
    path.symlink_to(prey.with_name("made-by-a-command"))


def device(path: Path, prey: Path) -> None:
    path.symlink_to("/dev/zero")


def root(path: Path, prey: Path) -> None:
    path.symlink_to("/")


def listener(path: Path, prey: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path has at most 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


THINGS = (link, hard_link, fifo, dangling, device, root, listener)
Plant = Callable[[Path, Path], None]


def plant(run: Path, place: str, thing: Plant, prey: Path) -> None:
    path = run / place
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    thing(path, prey)


def state(folder: Path) -> dict[str, object]:
    """What lies in a folder, no link followed."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode, path.lstat().st_size)
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.__name__)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_but_a_plain_file_is_opened_by_any_command(place: str, thing: Plant, run: Path, prey: Path) -> None:
    plant(run, place, thing, prey)
    before = state(run)
    for command, *rest in COMMANDS:
        done = sovereign(command, run, *rest)
        assert done.exit_code == (7 if command == "verify" else 2), (command, done.output)
        assert place in done.output
    listed = sovereign("runs", "--runs-dir", run.parent)
    assert (listed.exit_code, "damaged" in listed.stdout) == (0, True)
    assert prey.read_text() == "export TOKEN=1"
    assert not prey.with_name("made-by-a-command").exists()
    assert state(run) == before


@pytest.mark.parametrize("place", FOLDERS)
def test_a_linked_subfolder_is_not_entered(place: str, run: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.rmtree(run / place, ignore_errors=True)
    (run / place).symlink_to(elsewhere)
    for command, *rest in COMMANDS:
        done = sovereign(command, run, *rest)
        assert done.exit_code == (7 if command == "verify" else 2), (command, done.output)
        assert place in done.output
    assert list(elsewhere.iterdir()) == []


def test_verify_names_each_thing_and_does_not_hang(run: Path, prey: Path) -> None:
    plant(run, "ledger.jsonl", fifo, prey)
    plant(run, "draft.md", device, prey)
    plant(run, "sources/more.txt", root, prey)
    command = [sys.executable, "-m", "sovereign_kernel", "verify", str(run)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 7
    for said in (
        "ledger.jsonl is a FIFO",
        "draft.md is a symbolic link",
        "sources/more.txt is a symbolic link",
    ):
        assert said in done.stdout


def test_a_run_may_be_reached_by_a_link_to_its_folder(run: Path, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(run)
    assert sovereign("verify", tmp_path / "latest").exit_code == 0
    assert sovereign("show", tmp_path / "latest").exit_code == 0


def test_what_has_no_bounds_is_not_read(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (run / "index" / "vectors.faiss").open("r+b") as file:
        file.truncate(2**40)  # a hole: it takes no room
    assert "vectors.faiss has more than" in str(audit(run).findings[0].detail)
    assert sovereign("show", run).exit_code == 2
    (run / "index" / "vectors.faiss").unlink()
    monkeypatch.setattr(contents, "ENTRIES", 100)
    for number in range(200):
        (run / "sources" / f"{number}.txt").touch()
    assert audit(run).findings[0].detail == "it holds more than 100 files"
    assert sovereign("show", run).exit_code == 2


def test_a_tree_without_end_is_left(run: Path) -> None:
    deep = run / "sources"
    for _ in range(300):
        deep = deep / "d"
        deep.mkdir()
    assert "lies too deep" in audit(run).findings[0].detail


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.__name__)
def test_the_door_itself_refuses(thing: Plant, tmp_path: Path, prey: Path) -> None:
    (tmp_path / "run").mkdir()
    for name in ("ledger.jsonl", "ledger.jsonl.lock", "calls/" + "0" * 64):
        plant(tmp_path / "run", name, thing, prey)
        for use in (read_plain, open_plain, lambda folder, name: write_plain(folder, name, b"mine")):
            with pytest.raises(BadRun, match="never opened"):
                use(tmp_path / "run", name)
    with pytest.raises(BadRun, match="never opened"):
        FileLedger(tmp_path / "run" / "ledger.jsonl", SystemClock()).record("mine")
    assert prey.read_text() == "export TOKEN=1"


def test_the_journal_reads_and_writes_through_no_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "calls").symlink_to(tmp_path / "elsewhere")
    journal = FolderJournal(tmp_path / "calls")
    for use in (lambda: journal.put("asked", 1), lambda: journal.get("asked")):
        with pytest.raises(BadRun, match="symbolic link"):
            use()
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["../profile", "/etc/passwd", "sources/../../profile", "", "a\x00b"])
def test_a_name_that_leads_out_is_no_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadRun, match="no name of a file"):
        read_plain(tmp_path, name)


def test_what_appears_after_the_look_is_refused_too(run: Path, prey: Path) -> None:
    folder = RunFolder.open(run)
    plant(run, "checkpoints.sqlite-wal", link, prey)
    with pytest.raises(BadRun, match="never opened"):
        folder.set_status("interrupted")
    assert prey.read_text() == "export TOKEN=1"
