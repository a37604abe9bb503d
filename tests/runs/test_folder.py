"""Run folders: made, opened, moved, listed, refused."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.errors import BadInput, BadRun
from sovereign_kernel.runs import RunFolder, default_path, list_runs, load_draft, slug, source_name
from sovereign_kernel.runs.ledger import FileLedger, verify_chain
from sovereign_kernel.settings import Settings
from sovereign_kernel.transport.clock import SystemClock
from tests.runs.finished import GOAL, dossier, until_decided

ROOT = Path(__file__).parents[2]
HOSTILE = "../../etc/passwd \x00\x1b[2J ‮ <script> 谁 \ud800 " + "a" * 300


def new(path: Path, goal: str = GOAL) -> RunFolder:
    return RunFolder.create(path, goal, Settings(), "0.1.0")


def in_another_process(code: str, *arguments: object, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **options)


def test_a_new_run_opens_with_what_it_was_made_of(tmp_path):
    settings = Settings(papers=7, out=tmp_path / "run", require_owner=True)
    made = RunFolder.create(tmp_path / "run", HOSTILE, settings, "0.1.0")
    opened = RunFolder.open(tmp_path / "run")
    assert (opened.goal, opened.status, opened.run_id) == (HOSTILE, "running", made.run_id)
    assert opened.settings == settings
    assert opened.missing() == ("draft.html", "draft.json", "draft.md", "ledger.jsonl", "references.bib")
    with pytest.raises(BadRun, match="has no draft yet"):
        load_draft(opened)


def test_a_moved_run_just_works_and_names_no_place(tmp_path):
    run, draft = until_decided(tmp_path / "here" / "run")
    told = b"".join(path.read_bytes() for path in run.path.rglob("*") if path.is_file())
    assert str(tmp_path).encode() not in told
    shutil.move(run.path, tmp_path / "there")
    moved = RunFolder.open(tmp_path / "there")
    assert moved.settings.out == tmp_path / "there"
    assert load_draft(moved) == draft
    assert moved.missing() == ()
    moved.set_status("finished")


def test_what_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("mine")
    with pytest.raises(BadInput, match="not empty"):
        new(tmp_path / "full")
    with pytest.raises(BadInput, match="is a file"):
        new(tmp_path / "full" / "thesis.doc")
    with pytest.raises(BadRun, match="Not a directory") as caught:
        new(tmp_path / "full" / "thesis.doc" / "run")
    assert "--out" in caught.value.help
    with pytest.raises(BadRun, match="File name too long"):
        new(tmp_path / ("x" * 300))
    new(tmp_path / "run")
    with pytest.raises(BadInput, match="not empty"):
        new(tmp_path / "run")


def test_what_a_killed_start_left_is_no_obstacle(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".tmp-abcd").write_text("half")
    assert new(tmp_path / "run").status == "running"


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir(mode=0o555)
    code = (
        "import sys, os; from pathlib import Path; from sovereign_kernel.runs import RunFolder, default_path\n"
        "from sovereign_kernel.settings import Settings; from sovereign_kernel.errors import BadRun\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "path = Path(sys.argv[1])\n"
        "created = lambda: RunFolder.create(path / 'run', 'g', Settings(), '0')\n"
        "for make in (created, lambda: default_path(path, 'g', '2026-11-22')):\n"
        "    try: make()\n"
        "    except BadRun as exc: print(exc, '|', exc.help)\n"
    )
    for parent in (tmp_path, *tmp_path.parents[:3]):
        if parent.stat().st_uid == os.geteuid():
            parent.chmod(parent.stat().st_mode | 0o055)  # pytest hides them from other users
    told = in_another_process(code, tmp_path / "theirs").stdout.splitlines()
    assert len(told) == 2, told
    assert all("Permission denied" in line and "--out" in line for line in told)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b"\xff\x00", b"[" * 100_000, b'{"schema_version": 1}', b'{"schema_version": "1"}'],
)
def test_a_damaged_run_json_is_refused_and_listed(content, tmp_path):
    new(tmp_path / "run")
    (tmp_path / "run" / "run.json").write_bytes(content)
    with pytest.raises(BadRun) as caught:
        RunFolder.open(tmp_path / "run")
    assert caught.value.help
    (summary,) = list_runs(tmp_path)
    assert (summary.status, summary.problem) == ("damaged", str(caught.value))


def rewrite(run: RunFolder, **changes: object) -> None:
    path = run.path / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_other_schemas_are_refused_with_what_to_do(tmp_path):
    run = new(tmp_path / "run")
    rewrite(run, schema_version=2)
    with pytest.raises(BadRun, match="schema 2") as caught:
        RunFolder.open(run.path)
    assert "upgrade" in caught.value.help
    rewrite(run, schema_version=0)
    with pytest.raises(BadRun, match="before the first release"):
        RunFolder.open(run.path)
    rewrite(run, schema_version=1, status="finished")
    with pytest.raises(BadRun, match="was changed since"):
        RunFolder.open(run.path)
    with pytest.raises(BadRun, match="there is no run"):
        RunFolder.open(tmp_path / "nowhere")
    with pytest.raises(BadRun, match="not a run's folder"):
        RunFolder.open(tmp_path)
    with pytest.raises(BadRun, match="File name too long"):
        RunFolder.open(tmp_path / ("x" * 300))


def test_settings_of_another_version_are_refused_by_name(tmp_path):
    from sovereign_kernel.runs import manifest

    run = new(tmp_path / "run")
    honest = manifest.read(run.path)
    manifest.write(run.path, honest.model_copy(update={"settings": honest.settings | {"telepathy": True}}))
    assert run.goal == GOAL
    with pytest.raises(BadRun, match="telepathy"):
        _ = run.settings


@given(goal=st.text(max_size=200))
def test_slugs_are_plain_names(goal):
    made = slug(goal)
    assert made.isascii()
    assert 1 <= len(made) <= 48
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not made.startswith("-")


@given(one=st.text(max_size=120), other=st.text(max_size=120))
def test_source_names_stay_in_their_folder_and_apart(one, other):
    name = source_name(one)
    assert name.isascii()
    assert len(name) <= 96
    assert "/" not in name
    assert not name.startswith(".")
    assert Path("sources", name).name == name
    assert (name == source_name(other)) == (one == other)


def test_default_names_tell_date_and_goal_and_never_meet(tmp_path):
    at = "2026-11-22T05:00:00Z"
    assert default_path(tmp_path, "Does it scale? Yes!", at).name == "2026-11-22-does-it-scale-yes"
    assert default_path(tmp_path, "Does it scale? Yes!", at).name == "2026-11-22-does-it-scale-yes-2"
    assert default_path(tmp_path, "谁?", at).name == "2026-11-22-goal"
    assert default_path(tmp_path / "new", HOSTILE, at).parent == tmp_path / "new"
    assert new(default_path(tmp_path, GOAL, at)).goal == GOAL


def test_runs_are_listed_newest_first_among_junk(tmp_path):
    assert list_runs(tmp_path / "nowhere") == ()
    one, _ = until_decided(tmp_path / "one", require_owner=True)
    two = new(tmp_path / "two")
    (tmp_path / "junk").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    (tmp_path / "folder" / "run.json").mkdir(parents=True)
    listed = {summary.path.name: summary for summary in list_runs(tmp_path)}
    assert {name: summary.status for name, summary in listed.items()} == {"one": "owner_review", "two": "interrupted"}
    assert listed["one"].goal == GOAL
    with two.lock():
        assert {s.path.name: s.status for s in list_runs(tmp_path)}["two"] == "running"
    assert list_runs(tmp_path / "file") == ()
    assert one.status == "owner_review"


def test_a_second_process_is_refused_by_name(tmp_path):
    run = new(tmp_path / "run")
    code = (
        "import sys; from pathlib import Path\n"
        "from sovereign_kernel.runs import RunFolder; from sovereign_kernel.errors import BadRun\n"
        "try:\n  with RunFolder.open(Path(sys.argv[1])).lock(): print('mine')\n"
        "except BadRun as exc: print(exc)\n"
    )
    with run.lock():
        told = in_another_process(code, run.path).stdout
        assert f"run run is in use by process {os.getpid()} on " in told
        with pytest.raises(BadRun, match="in use"), run.lock():
            pass
    assert in_another_process(code, run.path).stdout == "mine\n"
    assert sorted(path.name for path in run.path.iterdir()) == ["run.json", "run.lock"]


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    run = new(tmp_path / "run")
    code = (
        "import os, sys; from pathlib import Path; from sovereign_kernel.runs import RunFolder\n"
        "with RunFolder.open(Path(sys.argv[1])).lock(): os.kill(os.getpid(), 9)\n"
    )
    assert in_another_process(code, run.path).returncode == -9
    (run.path / "sources").mkdir()
    (run.path / "sources" / ".tmp-half").write_text("half")
    with run.lock():
        assert list((run.path / "sources").iterdir()) == []
    assert sorted(path.name for path in run.path.iterdir()) == ["run.json", "run.lock", "sources"]


def test_sources_hold_the_exact_text(tmp_path):
    run = new(tmp_path / "run")
    told = dossier()
    odd = told.papers[0].model_copy(update={"id": "../../evil", "text": "a\r\nb\u2028c\x00\ud800\ufeff"})
    run.save_sources((*told.papers, odd))
    files = {path.name: path.read_bytes() for path in run.sources.iterdir()}
    assert len(files) == 4
    for paper in (*told.papers, odd):
        assert files[source_name(paper.id)] == paper.text.encode("utf-8", "surrogatepass")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run"]


def test_a_draft_must_be_rendered_whole(tmp_path):
    run, draft = until_decided(tmp_path / "run")
    with pytest.raises(ValueError, match=r"references\.bib"):
        run.write_draft({"draft.md": "", "draft.html": "", "draft.json": ""}, draft)


def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_space(tmp_path):
    run = new(tmp_path / "run")
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "sys.path.insert(0, '.')\n"
        "from tests.runs.finished import draft_of, render_all; from sovereign_kernel.runs import RunFolder\n"
        "from sovereign_kernel.runs.ledger import FileLedger; from sovereign_kernel.transport.clock import SystemClock\n"
        "from sovereign_kernel.errors import BadRun\n"
        "run = RunFolder.open(Path(sys.argv[1])); draft = draft_of(run, FileLedger(run.ledger, SystemClock()))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try: run.write_draft(render_all(draft), draft)\n"
        "except BadRun as exc: print(exc, '|', exc.help)\n"
    )
    done = in_another_process(code, run.path)
    assert "cannot write" in done.stdout, done.stderr
    again = RunFolder.open(run.path)
    assert again.status == "running"
    assert "draft.json" in again.missing()
    assert not list(run.path.rglob(".tmp-*"))
    FileLedger(run.ledger, SystemClock()).record("resumed")
    assert verify_chain(run.ledger) == []


def test_damaged_checkpoints_are_set_aside_and_told(tmp_path):
    run, _ = until_decided(tmp_path / "run")
    assert run.mend_checkpoints() is False
    whole = run.checkpoints.read_bytes()
    for damaged in (b"not a database at all" * 99, whole[:2000], whole[:100] + b"\xff" * (len(whole) - 100)):
        run.checkpoints.write_bytes(damaged)
        assert run.mend_checkpoints() is True
        assert not run.checkpoints.exists()
        assert (run.path / "checkpoints.damaged.sqlite").read_bytes() == damaged
        assert run.mend_checkpoints() is False
    told = [event["event"] for event in FileLedger(run.ledger, SystemClock()).events()]
    assert told.count("checkpoints_damaged") == 3
