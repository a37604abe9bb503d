"""sovereign key"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def key(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where the private key goes; FILE.pub is the public one.")
    ],
) -> None:
    """Make an Ed25519 key that signs approvals: `review --sign FILE`, then `verify --key FILE.pub`."""
    from sovereign_kernel.runs.signing import make_key

    public = make_key(file)
    typer.echo(f"private key: {file} (keep it to yourself)\npublic key:  {public} (give it to whoever is to check)")
