"""The owner's signature: what it shows, and what voids it."""

import json
import stat

import pytest
from typer.testing import CliRunner

from sovereign_kernel.audit import audit
from sovereign_kernel.cli.main import app
from sovereign_kernel.errors import BadInput, BadRun
from sovereign_kernel.report import render_all
from sovereign_kernel.runs import RunFolder, approval_holds, draft_fingerprint, load_draft
from sovereign_kernel.runs.signing import make_key, sign_approval, signature_fault, verify_signature
from sovereign_kernel.storage.canonical_json import REDACTED
from tests.runs.finished import approved, until_decided


@pytest.fixture
def signed(tmp_path):
    run, _ = approved(tmp_path / "run")
    public = make_key(tmp_path / "keys" / "ada")
    sign_approval(run, tmp_path / "keys" / "ada")
    return run, public


def broken(run, key=None):
    return [found.name for found in audit(run.path, key).findings if not found.holds]


def test_a_signed_run_holds_with_the_key_and_without(signed):
    run, public = signed
    assert verify_signature(run, public)
    assert broken(run, public) == []
    assert broken(run) == []
    assert CliRunner().invoke(app, ["verify", str(run.path), "--key", str(public)]).exit_code == 0


def test_a_private_key_is_its_owners_alone_and_never_written_over(tmp_path):
    public = make_key(tmp_path / "ada")
    assert stat.S_IMODE((tmp_path / "ada").stat().st_mode) == 0o600
    assert b"PRIVATE" not in public.read_bytes()
    for path in (tmp_path / "ada", public):
        with pytest.raises(BadInput, match="there already"):
            make_key(path.with_name("ada"))
    (tmp_path / "ada").unlink()
    with pytest.raises(BadInput, match="there already"):
        make_key(tmp_path / "ada")


def test_a_forger_without_the_key_is_found_whatever_he_rehashes(signed, tmp_path):
    run, public = signed
    draft = load_draft(run)
    forged = draft.model_copy(update={"title": "Experts are free"})
    answer = draft.decision.owner.model_copy(update={"draft_sha256": draft_fingerprint(forged)})
    forged = forged.model_copy(update={"decision": forged.decision.model_copy(update={"owner": answer})})
    run.write_draft(render_all(forged), forged)
    run.set_status("finished")
    assert approval_holds(load_draft(run))
    assert broken(run, public) == ["approval is signed"]
    (run.path / "approval.sig").unlink()
    assert broken(run) == []  # a chain without a secret cannot tell: docs/reliability.md says so
    assert broken(run, public) == ["approval is signed"]
    other = make_key(tmp_path / "mallory")
    sign_approval(run, tmp_path / "mallory")
    assert broken(run, public) == ["approval is signed"]
    assert "another key" in signature_fault(run.path, public)
    assert verify_signature(run, other)


def test_any_change_of_the_signature_is_found(signed):
    run, public = signed
    path = run.path / "approval.sig"
    whole = path.read_bytes()
    for at in range(0, len(whole), 29):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert broken(run)[:1] == ["approval is signed"], at
        assert not verify_signature(run, public)
    for other in (b"", b"[]", b"null", whole[:-1], whole + b"\n", json.dumps(json.loads(whole)).encode()):
        path.write_bytes(other)
        assert not verify_signature(run, public)


def test_only_an_approved_draft_is_signed_and_only_with_a_key(tmp_path):
    run, _ = until_decided(tmp_path / "run", require_owner=True)
    public = make_key(tmp_path / "ada")
    with pytest.raises(BadRun, match="not approved"):
        sign_approval(run, tmp_path / "ada")
    good, _ = approved(tmp_path / "good")
    for wrong in (public, run.path / "run.json"):
        with pytest.raises(BadInput, match="not a private key"):
            sign_approval(good, wrong)
    with pytest.raises(BadRun, match="cannot read"):
        sign_approval(good, tmp_path / "nowhere")
    sign_approval(good, tmp_path / "ada")
    for wrong in (tmp_path / "ada", run.path / "run.json"):
        with pytest.raises(BadInput, match="not a public key"):
            verify_signature(good, wrong)


def test_an_approval_binds_the_draft_that_was_seen(tmp_path):
    run, draft = approved(tmp_path / "run")
    assert approval_holds(draft)
    assert approval_holds(load_draft(RunFolder.open(run.path)))
    seen = draft_fingerprint(draft)
    for change in (
        {"title": "x"},
        {"answer": "x"},
        {"claims": ()},
        {"created": "x"},
        {"notices": ("x",)},
        {"settings": {}},
    ):
        edited = draft.model_copy(update=change)
        assert draft_fingerprint(edited) != seen, change
        assert not approval_holds(edited)
    back = draft.decision.owner.model_copy(update={"action": "send_back"})
    assert not approval_holds(draft.model_copy(update={"decision": draft.decision.model_copy(update={"owner": back})}))
    none = draft.model_copy(update={"decision": draft.decision.model_copy(update={"owner": None})})
    assert not approval_holds(none)
    assert draft_fingerprint(none) == seen
    assert REDACTED not in draft.model_dump_json()
