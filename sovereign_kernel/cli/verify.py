"""sovereign verify"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sovereign_kernel.cli.flags import Json

DOES_NOT_HOLD = 7


def verify(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The run's folder; `sovereign runs` lists them.")],
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="The owner's public key: the approval must be signed.")
    ] = None,
    json: Json = False,
) -> None:
    """Re-check a finished run without trusting the kernel: every hash, quote, figure, verdict, score and decision.

    Needs no key and no network, and writes nothing. Exit code 0 when everything holds, 7 when something does not.
    """
    from json import dumps

    from sovereign_kernel.audit import audit
    from sovereign_kernel.report.escape import line

    report = audit(run, key)
    if json:
        findings = [asdict(found) for found in report.findings]
        told = {"run": str(run), "holds": report.holds, "findings": findings, "trusted": report.trusted}
        typer.echo(dumps(told, indent=2))
    else:
        for found in report.findings:
            typer.echo(f"{'holds ' if found.holds else 'BROKEN'}  {found.name}: {line(found.detail)}")
        broken = sum(not found.holds for found in report.findings)
        for told_so in report.trusted:
            typer.echo(f"trusts  {line(told_so)}")
        typer.echo(f"{len(report.findings) - broken} of {len(report.findings)} checks hold")
    if not report.holds:
        raise typer.Exit(DOES_NOT_HOLD)
