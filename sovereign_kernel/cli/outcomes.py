"""Runs what makes a draft, with progress, and tells how it ended: shared by research, resume and review."""

from __future__ import annotations

import shlex
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sovereign_kernel.cli.edits import tell_edits
from sovereign_kernel.cli.progress import Show, showing
from sovereign_kernel.cli.stopping import INTERRUPTED, stop_on_interrupt

if TYPE_CHECKING:
    from sovereign_kernel.api import Outcome
    from sovereign_kernel.records import Draft

PENDING = 3
NAME = "sovereign"
Work = Callable[[Show, threading.Event], "Outcome"]


def conduct(work: Work, as_json: bool, quiet: bool) -> None:
    """Does the work, prints its draft, and leaves with the outcome's exit code."""
    with stop_on_interrupt() as stop, showing(quiet) as show:
        outcome = work(show, stop)
    if outcome.draft is not None:
        if outcome.run is not None:
            tell_edits(outcome.run)
        print_draft(outcome.draft, outcome.run, as_json)
    for text in next_steps(outcome):
        typer.echo(text, err=True)
    raise typer.Exit(outcome.exit_code)


def print_draft(draft: Draft, run: Path | None, as_json: bool) -> None:
    """The draft on standard output: its summary, or its one JSON document."""
    if as_json:
        from sovereign_kernel.report.json import to_json

        typer.echo(to_json(draft), nl=False)
        return
    from rich.console import Console

    from sovereign_kernel.report.terminal import to_terminal

    to_terminal(draft, Console(), run)


def command() -> str:
    """How a shell finds the command: by its name, or by its path when it is not on PATH, as after `make research`."""
    called = sys.argv[0]
    return shlex.quote(called) if Path(called).name == NAME and shutil.which(NAME) is None else NAME


def next_steps(outcome: Outcome) -> list[str]:
    """What the owner can do now."""
    if outcome.run is None:
        return []
    run, sovereign = shlex.quote(str(outcome.run)), command()
    if outcome.exit_code == PENDING:
        return [
            f"next: read the draft, then: {sovereign} review {run} --approve --owner NAME",
            f'      or send it back:      {sovereign} review {run} --send-back "what to change"',
        ]
    if outcome.exit_code == INTERRUPTED:
        return [f"stopped; go on with: {sovereign} resume {run}"]
    return [f"check it yourself: {sovereign} verify {run}"]
