"""sovereign show"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from sovereign_kernel.cli.edits import tell_edits
from sovereign_kernel.cli.flags import Json
from sovereign_kernel.cli.outcomes import print_draft


def show(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The run's folder; `sovereign runs` lists them.")],
    form: Annotated[
        Literal["summary", "markdown", "bibtex"], typer.Option("--format", help="What to print.")
    ] = "summary",
    as_json: Json = False,
) -> None:
    """Show a run's draft: a summary, the whole of it as Markdown, its references, or (--json) as JSON.

    \b
    Examples:
      sovereign show runs/2026-11-22-…
      sovereign show runs/2026-11-22-… --format markdown | less
    """
    from sovereign_kernel.runs import RunFolder, load_draft

    draft = load_draft(RunFolder.open(run))
    tell_edits(run)
    if as_json or form == "summary":
        print_draft(draft, run, as_json)
    elif form == "markdown":
        from sovereign_kernel.report.markdown import to_markdown

        typer.echo(to_markdown(draft), nl=False)
    else:
        from sovereign_kernel.report.bibtex import to_bibtex

        typer.echo(to_bibtex(draft), nl=False)
