"""Re-checking a run without trusting the kernel that made it: no key, no network, nothing written.

What an audit cannot show: without a secret, whoever changes a run and computes every hash anew leaves a folder in which
everything holds. An owner's signature (`sovereign_kernel.signing`) closes that; see docs/reliability.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sovereign_kernel.auditing.findings import AuditReport, Finding
from sovereign_kernel.errors import BadRun, SovereignError

if TYPE_CHECKING:
    from sovereign_kernel.ports import Verifier
    from sovereign_kernel.records import Draft
    from sovereign_kernel.runs import Manifest

__all__ = ["AuditReport", "Finding", "audit"]


def audit(path: Path, public_key: Path | None = None) -> AuditReport:
    """Everything that can be re-checked of the run at `path`. Raises BadRun when there is no run's folder at all."""
    from sovereign_kernel.runs import manifest as manifests
    from sovereign_kernel.signing import load_public_key

    if not os.path.lexists(path / manifests.NAME):
        manifests.read(path)
    if public_key is not None:
        load_public_key(public_key)  # a bad key is said at once
    return AuditReport(tuple(_findings(path, public_key)))


def _findings(path: Path, public_key: Path | None) -> Iterator[Finding]:
    from sovereign_kernel.auditing import files
    from sovereign_kernel.runs import RunFolder, load_draft
    from sovereign_kernel.runs import manifest as manifests

    strange = files.check_contents(path)
    yield strange
    if not strange.holds:
        return  # nothing in it is opened
    name = "run.json is as it was written"
    try:
        manifest = manifests.read(path)
    except BadRun as exc:
        yield Finding(name, False, str(exc))
        return
    yield Finding(name, True, f"run {manifest.run_id}")
    yield checked("run is complete", files.check_state, path, manifest)
    yield checked("ledger is an unbroken chain", files.check_ledger, path, manifest)
    yield checked("files are as they were written", files.check_files, path, manifest)
    yield checked("ledger and run.json agree", files.check_seal, path, manifest)
    if files.is_signature_wanted(path, public_key):
        yield checked("approval is signed", files.check_signature, path, public_key)
    name = "draft.json keeps its schema"
    try:
        draft = load_draft(RunFolder(path))
    except BadRun as exc:
        yield Finding(name, False, str(exc))
        return
    yield Finding(name, True, f"schema {draft.schema_version}")
    yield from _draft_findings(path, manifest, draft)


def _draft_findings(path: Path, manifest: Manifest, draft: Draft) -> Iterator[Finding]:
    from sovereign_kernel.auditing import draft as drafts
    from sovereign_kernel.auditing import measurements, recomputed, verdicts

    yield checked("draft belongs to this run", drafts.check_identity, draft, manifest)
    yield checked("approval binds this draft", drafts.check_approval, draft, manifest)
    yield checked("renderings say what draft.json says", drafts.check_renderings, draft, path)
    yield checked("sources are the papers' texts", drafts.check_sources, draft, path)
    yield checked("quotes stand at their offsets", drafts.check_quotes, draft)
    yield checked("sentences rest on their claims", drafts.check_sentences, draft)
    yield checked("everything was verified", verdicts.check_verified, draft)
    try:
        again = verdicts.verify_again(draft, _verifier(draft))
    except Exception as exc:  # noqa: BLE001 - what a stranger wrote into draft.json goes through every signal
        yield Finding("verdicts", False, f"they cannot be computed again: {type(exc).__name__}: {exc}")
    else:
        yield checked("TF-IDF figures", verdicts.check_tfidf, again)
        yield checked("signals", verdicts.check_signals, draft, again)
        yield checked("verdicts", verdicts.check_verdicts, draft, again)
    yield checked("reviewers' measurements", measurements.check_measurements, draft)
    yield checked("tribunal's arithmetic", recomputed.check_tribunal, draft)
    yield checked("policy's decision", recomputed.check_policy, draft, path)
    yield checked("statements about the run", recomputed.check_composition, draft)
    yield checked("account equals the ledger", recomputed.check_account, draft, path / "ledger.jsonl")


def checked(name: str, check: Callable[..., Finding], *arguments: Any) -> Finding:
    """What the check finds. Values so odd that it fails on them are a finding too: `verify` always comes to its end."""
    try:
        return check(*arguments)
    except SovereignError as exc:
        return Finding(name, False, str(exc))
    except Exception as exc:  # noqa: BLE001 - as above
        return Finding(name, False, f"it cannot be checked: {type(exc).__name__}: {exc}")


def _verifier(draft: Draft) -> Verifier:
    """The verifier as the run had it, but for a language model or an NLI model of the owner's."""
    from sovereign_kernel.verification import KernelVerifier
    from sovereign_kernel.verification.entailment import default_engine

    line = draft.settings.get("tfidf_threshold")
    engine = None if draft.settings.get("nli") else default_engine()
    return KernelVerifier(engine, tfidf_threshold=line if isinstance(line, int | float) else 0.15)
