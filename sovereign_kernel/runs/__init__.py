"""Runs on the disk: their folders, names, locks and seals."""

from sovereign_kernel.runs.approval import approval_holds, draft_fingerprint
from sovereign_kernel.runs.folder import DRAFT_FILES, RunFolder, load_draft
from sovereign_kernel.runs.listing import RunSummary, list_runs
from sovereign_kernel.runs.manifest import LedgerHead, Manifest, RunStatus
from sovereign_kernel.runs.naming import default_path, slug, source_name

__all__ = [
    "DRAFT_FILES",
    "LedgerHead",
    "Manifest",
    "RunFolder",
    "RunStatus",
    "RunSummary",
    "approval_holds",
    "default_path",
    "draft_fingerprint",
    "list_runs",
    "load_draft",
    "slug",
    "source_name",
]
