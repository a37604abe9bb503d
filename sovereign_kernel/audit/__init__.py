"""Re-checking a run without trusting the kernel that made it: no key, no network, nothing written.

What an audit cannot show: without a secret, whoever changes a run and computes every hash anew leaves a folder in which
everything holds. An owner's signature (`sovereign_kernel.runs.signing`) closes that; see docs/reliability.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sovereign_kernel.audit.findings import AuditReport, Finding
from sovereign_kernel.errors import BadRun, SovereignError

if TYPE_CHECKING:
    from sovereign_kernel.audit.answers import Recorded
    from sovereign_kernel.ports import Verifier
    from sovereign_kernel.records import Draft
    from sovereign_kernel.runs import Manifest

__all__ = ["AuditReport", "Finding", "audit"]


def audit(path: Path, public_key: Path | None = None) -> AuditReport:
    """Everything that can be re-checked of the run at `path`. Raises BadRun when there is no run's folder at all."""
    from sovereign_kernel.audit.trusted import trusted
    from sovereign_kernel.runs import manifest as manifests
    from sovereign_kernel.runs.signing import load_public_key

    if not os.path.lexists(path / manifests.NAME):
        manifests.read(path)
    if public_key is not None:
        load_public_key(public_key)  # a bad key is said at once
    seen = _Seen()
    findings = tuple(_findings(path, public_key, seen))
    if seen.draft is None:
        return AuditReport(findings)
    signed = public_key is not None and all(found.holds for found in findings)
    return AuditReport(findings, tuple(trusted(seen.draft, seen.answers, signed)))


@dataclass
class _Seen:
    """What the audit came to know on its way."""

    draft: Draft | None = None
    answers: int = 0


def _findings(path: Path, public_key: Path | None, seen: _Seen) -> Iterator[Finding]:
    from sovereign_kernel.audit import files
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
        seen.draft = load_draft(RunFolder(path))
    except BadRun as exc:
        yield Finding(name, False, str(exc))
        return
    yield Finding(name, True, f"schema {seen.draft.schema_version}")
    yield from _draft_findings(path, manifest, seen.draft)
    yield from _record_findings(path, manifest, seen.draft, seen)


def _draft_findings(path: Path, manifest: Manifest, draft: Draft) -> Iterator[Finding]:
    """The draft against itself, its sources and the rules."""
    from sovereign_kernel.audit import draft as drafts
    from sovereign_kernel.audit import measurements, recomputed, verdicts

    yield checked("draft belongs to this run", drafts.check_identity, draft, manifest)
    yield checked("approval binds this draft", drafts.check_approval, draft, manifest)
    yield checked("renderings say what draft.json says", drafts.check_renderings, draft, path)
    yield checked("sources are the papers' texts", drafts.check_sources, draft, path)
    yield checked("quotes stand at their offsets", drafts.check_quotes, draft)
    yield checked("sentences rest on their claims", drafts.check_sentences, draft)
    yield checked("everything was verified", verdicts.check_verified, draft)
    yield checked("fit of the answer", measurements.check_fit, draft)
    yield checked("reviewers' measurements", measurements.check_measurements, draft)
    yield checked("tribunal's arithmetic", recomputed.check_tribunal, draft)
    yield checked("policy's decision", recomputed.check_policy, draft, path)
    yield checked("statements about the run", recomputed.check_composition, draft)
    yield checked("account equals the ledger", recomputed.check_account, draft, path / "ledger.jsonl")


def _record_findings(path: Path, manifest: Manifest, draft: Draft, seen: _Seen) -> Iterator[Finding]:
    """The draft against what the run recorded: the ledger, the models' answers, index and checkpoints."""
    from sovereign_kernel.audit import kept, story, verdicts
    from sovereign_kernel.audit.answers import Recorded, check_followed, check_recorded, recorded
    from sovereign_kernel.runs.ledger import FileLedger
    from sovereign_kernel.runs.manifest import files_of
    from sovereign_kernel.transport.clock import SystemClock

    found = Recorded()
    try:
        events = list(FileLedger(path / "ledger.jsonl", SystemClock()).events())
        names = [name for name in files_of(path) if name.startswith("calls/")]
        found = recorded(path, names, events)
    except Exception as exc:  # noqa: BLE001 - as in `checked`
        yield Finding("recorded answers are the ledger's", False, f"they cannot be read: {exc}")
    else:
        yield checked("draft tells what the ledger tells", story.check_story, draft, manifest, events)
        yield checked("times run forward", story.check_times, draft, manifest, events)
        yield checked("recorded answers are the ledger's", check_recorded, found)
        yield checked("draft follows the recorded answers", check_followed, draft, found)
    seen.answers = len(found.answers)
    yield checked("files are those of a run", kept.check_names, path, draft)
    yield checked("index holds vectors", kept.check_index, path)
    yield checked("checkpoints are this run's", kept.check_checkpoints, path, manifest)
    try:
        again = verdicts.verify_again(draft, _verifier(draft, found))
        by_model = verdicts.explained(draft, again, found)
    except Exception as exc:  # noqa: BLE001 - what a stranger wrote into draft.json goes through every signal
        yield Finding("verdicts", False, f"they cannot be computed again: {type(exc).__name__}: {exc}")
        return
    yield checked("TF-IDF figures", verdicts.check_tfidf, again)
    yield checked("signals", verdicts.check_signals, again, by_model)
    yield checked("verdicts", verdicts.check_verdicts, again, by_model)


def checked(name: str, check: Callable[..., Finding], *arguments: Any) -> Finding:
    """What the check finds. Values so odd that it fails on them are a finding too: `verify` always comes to its end."""
    try:
        return check(*arguments)
    except SovereignError as exc:
        return Finding(name, False, str(exc))
    except Exception as exc:  # noqa: BLE001 - every value may be a stranger's
        return Finding(name, False, f"it cannot be checked: {type(exc).__name__}: {exc}")


def _verifier(draft: Draft, found: Recorded) -> Verifier:
    """The verifier as the run had it; what an NLI model of the owner's said is taken from what was recorded."""
    from sovereign_kernel.verification import KernelVerifier
    from sovereign_kernel.verification.entailment import default_engine
    from sovereign_kernel.verification.entailment.recorded import KnownEntailment

    line = draft.settings.get("tfidf_threshold")
    engine = KnownEntailment(found.nli) if draft.settings.get("nli") else default_engine()
    return KernelVerifier(engine, tfidf_threshold=line if isinstance(line, int | float) else 0.15)
