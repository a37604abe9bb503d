"""What the run keeps for itself: only files that a run writes, an index that is one, checkpoints of this very run."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sovereign_kernel.audit.findings import Finding, finding
from sovereign_kernel.embeddings.index import MANIFEST, VECTORS
from sovereign_kernel.errors import BadRun
from sovereign_kernel.pipeline.standing import UnusableCheckpoints, standing
from sovereign_kernel.records import Draft
from sovereign_kernel.runs import draft_fingerprint, source_name
from sovereign_kernel.runs.checkpoints import DAMAGED, in_memory, strange_schema
from sovereign_kernel.runs.contents import LARGEST
from sovereign_kernel.runs.folder import CHECKPOINTS, DRAFT_FILES, POLICY
from sovereign_kernel.runs.manifest import Manifest, files_of
from sovereign_kernel.storage.plain_files import is_plain, read_plain

_OWN = {*DRAFT_FILES, POLICY, CHECKPOINTS, DAMAGED, f"index/{VECTORS}", f"index/{MANIFEST}"}
_CALL = re.compile(r"calls/[0-9a-f]{64}\.json")
_MAPPED, _FLAT = b"IxM2", b"IxFI"  # FAISS: an index with ids, over exact inner products
_HEAD = struct.Struct("<4siqqq?i")  # kind, dimension, vectors, two spare numbers, trained, metric


def check_names(folder: Path, draft: Draft) -> Finding:
    """Every file is one that a run writes."""
    texts = {f"sources/{source_name(paper.id)}" for paper in draft.papers}
    names = list(files_of(folder))
    faults = [
        f"{name} is a file that no run writes"
        for name in names
        if name not in _OWN and name not in texts and not _CALL.fullmatch(name)
    ]
    return finding("files are those of a run", faults, f"{len(names)} files")


def check_index(folder: Path) -> Finding:
    """The vectors are vectors, as many as have a key, of the named dimension. Read without FAISS: a stranger's bytes
    are not handed to it."""
    name = "index holds vectors"
    if not (folder / "index").exists():
        return Finding(name, True, "the run has none")
    try:
        faults = list(_index_faults(folder))
    except (BadRun, ValueError, TypeError, KeyError, RecursionError, struct.error) as exc:
        faults = [f"it cannot be read: {exc}"]
    return finding(name, faults, "")


def check_checkpoints(folder: Path, manifest: Manifest) -> Finding:
    """The graph's own tables, of this run, and in their last state the draft that lies here."""
    name = "checkpoints are this run's"
    if not is_plain(folder, CHECKPOINTS):
        return Finding(name, True, "the run has none")
    import sqlite3

    try:
        with in_memory(folder / CHECKPOINTS) as connection:
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return Finding(name, False, "SQLite finds them damaged")
            if strange := strange_schema(connection):
                return Finding(name, False, f"they hold {strange}")
            found = standing(connection, manifest.run_id)
    except (BadRun, UnusableCheckpoints, sqlite3.Error, ValueError, OverflowError) as exc:
        return Finding(name, False, f"they cannot be read: {exc}")
    if found is None or found.draft is None:
        return Finding(name, False, f"they hold no draft of run {manifest.run_id}")
    faults = []
    if draft_fingerprint(found.draft) != manifest.draft_sha256:
        faults.append("they hold another draft than the one that lies here")
    if found.awaits_owner != (manifest.status == "owner_review"):
        faults.append(f"by them the graph does {'' if found.awaits_owner else 'not '}wait for its owner")
    return finding(name, faults, f"run {manifest.run_id}")


def _index_faults(folder: Path) -> Iterator[str]:
    told = json.loads(read_plain(folder, f"index/{MANIFEST}"))
    stored = read_plain(folder, f"index/{VECTORS}", LARGEST["index"])
    dimension, keys = told["dimension"], told["keys"]
    if hashlib.sha256(stored).hexdigest() != told["vectors_sha256"]:
        yield "its vectors have another hash than its manifest names"
    kind, d, count, *_ = _HEAD.unpack_from(stored)
    inner, d2, count2, *_ = _HEAD.unpack_from(stored, _HEAD.size)
    if (kind, inner) != (_MAPPED, _FLAT):
        yield "its vectors are no index of the kind that a run writes"
        return
    (floats,) = struct.unpack_from("<Q", stored, 2 * _HEAD.size)
    start = 2 * _HEAD.size + 8
    end = start + 4 * floats
    if {d, d2} != {dimension} or {count, count2, len(keys)} != {count} or floats != count * d:
        yield "its vectors do not fit its manifest"
    elif len(stored) != end + 8 + 8 * count:
        yield "it is cut, or more lies behind its vectors"
    elif not np.isfinite(np.frombuffer(stored, "<f4", floats, start)).all():
        yield "its vectors hold what is no number"
