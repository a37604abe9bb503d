"""sovereign roles"""

from __future__ import annotations

import json

import typer

from sovereign_kernel.cli.flags import Config, Json, Roles, settings_of


def roles(ctx: typer.Context, roles: Roles = None, config: Config = None, as_json: Json = False) -> None:
    """List the roles that take part in a run, by stage, and the file that each comes from.

    A role is one Python file, with a prompt of the same name if it argues: see docs/extending.md.
    """
    from sovereign_kernel.pipeline.toolkit import cast_of
    from sovereign_kernel.report.escape import line

    found = cast_of(settings_of(ctx))
    if as_json:
        rows = [
            {
                "name": role.name,
                "stage": role.stage,
                "about": role.about,
                "file": str(role.origin),
                "prompt": bool(role.prompt),
            }
            for role in found
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for role in found:
        mode = "argues and measures" if role.prompt else "measures"
        typer.echo(
            f"{role.stage:<8} {line(role.name):<16} {mode:<20} {line(str(role.origin))}\n{'':<9}{line(role.about)}"
        )
