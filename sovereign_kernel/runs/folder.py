"""A run's folder: what is written when, atomically. It may be moved as a whole: nothing in it names where it lies."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from sovereign_kernel.errors import BadInput, BadRun, BadSetting
from sovereign_kernel.records import Draft, Paper
from sovereign_kernel.runs import checkpoints, contents
from sovereign_kernel.runs import manifest as manifests
from sovereign_kernel.runs.approval import draft_fingerprint
from sovereign_kernel.runs.ledger import GENESIS, FileLedger
from sovereign_kernel.runs.lock import LOCK, run_lock
from sovereign_kernel.runs.manifest import LedgerHead, Manifest, RunStatus
from sovereign_kernel.runs.naming import source_name
from sovereign_kernel.runs.trust import remember
from sovereign_kernel.settings import Settings
from sovereign_kernel.storage.atomic import is_temporary, read_bytes, storage_errors
from sovereign_kernel.storage.canonical_json import canonical, plain, sha256
from sovereign_kernel.storage.plain_files import digest, is_plain, read_plain, write_plain
from sovereign_kernel.transport.clock import SystemClock

DRAFT_FILES = ("draft.md", "draft.html", "draft.json", "references.bib")
CHECKPOINTS = "checkpoints.sqlite"
POLICY = "policy.toml"
SOURCES = "sources"


@dataclass(frozen=True)
class RunFolder:
    """One run on the disk. Its parts are paths; `sovereign_kernel.pipeline.toolkit` makes live objects of them."""

    path: Path

    @classmethod
    def create(cls, path: Path, goal: str, settings: Settings, kernel_version: str) -> RunFolder:
        """A new run in a folder that is empty or not yet there. Raises BadInput if it holds something, BadRun if it
        cannot be written."""
        with storage_errors("make the run's folder", path):
            if path.exists() and not path.is_dir():
                raise BadInput(f"{path} is a file", help="name a folder that is empty or does not exist yet")
            path.mkdir(parents=True, exist_ok=True)
            if any(not is_temporary(found) and found.name != LOCK for found in path.iterdir()):
                raise BadInput(
                    f"the folder {path} is not empty",
                    help="name another with --out; to go on with a run, use `sovereign resume`",
                )
        if settings.policy is not None and settings.policy.is_file():
            write_plain(path, POLICY, read_bytes(settings.policy))  # so that anyone can decide again
        kept = settings.model_dump(mode="json", exclude={"out"})  # the folder itself; it may be moved
        run_id = uuid.uuid4().hex[:16]
        remember(run_id, settings)
        manifests.write(
            path,
            Manifest(
                kernel_version=kernel_version,
                run_id=run_id,
                goal=goal,
                created=SystemClock().now(),
                settings=plain(kept),
                ledger=LedgerHead(events=0, head=GENESIS),
                missing=DRAFT_FILES,
            ),
        )
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """The run at `path`, wherever it was moved. Raises BadRun if there is none, none that this kernel knows, or a
        folder that holds links or other things that are no plain files."""
        manifests.read(path)
        contents.look_at(path)
        return cls(path)

    @property
    def manifest(self) -> Manifest:
        return manifests.read(self.path)

    @property
    def run_id(self) -> str:
        return self.manifest.run_id

    @property
    def goal(self) -> str:
        return self.manifest.goal

    @property
    def status(self) -> RunStatus:
        return self.manifest.status

    @property
    def settings(self) -> Settings:
        """The settings the run was started with; `out` is the folder as it lies now."""
        try:
            return Settings(**self.manifest.settings | {"out": self.path})
        except BadSetting as exc:
            raise BadRun(
                f"run {self.path.name} has settings this kernel does not know: {exc}",
                help="resume it with the version that made it",
            ) from exc

    @property
    def checkpoints(self) -> Path:
        return self.path / CHECKPOINTS

    @property
    def ledger(self) -> Path:
        return self.path / "ledger.jsonl"

    @property
    def journal(self) -> Path:
        return self.path / "calls"

    @property
    def sources(self) -> Path:
        return self.path / SOURCES

    @property
    def index_dir(self) -> Path:
        return self.path / "index"

    def lock(self) -> AbstractContextManager[None]:
        """For as long as this process works on the run; BadRun names the process that already does."""
        return run_lock(self.path)

    def save_sources(self, papers: Sequence[Paper]) -> None:
        """The exact text of every paper, one file each; what is there already is not written again."""
        for paper in papers:
            name = f"{SOURCES}/{source_name(paper.id)}"
            content = paper.text.encode("utf-8", "surrogatepass")
            if not is_plain(self.path, name) or read_plain(self.path, name) != content:
                write_plain(self.path, name, content)

    def write_draft(self, rendered: Mapping[str, str], draft: Draft) -> None:
        """Sources, then the rendered files by their names, then the ledger's `draft_written`, and run.json last.

        `rendered` names at least draft.md, draft.html, draft.json and references.bib.
        """
        if lacking := [name for name in DRAFT_FILES if name not in rendered]:
            raise ValueError(f"the draft was not rendered as {', '.join(lacking)}")
        self.save_sources(draft.papers)
        written = {name: text.encode("utf-8", "surrogatepass") for name, text in rendered.items()}
        for name, content in written.items():
            write_plain(self.path, name, content)
        files = self._hashes() | {name: sha256(content) for name, content in written.items()}
        files.pop(CHECKPOINTS, None)  # still being written; `set_status` names it
        seen = draft_fingerprint(draft)
        self._ledger().record("draft_written", draft_sha256=seen, files=files)
        self._seal(self.manifest.model_copy(update={"draft_sha256": seen, "files": files}))

    def set_status(self, status: RunStatus) -> None:
        """Where the run stands, in run.json and in the ledger. Call it last, when checkpoints and ledger are at rest:
        unless the run goes on, run.json then names the hash of every file of the folder."""
        before = self.manifest
        files = before.files
        if status != "running":
            checkpoints.settle(self.checkpoints)
            published = {name: known for name, known in files.items() if _is_published(name)}
            files = self._hashes() | published
        self._ledger().record("run_status", status=status, files_sha256=sha256(canonical(files)))
        self._seal(before.model_copy(update={"status": status, "files": files}))

    def mend_checkpoints(self) -> bool:
        """Sets checkpoints aside that SQLite cannot read, or that are none of the graph's; True when it did."""
        damaged = is_plain(self.path, CHECKPOINTS) and not checkpoints.is_sound(self.checkpoints)
        if damaged:
            self.set_checkpoints_aside("SQLite cannot read them, or they are none of the graph's")
        return damaged

    def set_checkpoints_aside(self, reason: str) -> None:
        """Keeps what cannot be gone on from, and says so in the ledger. The run then begins anew, and the journal
        answers every call that had finished."""
        aside = checkpoints.set_aside(self.checkpoints)
        self._ledger().record("checkpoints_damaged", set_aside=aside.name, reason=reason)

    def missing(self) -> tuple[str, ...]:
        """What a complete folder would have and this one lacks."""
        expected = {*DRAFT_FILES, self.ledger.name, *self.manifest.files}
        return tuple(sorted(name for name in expected if not is_plain(self.path, name)))

    def edited(self) -> tuple[str, ...]:
        """The draft's files that are not as the run wrote them; one that is missing was edited by nobody."""
        written = self.manifest.files
        there = (name for name in DRAFT_FILES if is_plain(self.path, name))
        return tuple(name for name in there if digest(self.path, name) != written.get(name))

    def _seal(self, manifest: Manifest) -> None:
        events, head = self._ledger().head()
        expected = {*DRAFT_FILES, *manifest.files}
        missing = tuple(sorted(name for name in expected if not is_plain(self.path, name)))
        update = {"ledger": LedgerHead(events=events, head=head), "missing": missing}
        manifests.write(self.path, manifest.model_copy(update=update))

    def _hashes(self) -> dict[str, str]:
        return {name: digest(self.path, name) for name in manifests.files_of(self.path)}

    def _ledger(self) -> FileLedger:
        return FileLedger(self.ledger, SystemClock())


def load_draft(run: RunFolder) -> Draft:
    """The draft in draft.json. Raises BadRun when there is none yet, or none that is valid."""
    path = run.path / "draft.json"
    if not os.path.lexists(path):
        raise BadRun(f"run {run.path.name} has no draft yet ({run.status})", help="`sovereign resume` goes on with it")
    try:
        return Draft.model_validate_json(read_plain(run.path, path.name))
    except ValidationError as exc:
        first = exc.errors()[0]
        raise BadRun(f"{path} is not a draft: {first['loc']}: {first['msg']}", help="restore it from a copy") from exc


def _is_published(name: str) -> bool:
    return name in DRAFT_FILES or name.startswith("sources/")
