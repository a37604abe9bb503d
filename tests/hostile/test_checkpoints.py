"""Checkpoints that are missing, damaged or crafted: an approval is refused, and nothing ends in an internal error."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import ormsgpack
import pytest
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from sovereign_kernel import research
from sovereign_kernel.pipeline.state import allowed_types
from sovereign_kernel.runs import RunFolder, load_draft
from tests.cli.front import sovereign, write_corpus

GOAL = "Does quantization hurt the accuracy of small language models?"
APPROVE = ("--quiet", "--approve", "--owner", "Ada")


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("waiting")
    corpus = write_corpus(folder / "corpus.jsonl")
    options = {"source": "corpus", "provider": "none", "corpus": corpus, "cache_dir": folder / "cache"}
    return research(GOAL, **options, require_owner=True, out=folder / "run").run


@pytest.fixture
def run(waiting: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(waiting, tmp_path / "run"))


def execute(run: Path, *statements: tuple[str, tuple[Any, ...]]) -> None:
    with closing(sqlite3.connect(run / "checkpoints.sqlite")) as connection:
        for statement, values in statements:
            connection.execute(statement, values)
        connection.commit()


def contents(run: Path) -> dict[str, bytes]:
    lasting = ("draft.json", "draft.md", "ledger.jsonl", "run.json")
    return {name: (run / name).read_bytes() for name in lasting}


def missing(run: Path) -> None:
    (run / "checkpoints.sqlite").unlink()


def garbage(run: Path) -> None:
    (run / "checkpoints.sqlite").write_bytes(b"not a database" * 500)


def empty(run: Path) -> None:
    (run / "checkpoints.sqlite").write_bytes(b"")


def cut(run: Path) -> None:
    path = run / "checkpoints.sqlite"
    path.write_bytes(path.read_bytes()[:20_000])


def no_rows(run: Path) -> None:
    execute(run, ("DELETE FROM checkpoints", ()))


def unreadable_rows(run: Path) -> None:
    execute(run, ("UPDATE checkpoints SET checkpoint = x'c1c1c1'", ()))


def an_earlier_state(run: Path) -> None:
    newest = "(SELECT max(checkpoint_id) FROM checkpoints)"
    execute(run, (f"DELETE FROM checkpoints WHERE checkpoint_id = {newest}", ()))


def no_interrupt(run: Path) -> None:
    execute(run, ("DELETE FROM writes WHERE channel = '__interrupt__'", ()))


def another_draft(run: Path) -> None:
    serde = JsonPlusSerializer(allowed_msgpack_modules=allowed_types())
    with closing(sqlite3.connect(run / "checkpoints.sqlite")) as connection:
        row = "SELECT checkpoint_id, type, checkpoint FROM checkpoints ORDER BY checkpoint_id DESC LIMIT 1"
        name, kind, blob = connection.execute(row).fetchone()
        state = serde.loads_typed((kind, blob))
        unread = state["channel_values"]["draft"].model_copy(update={"answer": "It costs nothing."})
        state["channel_values"]["draft"] = unread
        kind, blob = serde.dumps_typed(state)
        connection.execute(
            "UPDATE checkpoints SET type = ?, checkpoint = ? WHERE checkpoint_id = ?", (kind, blob, name)
        )
        connection.commit()


DAMAGE = (missing, garbage, empty, cut, no_rows, unreadable_rows, an_earlier_state, no_interrupt, another_draft)


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_an_approval_is_refused_where_it_could_not_be_given(damage: Any, run: Path) -> None:
    damage(run)
    before = contents(run)
    for _ in range(2):  # the second try approves nothing unread either
        done = sovereign("review", run, *APPROVE)
        assert done.exit_code == 2
        assert "cannot take the answer, and nothing was changed" in done.stderr
        assert "sovereign resume" in done.stderr
    sent = sovereign("review", run, "--quiet", "--send-back", "More of it.")
    assert (sent.exit_code, "cannot take the answer" in sent.stderr) == (2, True)
    assert contents(run) == before


def test_resume_makes_the_draft_again_and_that_one_can_be_approved(run: Path) -> None:
    read = load_draft(RunFolder.open(run))
    garbage(run)
    again = sovereign("resume", run)
    assert again.exit_code == 3
    assert "begins anew" in again.stderr
    made = load_draft(RunFolder.open(run))
    assert made.model_copy(update={"created": read.created}) == read
    assert sovereign("review", run, *APPROVE).exit_code == 0
    assert sovereign("verify", run).exit_code == 0


def test_a_sound_run_takes_its_approval(run: Path) -> None:
    assert sovereign("resume", run).exit_code == 3
    assert sovereign("review", run, *APPROVE).exit_code == 0


ODD: list[Any] = [None, 5, -1, 2**63, 1.5, "x", b"\xff", [], {}, [[]], {"a": []}, {"x": {"y": 1}}, True, "\ud800"]


def craft(run: Path, seed: int) -> str:
    """One odd thing in the rows that `resume` goes on from; what it was."""
    rng = random.Random(seed)
    serde = JsonPlusSerializer(allowed_msgpack_modules=allowed_types())
    with closing(sqlite3.connect(run / "checkpoints.sqlite")) as connection:
        row = "SELECT checkpoint_id, type, checkpoint FROM checkpoints ORDER BY checkpoint_id DESC LIMIT 1"
        name, kind, blob = connection.execute(row).fetchone()
        state = serde.loads_typed((kind, blob))
        part = rng.choice(["frame", "value", "missing", "version", "seen", "pending", "metadata", "column", "extra"])
        odd = rng.choice(ODD[:-1])
        key = "-"
        if part == "frame":
            key = rng.choice(sorted(state))
            state[key] = odd
        elif part in ("value", "missing"):
            key = rng.choice(sorted(state["channel_values"]))
            if part == "value":
                state["channel_values"][key] = odd
            else:
                del state["channel_values"][key]
        elif part == "version":
            key = rng.choice(sorted(state["channel_versions"]))
            state["channel_versions"][key] = odd
        elif part == "seen":
            key = rng.choice(sorted(state["versions_seen"]))
            state["versions_seen"][key] = odd
        elif part == "extra":
            key = rng.choice(["surprise", "branch:to:nowhere", "__pregel_tasks"])
            state["channel_values"][key] = odd
        kind, blob = serde.dumps_typed(state)
        connection.execute(
            "UPDATE checkpoints SET type = ?, checkpoint = ? WHERE checkpoint_id = ?", (kind, blob, name)
        )
        if part == "pending":
            key = rng.choice(["claims", "rounds", "draft", "reviews", "__resume__", "__error__", "nowhere", "notices"])
            packed = ormsgpack.packb(odd)
            connection.execute(
                "INSERT OR REPLACE INTO writes"
                " (thread_id, checkpoint_ns, checkpoint_id, task_id, idx, channel, type, value)"
                " SELECT thread_id, checkpoint_ns, checkpoint_id, ?, 0, ?, 'msgpack', ? FROM checkpoints"
                " ORDER BY checkpoint_id DESC LIMIT 1",
                (rng.choice(["t", ""]), key, packed),
            )
        if part == "metadata":
            text = rng.choice(["", "{", "5", "[]", '{"step": "x"}', '{"step": 1e400}', "[" * 5000])
            key = text[:20]
            connection.execute("UPDATE checkpoints SET metadata = ?", (text,))
        if part == "column":
            key = rng.choice(["type", "checkpoint", "parent_checkpoint_id", "metadata"])
            if isinstance(odd, list | dict):
                odd = "odd"
            connection.execute(f"UPDATE checkpoints SET {key} = ?", (odd if odd != 2**63 else 7,))
        connection.commit()
    return f"{part} {key} {odd!r}"


@pytest.mark.parametrize("seed", range(40))
def test_crafted_checkpoints_end_in_a_clear_error_or_begin_anew(seed: int, run: Path) -> None:
    what = craft(run, seed)
    for command, *rest in (("review", *APPROVE), ("review", "--quiet", "--send-back", "More."), ("resume", "--quiet")):
        done = sovereign(command, run, *rest)
        assert done.exit_code in (0, 2, 3, 4), (what, command, done.output, done.exception)
        assert "defect" not in done.output, what


SCHEMAS = (
    "CREATE TRIGGER t AFTER INSERT ON writes BEGIN DELETE FROM checkpoints; END",
    "CREATE VIEW v AS SELECT 1",
    "CREATE TABLE more (x)",
    "ALTER TABLE writes ADD COLUMN more TEXT",
    "ALTER TABLE checkpoints RENAME COLUMN checkpoint TO other",
)


@pytest.mark.parametrize("statement", SCHEMAS)
def test_a_schema_that_is_not_the_graphs_is_not_gone_on_with(statement: str, run: Path) -> None:
    execute(run, (statement, ()))
    done = sovereign("review", run, *APPROVE)
    assert (done.exit_code, "checkpoints are damaged" in done.stderr) == (2, True)
    assert sovereign("resume", "--quiet", run).exit_code == 3
    assert (run / "checkpoints.damaged.sqlite").is_file()
