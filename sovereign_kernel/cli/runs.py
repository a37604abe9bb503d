"""sovereign runs"""

from __future__ import annotations

import json

import typer

from sovereign_kernel.cli.flags import Config, Json, RunsDir, settings_of


def runs(ctx: typer.Context, runs_dir: RunsDir = None, config: Config = None, as_json: Json = False) -> None:
    """List the runs, newest first, with where each stands."""
    from sovereign_kernel.report.escape import line
    from sovereign_kernel.runs import list_runs

    folder = settings_of(ctx).runs_dir
    found = list_runs(folder)
    if as_json:
        keys = ("path", "status", "decision", "created", "goal", "problem", "edited")
        typer.echo(json.dumps([{key: str(getattr(run, key)) for key in keys} for run in found], indent=2))
        return
    if not found:
        typer.echo(f"no runs in {folder}; start one with: sovereign research GOAL", err=True)
    for run in found:
        told = f", {line(run.decision)}" if run.decision else ""
        told += f", edited since the run wrote it ({run.edited})" if run.edited else ""
        typer.echo(
            f"{run.status:<13} {run.created[:16]:<16} {line(str(run.path))}{told}\n"
            f"{'':<14}{line(run.problem or run.goal)}"
        )
