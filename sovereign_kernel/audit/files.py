"""The folder itself: run.json, the ledger's chain, every file's hash, the signature."""

from __future__ import annotations

import os
from pathlib import Path

from sovereign_kernel.audit.findings import Finding, finding
from sovereign_kernel.errors import BadRun
from sovereign_kernel.runs.contents import strange_contents
from sovereign_kernel.runs.folder import DRAFT_FILES
from sovereign_kernel.runs.ledger import Event, FileLedger, verify_chain
from sovereign_kernel.runs.lock import LOCK, in_use
from sovereign_kernel.runs.manifest import NAME, UNLISTED, Manifest, files_of
from sovereign_kernel.runs.signing import SIGNATURE, signature_fault
from sovereign_kernel.storage.atomic import is_temporary
from sovereign_kernel.storage.canonical_json import canonical, sha256
from sovereign_kernel.storage.plain_files import digest, is_plain
from sovereign_kernel.transport.clock import SystemClock

LEDGER = "ledger.jsonl"
_EMPTY = {LOCK, f"{LEDGER}.lock"}  # locks are held, not written


def check_contents(folder: Path) -> Finding:
    """Plain files only, of bounded number and size: seen before anything is opened."""
    try:
        faults = strange_contents(folder)
    except BadRun as exc:
        faults = [str(exc)]
    return finding("folder holds plain files only", faults, "no links, no devices, nothing beyond all bounds")


def check_state(folder: Path, manifest: Manifest) -> Finding:
    """A run that is still going, or that was killed, is not yet what its run.json will say."""
    faults = []
    if in_use(folder):
        faults.append("a process is working on it")
    if manifest.status not in ("finished", "owner_review"):
        faults.append(f"its status is {manifest.status}")
    if manifest.draft_sha256 is None:
        faults.append("it has no draft")
    return finding("run is complete", faults, f"status {manifest.status}")


def check_ledger(folder: Path, manifest: Manifest) -> Finding:
    """The chain of hashes, and that it ends where run.json says."""
    path = folder / LEDGER
    if not is_plain(folder, LEDGER):
        return Finding("ledger is an unbroken chain", False, f"there is no {LEDGER}")
    faults = verify_chain(path)
    if not faults:
        events, head = FileLedger(path, SystemClock()).head()
        if (events, head) != (manifest.ledger.events, manifest.ledger.head):
            faults.append(
                f"it has {events} events, and not the head that run.json names after {manifest.ledger.events}"
            )
    return finding("ledger is an unbroken chain", faults, f"{manifest.ledger.events} events")


def check_files(folder: Path, manifest: Manifest) -> Finding:
    """Every file of the folder against its hash in run.json, both ways."""
    found = files_of(folder)
    faults = [f"{name} is missing" for name in sorted({*manifest.files, *DRAFT_FILES} - found.keys())]
    for name in found:
        if name not in manifest.files:
            faults.append(f"{name} is not named in {NAME}")
        elif _digest(folder, name) != manifest.files[name]:
            faults.append(f"{name} was changed")
    faults += _strays(folder)
    return finding("files are as they were written", faults, f"{len(manifest.files)} files")


def check_seal(folder: Path, manifest: Manifest) -> Finding:
    """That the ledger, too, names the draft, the files and the status that run.json names."""
    name = "ledger and run.json agree"
    try:
        events = list(FileLedger(folder / LEDGER, SystemClock()).events())
    except BadRun as exc:
        return Finding(name, False, str(exc))
    drafts = [event for event in events if event["event"] == "draft_written"]
    seals = [event for event in events if event["event"] == "run_status"]
    faults = []
    if not drafts or drafts[-1].get("draft_sha256") != manifest.draft_sha256:
        faults.append("the draft that run.json names is not the one that the ledger saw written")
    elif changed := _changed(drafts[-1], manifest):
        faults.append(f"since the ledger saw them written, other hashes are named for {', '.join(changed)}")
    if not seals or (seals[-1].get("status"), seals[-1].get("files_sha256")) != (
        manifest.status,
        sha256(canonical(manifest.files)),
    ):
        faults.append("the status or the files that run.json names are not those of the ledger's last seal")
    return finding(name, faults, f"{len(drafts)} drafts written, {len(seals)} seals")


def is_signature_wanted(folder: Path, public_key: Path | None) -> bool:
    return public_key is not None or os.path.lexists(folder / SIGNATURE)


def check_signature(folder: Path, public_key: Path | None) -> Finding:
    """With a key: that its owner signed this very run. Without one: only what a signature that is there can tell."""
    fault = signature_fault(folder, public_key)
    who = "by this key" if public_key else "by the key it names; give the owner's key with --key to know whose it is"
    return finding("approval is signed", [fault] if fault else [], who)


def _changed(written: Event, manifest: Manifest) -> list[str]:
    files = written.get("files")
    names = [*DRAFT_FILES, *(name for name in manifest.files if name.startswith("sources/"))]
    return [name for name in names if not isinstance(files, dict) or files.get(name) != manifest.files.get(name)]


def _strays(folder: Path) -> list[str]:
    """What lies in the folder and belongs to no run at rest."""
    if in_use(folder):
        return []
    present = {path.name: path for path in folder.iterdir() if path.name in UNLISTED}
    faults = [f"{name} is not empty" for name in sorted(_EMPTY & present.keys()) if present[name].stat().st_size]
    allowed = {NAME, LEDGER, SIGNATURE, *_EMPTY}
    faults += [f"{name} was left behind" for name in sorted(present.keys() - allowed)]
    faults += [f"{path.name} was left behind" for path in sorted(folder.rglob("*")) if is_temporary(path)]
    return faults


def _digest(folder: Path, name: str) -> str | None:
    try:
        return digest(folder, name)
    except BadRun:
        return None
