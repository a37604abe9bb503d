"""sovereign version"""

from __future__ import annotations

import typer

from sovereign_kernel import __version__


def version() -> None:
    """Print the version."""
    typer.echo(f"sovereign {__version__}")
