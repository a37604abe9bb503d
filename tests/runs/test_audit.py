"""`audit`: everything holds for a run that the kernel made, and every change of it is found."""

import json
import random
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sovereign_kernel.audit import audit
from sovereign_kernel.audit.recomputed import check_policy
from sovereign_kernel.cli.main import app
from sovereign_kernel.errors import BadRun
from sovereign_kernel.records import Draft
from sovereign_kernel.report import render_all
from sovereign_kernel.runs import RunFolder, load_draft
from sovereign_kernel.settings import Settings
from tests.runs.finished import GOAL, approved, until_decided


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return approved(tmp_path_factory.mktemp("runs") / "run")[0].path


@pytest.fixture
def run(pristine: Path, tmp_path: Path) -> Path:
    """A copy, elsewhere: what is checked does not depend on where it lies."""
    return Path(shutil.copytree(pristine, tmp_path / "moved" / "run"))


def broken(path: Path, key: Path | None = None) -> list[str]:
    return [found.name for found in audit(path, key).findings if not found.holds]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_everything_holds_of_an_approved_run(run):
    before = contents(run)
    report = audit(run)
    assert [found for found in report.findings if not found.holds] == []
    assert report.holds
    assert len(report.findings) == 30
    assert contents(run) == before


def test_a_draft_from_before_a_fact_was_known_holds(pristine: Path) -> None:
    draft = load_draft(RunFolder.open(pristine))
    inputs = {name: value for name, value in draft.decision.inputs.items() if name != "answer_papers"}
    earlier = draft.model_copy(update={"decision": draft.decision.model_copy(update={"inputs": inputs})})
    assert check_policy(earlier, pristine).holds
    forged = {**draft.decision.inputs, "answer_papers": 7}
    assert not check_policy(
        draft.model_copy(update={"decision": draft.decision.model_copy(update={"inputs": forged})}), pristine
    ).holds


def test_everything_holds_while_the_owner_is_awaited(tmp_path):
    assert broken(until_decided(tmp_path / "run", require_owner=True)[0].path) == []


