"""Says of a draft that is shown that it is not what the run wrote."""

from __future__ import annotations

import shlex
from pathlib import Path

import typer


def tell_edits(path: Path) -> None:
    """One line on standard error when a file of the draft was changed after the run wrote it."""
    from sovereign_kernel.report.escape import line
    from sovereign_kernel.runs import RunFolder

    run = RunFolder.open(path)
    if edited := run.edited():
        told = f"warning: {', '.join(edited)} was edited after the run wrote it; see: sovereign verify"
        typer.echo(f"{told} {line(shlex.quote(str(path)))}", err=True)
