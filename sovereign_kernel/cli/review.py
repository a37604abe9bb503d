"""sovereign review"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sovereign_kernel.cli.flags import Json, Quiet, Trust
from sovereign_kernel.cli.outcomes import conduct
from sovereign_kernel.cli.progress import Show
from sovereign_kernel.errors import BadInput, SovereignError

if TYPE_CHECKING:
    from sovereign_kernel.api import Outcome
    from sovereign_kernel.records import OwnerAnswer


def review(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The run's folder; `sovereign runs` lists them.")],
    approve: Annotated[bool, typer.Option("--approve", help="Approve the draft as it lies in the folder.")] = False,
    owner: Annotated[str, typer.Option(metavar="NAME", help="Who approves; stands in the draft.")] = "",
    send_back: Annotated[
        str | None, typer.Option(metavar="NOTE", help="Send the draft back for revision, and say what to change.")
    ] = None,
    note: Annotated[str, typer.Option(metavar="NOTE", help="A note that goes with an approval.")] = "",
    sign: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Sign the approval with this key; `sovereign key` makes one. Alone: sign one given before.",
        ),
    ] = None,
    trust: Trust = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Give the owner's answer to a run that waits for it. Only an explicit answer counts; no text is interpreted.

    \b
    Examples:
      sovereign review runs/2026-11-22-… --approve --owner "Ada"
      sovereign review runs/2026-11-22-… --approve --owner "Ada" --sign ada
      sovereign review runs/2026-11-22-… --sign ada          an approval that was given unsigned
      sovereign review runs/2026-11-22-… --send-back "The second claim is about another model."
    """
    if sign is not None:
        from sovereign_kernel.runs.signing import private_key

        private_key(sign)  # a bad key is said before anything is approved
        if not approve and send_back is None:
            sign_later(run, sign)
            return
    answer = answer_of(approve, owner, send_back, note)

    def work(show: Show, stop: threading.Event) -> Outcome:
        from sovereign_kernel.api import review as review_run

        outcome = review_run(run, answer, trust=trust, on_event=show, stop=stop)
        if sign is not None and outcome.status == "finished" and answer.action == "approve":
            sign_now(run, sign)
        return outcome

    conduct(work, as_json, quiet)


def sign_now(run: Path, key: Path) -> None:
    """Signs the approval that was just recorded; where that fails, it stands, and can be signed later."""
    from sovereign_kernel.runs import RunFolder
    from sovereign_kernel.runs.signing import sign_approval

    try:
        sign_approval(RunFolder.open(run), key)
    except SovereignError as exc:
        raise BadInput(
            f"the draft is approved, and not yet signed: {exc}", help="sign it with: sovereign review RUN --sign FILE"
        ) from exc


def sign_later(run: Path, key: Path) -> None:
    """Signs an approval that was recorded before."""
    from sovereign_kernel.report.escape import line
    from sovereign_kernel.runs import RunFolder, load_draft
    from sovereign_kernel.runs.signing import sign_approval

    folder = RunFolder.open(run)
    with folder.lock():
        sign_approval(folder, key)
    answer = load_draft(folder).decision.owner
    typer.echo(f"signed the approval by {line(answer.owner if answer else '')} of {line(str(run))}")


def answer_of(approve: bool, owner: str, send_back: str | None, note: str) -> OwnerAnswer:
    """The one answer that the flags give. Raises BadInput for none, for two, and for an approval by nobody."""
    from sovereign_kernel.records import OwnerAnswer

    if approve == (send_back is not None):
        raise BadInput(
            "give one answer: --approve or --send-back" if approve else "no answer was given",
            help='--approve --owner NAME, or --send-back "what to change"',
        )
    if send_back is not None:
        if not send_back.strip():
            raise BadInput("--send-back needs a note", help="say what to change")
        return OwnerAnswer(action="send_back", owner=owner.strip(), note=send_back.strip())
    if not owner.strip():
        raise BadInput("an approval carries the owner's name", help="add --owner NAME")
    return OwnerAnswer(action="approve", owner=owner.strip(), note=note.strip())