def test_a_policy_of_the_owners_own_is_decided_again_elsewhere(tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nname = "mine"\ndecide = "REJECT"\nwhen = [["claims", "<", 2]]\n')
    RunFolder.create(tmp_path / "run", GOAL, Settings(policy=rules), "0.1.0")
    assert (tmp_path / "run" / "policy.toml").read_text() == rules.read_text()


@pytest.mark.parametrize("seed", range(3))
def test_one_changed_character_in_any_file_is_found(run, seed):
    rng = random.Random(seed)
    for name, content in contents(run).items():
        at = rng.randrange(len(content) + 1)
        change = rng.choice(["replace", "delete", "insert"]) if at < len(content) else "insert"
        new = bytes([rng.choice([byte for byte in range(256) if content[at : at + 1] != bytes([byte])])])
        forged = content[:at] + (b"" if change == "delete" else new) + content[at + (change != "insert") :]
        (run / name).write_bytes(forged)
        assert broken(run), f"{change} at {at} of {name}"
        (run / name).write_bytes(content)
    assert broken(run) == []


def test_every_removed_added_and_renamed_file_is_found(run):
    for name, content in contents(run).items():
        if name in ("run.json", "run.lock", "ledger.jsonl.lock"):
            continue
        (run / name).unlink()
        assert broken(run), name
        (run / f"{name}.moved").write_bytes(content)
        assert broken(run), name
        (run / f"{name}.moved").unlink()
        (run / name).write_bytes(content)
    for stray in (
        "sources/more.txt",
        "calls/x.json",
        ".tmp-abc",
        "checkpoints.sqlite-wal",
        "run.holder.json",
        "approval.sig",
    ):
        (run / stray).write_bytes(b"{}")
        assert broken(run), stray
        (run / stray).unlink()
    assert broken(run) == []
    (run / "run.json").unlink()
    with pytest.raises(BadRun, match=r"no run\.json"):
        audit(run)


def test_a_link_in_place_of_a_file_is_found(run, tmp_path):
    (tmp_path / "draft.md").write_bytes((run / "draft.md").read_bytes())
    (run / "draft.md").unlink()
    (run / "draft.md").symlink_to(tmp_path / "draft.md")
    assert broken(run) == ["folder holds plain files only"]


def forge(path: Path, edit) -> None:
    """What a forger does who knows all of this: edit, render, write and seal anew with the kernel's own code."""
    run = RunFolder.open(path)
    content = json.loads((path / "draft.json").read_text())
    edit(content)
    draft = Draft.model_validate(content)
    run.write_draft(render_all(draft), draft)
    run.set_status("finished")


def answer(draft):
    draft["answer"] = draft["answer"] + " And it is free."


def block(draft):
    draft["sections"][3]["blocks"][0]["text"] += " Twice."


def prose(draft):
    draft["sections"][0]["blocks"][0]["text"] = "Experts cost nothing."


def nameless(draft):
    draft["sections"][0]["blocks"][0]["sentence"] = "S9"


def loose_sentence(draft):
    draft["sentences"][0]["claims"] = ["C9"]


def unsupported(draft):
    draft["claims"][0]["verification"]["verdict"] = "REFUTED"


def verdict(draft):
    draft["claims"][0]["text"] = "Sparse mixture-of-experts raises the inference cost by 83%."


def confidence(draft):
    draft["claims"][0]["verification"]["confidence"] = 0.61


def tfidf(draft):
    draft["claims"][0]["verification"]["tfidf"] = 0.4242


def signal(draft):
    draft["claims"][0]["verification"]["checks"][2]["reason"] = "all is well"


def no_signal(draft):
    del draft["sentences"][0]["verification"]["checks"][3]


def unverified(draft):
    draft["sentences"][0]["verification"] = None


def quote(draft):
    draft["claims"][0]["quote"]["start"] += 1


def empty_quote(draft):
    draft["claims"][0]["quote"] = {"text": "", "start": 3, "end": 3}


def source(draft):
    draft["papers"][0]["text"] += " It is free."


def measured(draft):
    draft["tribunal"]["rounds"][0]["reviews"][0]["measured"] = 9.9


def score(draft):
    draft["tribunal"]["rounds"][0]["reviews"][0]["score"] = 9.9


def aggregate(draft):
    draft["tribunal"]["rounds"][0]["score"] = 9.9


def outcome(draft):
    last = draft["tribunal"]["rounds"][0]
    last["outcome"] = "fail" if last["outcome"] == "pass" else "pass"


def criterion(draft):
    review = draft["tribunal"]["rounds"][0]["reviews"][1]
    review["criteria"][0]["value"] = 0.123


def entailed(draft):
    check = {"name": "entailment", "outcome": "passed", "score": 0.99, "reason": "entailed", "spans": []}
    draft["claims"][0]["verification"]["checks"].append(check)


def decision(draft):
    draft["decision"]["policy"] = "AUTO_APPROVE"


def inputs(draft):
    draft["decision"]["inputs"]["blocking_objections"] = 3


def status(draft):
    draft["status"] = "ANSWERED"


def cost(draft):
    draft["cost"]["calls"] = 3


def model(draft):
    draft["models"][0]["model"] = "another"


def owner(draft):
    draft["decision"]["owner"]["draft_sha256"] = "0" * 64


def title(draft):
    draft["title"] = "Experts are free"


def banner(draft):
    draft["banner"] = "Peer reviewed"


def goal(draft):
    draft["goal"] = "Another goal?"


FORGERIES = {
    answer: "statements about the run",
    block: "statements about the run",
    prose: "statements about the run",
    nameless: "sentences rest on their claims",
    loose_sentence: "sentences rest on their claims",
    unsupported: "sentences rest on their claims",
    verdict: "signals",
    confidence: "verdicts",
    tfidf: "TF-IDF figures",
    signal: "signals",
    no_signal: "signals",
    unverified: "everything was verified",
    quote: "quotes stand at their offsets",
    empty_quote: "quotes stand at their offsets",
    source: "sources are the papers' texts",
    measured: "tribunal's arithmetic",
    score: "tribunal's arithmetic",
    aggregate: "tribunal's arithmetic",
    outcome: "tribunal's arithmetic",
    criterion: "reviewers' measurements",
    entailed: "signals",
    decision: "policy's decision",
    inputs: "policy's decision",
    status: "statements about the run",
    cost: "account equals the ledger",
    model: "account equals the ledger",
    owner: "approval binds this draft",
    title: "approval binds this draft",
    banner: "statements about the run",
    goal: "draft belongs to this run",
}


@pytest.mark.parametrize("edit", FORGERIES, ids=lambda edit: edit.__name__)
def test_a_forger_who_hashes_everything_anew_still_contradicts_himself(run, edit):
    forge(run, edit)
    names = broken(run)
    assert FORGERIES[edit] in names
    assert not {"run.json is as it was written", "files are as they were written", "ledger is an unbroken chain"} & set(
        names
    )


def test_a_forger_of_run_json_alone_contradicts_the_ledger(run):
    from sovereign_kernel.runs import manifest

    honest = manifest.read(run)
    (run / "draft.md").write_text("Experts are free.")
    forged = honest.files | {"draft.md": manifest.sha256(b"Experts are free.")}
    manifest.write(run, honest.model_copy(update={"files": forged}))
    assert "ledger and run.json agree" in broken(run)


def test_an_unfinished_run_does_not_hold(tmp_path):
    run, _ = until_decided(tmp_path / "run")
    run.set_status("running")
    assert "run is complete" in broken(run.path)
    empty = RunFolder.create(tmp_path / "empty", GOAL, Settings(), "0.1.0")
    assert "run is complete" in broken(empty.path)
    with run.lock():
        assert "a process is working on it" in audit(run.path).findings[2].detail


def test_the_command_prints_and_exits_by_what_it_found(run, tmp_path):
    good = CliRunner().invoke(app, ["verify", str(run)])
    assert (good.exit_code, "BROKEN" in good.output) == (0, False)
    (run / "draft.md").write_text("\x1b[2J forged")
    bad = CliRunner().invoke(app, ["verify", str(run)])
    assert bad.exit_code == 7
    assert "BROKEN  files are as they were written: draft.md was changed" in bad.output
    told = json.loads(CliRunner().invoke(app, ["verify", "--json", str(run)]).stdout)
    assert told["holds"] is False
    assert {"name", "holds", "detail"} == set(told["findings"][0])
    (run / "sources" / "\x1b[31mred.txt").write_text("")
    assert "\x1b" not in CliRunner().invoke(app, ["verify", str(run)]).output
    assert CliRunner().invoke(app, ["verify", str(tmp_path / "nothing")]).exit_code == 2
