"""sovereign doctor"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from sovereign_kernel.cli.flags import (
    CacheDir,
    Config,
    Corpus,
    ExtraBody,
    Json,
    Roles,
    RunsDir,
    explicit,
    flag,
    refuse_missing,
)
from sovereign_kernel.cli.main import without_keys

COLOURS = {"ok": "green", "off": "blue", "warning": "yellow", "problem": "red"}


def doctor(
    ctx: typer.Context,
    source: Annotated[Literal["auto", "arxiv", "corpus"] | None, flag("source")] = None,
    provider: Annotated[Literal["auto", "nim", "openai", "none"] | None, flag("provider")] = None,
    model: Annotated[str | None, flag("model", metavar="NAME")] = None,
    base_url: Annotated[str | None, flag("base_url", metavar="URL")] = None,
    extra_body: ExtraBody = None,
    embeddings: Annotated[Literal["auto", "nim", "openai", "offline"] | None, flag("embeddings")] = None,
    corpus: Corpus = None,
    roles: Roles = None,
    policy: Annotated[Path | None, flag("policy", metavar="FILE")] = None,
    runs_dir: RunsDir = None,
    cache_dir: CacheDir = None,
    config: Config = None,
    wait: Annotated[float, typer.Option(min=1, max=600, help="Seconds that each service may take.")] = 30,
    as_json: Json = False,
) -> None:
    """Try everything that a run would use, and say what to do about what does not work.

    A model that is configured is asked one short question. Keys are never shown. The exit code is 0 when a run can
    do as configured; otherwise that of the first problem: 2 for settings and files, 6 for services.
    """
    from sovereign_kernel.cli.diagnosis import examine, settings_with_faults

    settings, faults = settings_with_faults(explicit(ctx.params), ctx.params.get("config"))
    refuse_missing(settings)
    findings = examine(settings, wait, faults)
    if as_json:
        rows = [
            {key: without_keys(value) if isinstance(value, str) else value for key, value in asdict(finding).items()}
            for finding in findings
        ]
        typer.echo(json.dumps(rows, indent=2))
    else:
        for finding in findings:
            state = typer.style(f"{finding.state:<8}", fg=COLOURS[finding.state])
            typer.echo(f"{state} {finding.name:<13} {without_keys(finding.found)}")
            if finding.next:
                typer.echo(f"{'':<22} next: {without_keys(finding.next)}")
    raise typer.Exit(next((finding.exit_code for finding in findings if finding.exit_code), 0))
