"""Re-checking a run without trusting the kernel that made it: no key, no network, nothing written.

What an audit cannot show: without a secret, whoever changes a run and computes every hash anew leaves a folder in which
everything holds. An owner's signature (`sovereign_kernel.signing`) closes that; see docs/reliability.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sovereign_kernel.auditing.findings import AuditReport, Finding
from sovereign_kernel.errors import BadRun

if TYPE_CHECKING:
    from sovereign_kernel.ports import Verifier
    from sovereign_kernel.records import Draft
    from sovereign_kernel.runs import Manifest

__all__ = ["AuditReport", "Finding", "audit"]


def audit(path: Path, public_key: Path | None = None) -> AuditReport:
    """Everything that can be re-checked of the run at `path`. Raises BadRun when there is no run's folder at all."""
    from sovereign_kernel.runs import manifest as manifests

    if not (path / manifests.NAME).exists():
        manifests.read(path)
    return AuditReport(tuple(_findings(path, public_key)))


def _findings(path: Path, public_key: Path | None) -> Iterator[Finding]:
    from sovereign_kernel.auditing import files
    from sovereign_kernel.runs import RunFolder, load_draft
    from sovereign_kernel.runs import manifest as manifests

    name = "run.json is as it was written"
    try:
        manifest = manifests.read(path)
    except BadRun as exc:
        yield Finding(name, False, str(exc))
        return
    yield Finding(name, True, f"run {manifest.run_id}")
    yield files.check_state(path, manifest)
    yield files.check_ledger(path, manifest)
    yield files.check_files(path, manifest)
    yield files.check_seal(path, manifest)
    if signed := files.check_signature(path, public_key):
        yield signed
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

    yield drafts.check_identity(draft, manifest)
    yield drafts.check_approval(draft, manifest)
    yield drafts.check_renderings(draft, path)
    yield drafts.check_sources(draft, path)
    yield drafts.check_quotes(draft)
    yield drafts.check_sentences(draft)
    yield verdicts.check_verified(draft)
    again = verdicts.verify_again(draft, _verifier(draft))
    yield verdicts.check_tfidf(again)
    yield verdicts.check_signals(draft, again)
    yield verdicts.check_verdicts(draft, again)
    yield measurements.check_fit(draft)
    yield measurements.check_measurements(draft)
    yield recomputed.check_tribunal(draft)
    yield recomputed.check_policy(draft, path)
    yield recomputed.check_composition(draft)
    yield recomputed.check_account(draft, path / "ledger.jsonl")


def _verifier(draft: Draft) -> Verifier:
    """The verifier as the run had it, but for a language model or an NLI model of the owner's."""
    from sovereign_kernel.verification import KernelVerifier
    from sovereign_kernel.verification.entailment import default_engine

    line = draft.settings.get("tfidf_threshold")
    engine = None if draft.settings.get("nli") else default_engine()
    return KernelVerifier(engine, tfidf_threshold=line if isinstance(line, int | float) else 0.15)
