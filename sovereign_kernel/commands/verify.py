"""`sovereign verify RUN`: prints what holds and what does not. No key, no network, nothing written."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

DOES_NOT_HOLD = 7


def verify(
    run: Annotated[Path, typer.Argument(help="The run's folder.")],
    key: Annotated[Path | None, typer.Option("--key", help="The owner's public key: also check the signature.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Re-check a finished run without trusting the kernel: every hash, quote, figure, verdict, score and decision.

    Exit code 0 when everything holds, 7 when something does not.
    """
    from json import dumps

    from sovereign_kernel.auditing import audit
    from sovereign_kernel.report.escape import line

    report = audit(run, key)
    if json:
        typer.echo(
            dumps({"run": str(run), "holds": report.holds, "findings": [asdict(f) for f in report.findings]}, indent=2)
        )
    else:
        for found in report.findings:
            typer.echo(f"{'holds ' if found.holds else 'BROKEN'}  {found.name}: {line(found.detail)}")
        broken = sum(not found.holds for found in report.findings)
        typer.echo(f"{len(report.findings) - broken} of {len(report.findings)} checks hold")
    if not report.holds:
        raise typer.Exit(DOES_NOT_HOLD)
