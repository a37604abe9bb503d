"""The runs in a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sovereign_kernel.errors import BadRun
from sovereign_kernel.records import Decision
from sovereign_kernel.runs import manifest as manifests
from sovereign_kernel.runs.folder import RunFolder, load_draft
from sovereign_kernel.runs.lock import in_use
from sovereign_kernel.runs.manifest import RunStatus


@dataclass(frozen=True)
class RunSummary:
    """One line of `sovereign runs`. A damaged run is listed, with the reason in `problem`.

    `decision` says what became of a finished run's draft; it is empty where there is none. `edited` names the files of
    the draft that are not as the run wrote them.
    """

    path: Path
    status: RunStatus | Literal["damaged"]
    goal: str = ""
    created: str = ""
    decision: str = ""
    problem: str = ""
    edited: str = ""


def list_runs(runs_dir: Path) -> tuple[RunSummary, ...]:
    """Every run in `runs_dir`, newest first, damaged ones last; folders and files that are no runs are passed over."""
    try:
        folders = [path for path in runs_dir.iterdir() if os.path.lexists(path / manifests.NAME)]
    except OSError:
        return ()
    found = [_summary(folder) for folder in sorted(folders)]
    return tuple(sorted(found, key=lambda summary: (summary.created, summary.path.name), reverse=True))


def _summary(folder: Path) -> RunSummary:
    try:
        manifest = RunFolder.open(folder).manifest
    except BadRun as exc:
        return RunSummary(folder, "damaged", problem=str(exc))
    edited = ", ".join(RunFolder(folder).edited())
    killed = manifest.status == "running" and not in_use(folder)
    if manifest.status != "finished":
        status: RunStatus = "interrupted" if killed else manifest.status
        return RunSummary(folder, status, manifest.goal, manifest.created, edited=edited)
    try:
        decision = _told(load_draft(RunFolder.open(folder)).decision)
    except BadRun as exc:
        return RunSummary(folder, "damaged", manifest.goal, manifest.created, problem=str(exc))
    return RunSummary(folder, "finished", manifest.goal, manifest.created, decision, edited=edited)


def _told(decision: Decision) -> str:
    if decision.owner is not None and decision.owner.action == "approve":
        return f"approved by {decision.owner.owner}"
    return {"AUTO_APPROVE": "auto-approved", "REJECT": "rejected", "OWNER_REVIEW": "for its owner"}[decision.policy]
