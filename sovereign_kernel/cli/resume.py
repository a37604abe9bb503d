"""sovereign resume"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sovereign_kernel.cli.flags import Json, Quiet, Trust
from sovereign_kernel.cli.outcomes import conduct
from sovereign_kernel.cli.progress import Show

if TYPE_CHECKING:
    from sovereign_kernel.api import Outcome


def resume(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The run's folder; `sovereign runs` lists them.")],
    trust: Trust = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Go on with a run that was interrupted or killed; no finished model call is repeated.

    A finished run is shown again, and nothing is done to it.
    """

    def work(show: Show, stop: threading.Event) -> Outcome:
        from sovereign_kernel.api import resume as resume_run

        return resume_run(run, trust=trust, on_event=show, stop=stop)

    conduct(work, as_json, quiet)
