"""Consistent forgeries: every hash is computed anew with the kernel's own code, and the story still does not fit."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel.audit import audit
from sovereign_kernel.audit import trusted as lines
from sovereign_kernel.records import Draft
from sovereign_kernel.report import render_all
from sovereign_kernel.runs import RunFolder, draft_fingerprint, load_draft, manifest
from sovereign_kernel.runs.journal import FolderJournal
from sovereign_kernel.runs.ledger import GENESIS, OWN, FileLedger, chain_line
from sovereign_kernel.runs.manifest import LedgerHead
from sovereign_kernel.runs.signing import make_key, sign_approval
from sovereign_kernel.storage.canonical_json import sha256
from sovereign_kernel.transport.clock import SystemClock
from sovereign_kernel.writing.composition import banner
from tests.cli.front import sovereign
from tests.runs.finished import approved, checkpoint, until_decided

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    approved(folder / "approved")
    until_decided(folder / "waiting", require_owner=True)
    until_decided(folder / "decided")
    return folder


@pytest.fixture
def runs(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "runs"))


def broken(path: Path, key: Path | None = None) -> set[str]:
    return {found.name for found in audit(path, key).findings if not found.holds}


def forge(path: Path, edit: Edit, status: str | None = None) -> None:
    """Draft, renderings, checkpoints, ledger and run.json, all changed to fit each other."""
    run = RunFolder.open(path)
    content = json.loads((path / "draft.json").read_text())
    edit(content)
    draft = Draft.model_validate(content)
    if answer := draft.decision.owner:
        bound = answer.model_copy(update={"draft_sha256": draft_fingerprint(draft)})
        decision = draft.decision.model_copy(update={"owner": bound})
        draft = draft.model_copy(update={"decision": decision, "banner": banner(decision)})
    checkpoint(run, draft)
    run.write_draft(render_all(draft), draft)
    run.set_status(status or run.status)  # type: ignore[arg-type]


def retell(path: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """The ledger changed and chained anew, and run.json made to fit it."""
    events = [json.loads(line) for line in (path / "ledger.jsonl").read_text().splitlines()]
    told, prev = [], GENESIS
    for number, event in enumerate(change(events), 1):
        fields = {name: value for name, value in event.items() if name not in OWN}
        line, prev = chain_line(number, event["at"], event["event"], fields, prev)
        told.append(line + "\n")
    (path / "ledger.jsonl").write_text("".join(told))
    head = LedgerHead(events=len(told), head=prev)
    manifest.write(path, manifest.read(path).model_copy(update={"ledger": head}))


def test_what_was_left_alone_holds(runs: Path) -> None:
    for path in runs.iterdir():
        assert broken(path) == set()
        retell(path, lambda events: events)
        assert broken(path) == set()


def test_a_decision_that_the_ledger_did_not_see(runs: Path) -> None:
    def edit(draft: dict[str, Any]) -> None:
        draft["decision"] |= {"policy": "AUTO_APPROVE", "rule": "passed"}
        draft["decision"]["inputs"]["require_owner"] = False
        draft["settings"]["require_owner"] = False

    forge(runs / "waiting", edit, "finished")
    assert "draft tells what the ledger tells" in broken(runs / "waiting")


def test_rounds_that_were_removed(runs: Path) -> None:
    def change(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        place = next(place for place, event in enumerate(events) if event["event"] == "decision")
        return [*events[:place], events[place - 1] | {"number": 2}, *events[place:]]

    retell(runs / "decided", change)
    assert broken(runs / "decided") == {"draft tells what the ledger tells"}


def test_a_limit_that_was_reached_and_is_denied(runs: Path) -> None:
    def change(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        place = next(place for place, event in enumerate(events) if event["event"] == "decision")
        spent = {"at": events[place]["at"], "event": "budget_spent", "purpose": "writer", "reason": "10 of 10 calls"}
        return [*events[:place], spent, *events[place:]]

    retell(runs / "decided", change)
    assert broken(runs / "decided") == {"draft tells what the ledger tells"}


@pytest.mark.parametrize(("name", "value"), [("require_owner", True), ("threshold", 9.0), ("nli", "a/model")])
def test_settings_in_run_json_only(name: str, value: Any, runs: Path) -> None:
    path = runs / "decided"
    honest = manifest.read(path)
    manifest.write(path, honest.model_copy(update={"settings": honest.settings | {name: value}}))
    assert broken(path) == {"draft tells what the ledger tells"}


def test_an_approval_that_the_ledger_did_not_see(runs: Path) -> None:
    answer = {"action": "approve", "owner": "Ada", "note": "", "draft_sha256": "0" * 64, "at": SystemClock().now()}
    for name in ("waiting", "decided"):
        forge(runs / name, lambda draft: draft["decision"].update(owner=answer), "finished")
        assert "draft tells what the ledger tells" in broken(runs / name)


def test_an_approval_of_a_run_whose_status_says_otherwise(runs: Path) -> None:
    RunFolder.open(runs / "approved").set_status("owner_review")
    assert "draft tells what the ledger tells" in broken(runs / "approved")


def test_an_approval_that_was_taken_out(runs: Path) -> None:
    forge(runs / "approved", lambda draft: draft["decision"].update(owner=None), "owner_review")
    assert "draft tells what the ledger tells" in broken(runs / "approved")


def test_times_that_run_backwards(runs: Path) -> None:
    def change(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [event | ({"at": "2020-01-01T00:00:00Z"} if place == 4 else {}) for place, event in enumerate(events)]

    retell(runs / "decided", change)
    assert broken(runs / "decided") == {"times run forward"}
    retell(runs / "waiting", lambda events: [event | {"at": "soon"} for event in events])
    assert "times run forward" in broken(runs / "waiting")


def test_a_draft_that_is_dated_back(runs: Path) -> None:
    forge(runs / "decided", lambda draft: draft.update(created="2019-01-01T00:00:00Z"))
    assert "times run forward" in broken(runs / "decided")


@pytest.mark.parametrize("name", ["notes.txt", "sources/0000.00000.txt", "calls/x.json", "index/more.bin", "profile"])
def test_a_file_that_no_run_writes(name: str, runs: Path) -> None:
    path = runs / "decided"
    (path / name).write_text("{}")
    RunFolder.open(path).set_status("finished")
    assert "files are those of a run" in broken(path)
    assert name in str(audit(path).findings)


def garbage(path: Path) -> None:
    path.write_bytes(b"\x00garbage" * 300)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-50])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [garbage, cut, empty], ids=lambda damage: damage.__name__)
def test_an_index_or_checkpoints_that_are_garbage(damage: Callable[[Path], None], runs: Path) -> None:
    path = runs / "decided"
    damage(path / "index" / "vectors.faiss")
    told = json.loads((path / "index" / "manifest.json").read_text())
    told["vectors_sha256"] = sha256((path / "index" / "vectors.faiss").read_bytes())
    (path / "index" / "manifest.json").write_text(json.dumps(told))
    damage(path / "checkpoints.sqlite")
    RunFolder.open(path).set_status("finished")
    assert broken(path) == {"index holds vectors", "checkpoints are this run's"}


def test_checkpoints_of_another_run_or_of_another_draft(runs: Path) -> None:
    with closing(sqlite3.connect(runs / "decided" / "checkpoints.sqlite")) as connection:
        connection.execute("UPDATE checkpoints SET thread_id = 'another'")
        connection.commit()
    RunFolder.open(runs / "decided").set_status("finished")
    assert broken(runs / "decided") == {"checkpoints are this run's"}
    run = RunFolder.open(runs / "approved")
    checkpoint(run, load_draft(run).model_copy(update={"title": "Experts are free"}))
    run.set_status("finished")
    assert broken(run.path) == {"checkpoints are this run's"}


def entailed(draft: dict[str, Any]) -> None:
    """A verdict that rests on an entailment which nobody judged."""
    found = draft["claims"][0]["verification"]
    check = {"name": "entailment", "outcome": "passed", "score": 0.85, "spans": []}
    check["reason"] = "It says so. (entailed with 0.80, contradicted with 0.10)"
    others = [entry for entry in found["checks"] if entry["name"] != "entailment"]
    found |= {"verdict": "SUPPORTED", "confidence": 0.999, "checks": [*others, check]}


def test_an_entailment_that_no_recorded_answer_gave(runs: Path) -> None:
    path = runs / "decided"
    run = RunFolder.open(path)
    FileLedger(run.ledger, SystemClock()).record(
        "model_call",
        role="entailment",
        provider="openai",
        model="local",
        prompt_tokens=1,
        completion_tokens=1,
        seconds=0.1,
        cost=None,
        prompt_sha256="0" * 64,
        answer_sha256="1" * 64,
    )
    forge(path, entailed)
    assert "signals" in broken(path)


def test_an_nli_model_that_stands_in_the_settings_only(runs: Path) -> None:
    path = runs / "decided"

    def edit(draft: dict[str, Any]) -> None:
        entailed(draft)
        draft["settings"]["nli"] = "a/model"

    forge(path, edit)
    honest = manifest.read(path)
    manifest.write(path, honest.model_copy(update={"settings": honest.settings | {"nli": "a/model"}}))
    assert "signals" in broken(path)
    assert "draft tells what the ledger tells" not in broken(path)


def argued(draft: dict[str, Any]) -> None:
    skeptic = next(review for review in draft["tribunal"]["rounds"][0]["reviews"] if review["role"] == "skeptic")
    skeptic["rationale"] = "It is beyond all doubt."


def unheard(draft: dict[str, Any]) -> None:
    skeptic = next(review for review in draft["tribunal"]["rounds"][0]["reviews"] if review["role"] == "skeptic")
    skeptic |= {"argued": None, "rationale": ""}


def worded(draft: dict[str, Any]) -> None:
    draft["claims"][0] |= {"text": "Experts are cheap.", "extracted_by": "claim_extractor (model)"}


@pytest.mark.parametrize("edit", [argued, unheard, worded], ids=lambda edit: edit.__name__)
def test_a_draft_that_does_not_follow_the_recorded_answers(edit: Edit, runs: Path) -> None:
    forge(runs / "decided", edit)
    assert "draft follows the recorded answers" in broken(runs / "decided")


def test_a_recorded_answer_that_was_exchanged_or_that_nobody_asked_for(runs: Path) -> None:
    path = runs / "decided"
    run = RunFolder.open(path)
    asked = sha256(b"prompt 1")
    honest = FolderJournal(run.journal).get(asked)
    FolderJournal(run.journal).put(asked, honest | {"text": json.dumps({"rationale": "No.", "score": 1})})
    run.set_status("finished")
    assert "recorded answers are the ledger's" in broken(path)
    FolderJournal(run.journal).put(asked, honest)
    FolderJournal(run.journal).put("nobody asked", {"text": "x"})
    run.set_status("finished")
    assert broken(path) == {"recorded answers are the ledger's"}


ODD: list[Any] = [-1, None, [[]], {"a": {}}, "\ud800", 10**80]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("kind", ["decision", "round", "model_call", "draft_written", "run_status", "embedding_call"])
def test_odd_types_in_the_ledger_are_findings(kind: str, odd: Any, runs: Path) -> None:
    path = runs / "decided"
    fields = {
        "decision": "inputs",
        "round": "number",
        "model_call": "role",
        "draft_written": "files",
        "run_status": "status",
        "embedding_call": "cost",
    }
    retell(path, lambda events: [event | ({fields[kind]: odd} if event["event"] == kind else {}) for event in events])
    done = sovereign("verify", path)
    same = (kind, odd) == ("embedding_call", None)
    assert done.exit_code == 7 or (done.exit_code == 0 and same), (done.output, done.exception)


@pytest.mark.parametrize("odd", [5, None, {}], ids=repr)
@pytest.mark.parametrize("name", ["seq", "at", "event", "prev", "hash"])
def test_odd_types_of_the_ledgers_own_fields_are_findings(name: str, odd: Any, runs: Path) -> None:
    path = runs / "decided"
    lines = (path / "ledger.jsonl").read_text().splitlines()
    event = json.loads(lines[3]) | {name: odd}
    fields = {key: value for key, value in event.items() if key not in OWN}
    lines[3], digest = chain_line(event["seq"], event["at"], event["event"], fields, event["prev"])
    if name == "hash":
        lines[3] = lines[3].replace(f'"{digest}"', json.dumps(odd))
    (path / "ledger.jsonl").write_text("\n".join(lines) + "\n")
    assert sovereign("verify", path).exit_code == 7


def test_with_the_owners_key_a_forgery_is_found(runs: Path, tmp_path: Path) -> None:
    path = runs / "approved"
    public = make_key(tmp_path / "ada")
    sign_approval(RunFolder.open(path), tmp_path / "ada")
    assert broken(path, public) == set()
    forge(path, lambda draft: draft.update(title="Experts are free"))
    assert "approval is signed" in broken(path, public)


def test_verify_prints_what_it_took_on_trust(runs: Path, tmp_path: Path) -> None:
    shown = sovereign("verify", runs / "approved").stdout.splitlines()
    trusts = [line for line in shown if line.startswith("trusts  ")]
    assert f"trusts  {lines.PAPERS}" in trusts and f"trusts  {lines.UNSIGNED}" in trusts
    assert any("Ada gave the approval" in line for line in trusts)
    told = json.loads(sovereign("verify", "--json", runs / "approved").stdout)
    assert [f"trusts  {line}" for line in told["trusted"]] == trusts
    public = make_key(tmp_path / "ada")
    sign_approval(RunFolder.open(runs / "approved"), tmp_path / "ada")
    signed = audit(runs / "approved", public).trusted
    assert lines.UNSIGNED not in signed and not any("Ada" in line for line in signed)


def test_the_page_on_security_has_every_line_of_trust() -> None:
    page = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
    page = " ".join(page.split())
    told = [value for name, value in vars(lines).items() if name.isupper() and isinstance(value, str)]
    assert len(told) > 5
    for line in told:
        for part in line.replace("(", "{").split("{"):
            assert " ".join(part.split("}")[-1].split()) in page, line
