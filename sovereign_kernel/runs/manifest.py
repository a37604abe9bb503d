"""run.json: what a run is, where it stands, and the hash of every file of its folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from sovereign_kernel.errors import BadRun
from sovereign_kernel.records import Record
from sovereign_kernel.storage.atomic import is_temporary, storage_errors
from sovereign_kernel.storage.canonical_json import canonical, sha256
from sovereign_kernel.storage.plain_files import read_plain, write_plain

SCHEMA = 1
NAME = "run.json"
LARGEST = 32 * 2**20  # bytes
RunStatus = Literal["running", "owner_review", "finished", "failed", "interrupted"]
UNLISTED = {
    NAME,  # has its own hash
    "ledger.jsonl",  # is a chain, and run.json names its head
    "ledger.jsonl.lock",
    "run.lock",
    "run.holder.json",
    "approval.sig",  # signs run.json, so it cannot be named there
    "checkpoints.sqlite-wal",
    "checkpoints.sqlite-shm",
    "checkpoints.sqlite-journal",
}


class LedgerHead(Record):
    """The ledger as it was when run.json was written."""

    events: int
    head: str


class Manifest(Record):
    """The content of run.json, without its own hash (`self`, the SHA-256 of the canonical JSON of the rest)."""

    schema_version: int = SCHEMA
    kernel_version: str
    run_id: str
    goal: str
    created: str
    status: RunStatus = "running"
    settings: dict[str, Any]
    draft_sha256: str | None = None
    ledger: LedgerHead
    files: dict[str, str] = Field({}, description="SHA-256 by path relative to the folder")
    missing: tuple[str, ...] = ()


def render(manifest: Manifest) -> bytes:
    """The bytes of run.json: one form only, so that any changed byte is seen."""
    content = manifest.model_dump(mode="json")
    content["self"] = sha256(canonical(content))
    return json.dumps(content, indent=1, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def write(folder: Path, manifest: Manifest) -> None:
    write_plain(folder, NAME, render(manifest))


def read(folder: Path) -> Manifest:
    """Raises BadRun for a folder that is no run, or whose run.json is damaged, changed, or of another schema."""
    path = folder / NAME
    with storage_errors("open", folder):
        there, named = folder.exists(), os.path.lexists(path)
    if not there:
        raise BadRun(f"there is no run at {folder}", help="`sovereign runs` lists those that are there")
    if not named:
        raise BadRun(f"{folder} is not a run's folder: it has no {NAME}", help="`sovereign runs` lists those there are")
    raw = read_plain(folder, NAME, LARGEST)
    try:
        content = json.loads(raw)
        version = content["schema_version"]
    except (ValueError, TypeError, KeyError, RecursionError) as exc:
        raise BadRun(f"{path} is damaged: it is not a run's JSON", help="restore it from a copy") from exc
    if version != SCHEMA:
        raise _other_schema(path, version)
    try:
        content.pop("self", None)
        manifest = Manifest.model_validate(content)
    except ValidationError as exc:
        first = exc.errors()[0]
        raise BadRun(f"{path} is damaged at {first['loc']}: {first['msg']}", help="restore it from a copy") from exc
    if render(manifest) != raw:
        raise BadRun(
            f"{path} was changed since the kernel wrote it",
            help="restore it from a copy; `sovereign verify` tells more",
        )
    return manifest


def files_of(folder: Path) -> dict[str, Path]:
    """Every file of the folder that run.json names by hash, by its path relative to the folder, with '/'."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in UNLISTED and not is_temporary(path) and (path.is_symlink() or not path.is_dir()):
            found[name] = path
    return found


def _other_schema(path: Path, version: Any) -> BadRun:
    if isinstance(version, int) and version > SCHEMA:
        return BadRun(
            f"{path} has schema {version}; this kernel knows up to {SCHEMA}",
            help="upgrade: pip install -U sovereign-kernel",
        )
    return BadRun(
        f"{path} has schema {version!r}, made by a version before the first release",
        help="its draft can be read as it is; to resume or verify it, start the run anew",
    )
