"""A short summary of a draft for the terminal. All text goes through `escape.line`: no control character passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sovereign_kernel.records import Draft, Round
from sovereign_kernel.report import FILES
from sovereign_kernel.report import reading as r
from sovereign_kernel.report.escape import line as esc

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

FINDINGS = 4
_STATUS_STYLE = {"ANSWERED": "bold green", "PARTIAL": "bold yellow", "INSUFFICIENT_EVIDENCE": "bold red"}
_DECISION_STYLE = {"AUTO_APPROVE": "green", "OWNER_REVIEW": "yellow", "REJECT": "red"}


def to_terminal(draft: Draft, console: Console, folder: Path | None = None) -> None:
    """Verdict, the first findings, the scores, and, if `folder` is given, where the files are."""
    for text in _lines(r.Reading(draft), folder):
        console.print(text, soft_wrap=False, highlight=False)


def _lines(reading: r.Reading, folder: Path | None) -> Iterator[Text]:
    from rich.text import Text

    draft = reading.draft
    yield Text(esc(draft.title), style="bold")
    yield Text(esc(draft.banner), style="italic")
    yield Text.assemble(
        (r.STATUS[draft.status], _STATUS_STYLE[draft.status]),
        f" · {_verdicts(reading)} · {r.plural(len(draft.papers), 'paper')}",
    )
    yield Text()
    yield from _findings(reading)
    yield from _open_ends(reading)
    yield Text()
    for round_ in draft.tribunal.rounds:
        yield Text(_scores(round_, reading.threshold))
    yield Text.assemble(
        (r.decided(draft.decision), _DECISION_STYLE[draft.decision.policy]),
        f" {esc(r.ground(draft.decision))}",
    )
    yield Text(f"{r.plural(draft.cost.calls, 'model call')}, cost {r.money(draft.cost.cost)}", style="dim")
    if folder is not None:
        yield Text()
        yield from (Text(esc(str(folder / name))) for name in FILES)


def _findings(reading: r.Reading) -> Iterator[Text]:
    from rich.text import Text

    answer = [line for paragraph in reading.answer() for line in paragraph]
    lines = answer
    for line in lines[:FINDINGS]:
        marks = " ".join(f"[{esc(mark.label)}]" for mark in line.marks)
        yield Text.assemble("• ", esc(line.text), (f" {marks}" if marks else "", "cyan"))
    if len(lines) > FINDINGS:
        yield Text(f"  and {r.plural(len(lines) - FINDINGS, 'more sentence')} in the draft", style="dim")
    if not lines:
        yield Text("No answer was written.")


def _open_ends(reading: r.Reading) -> Iterator[Text]:
    from rich.text import Text

    draft = reading.draft
    if draft.coverage.uncovered:
        yield Text(f"Nothing was found on: {esc('; '.join(draft.coverage.uncovered))}", style="yellow")
    if draft.contradictions:
        yield Text(f"{r.plural(len(draft.contradictions), 'contradiction')} between papers", style="yellow")
    for notice in draft.notices:
        yield Text(f"Notice: {esc(notice)}", style="yellow")


def _verdicts(reading: r.Reading) -> str:
    labels = {**r.VERDICT, "": "Not verified"}
    present = [f"{amount} {labels[name].lower()}" for name, amount in reading.verdicts().items() if amount]
    return f"{r.plural(len(reading.draft.claims), 'claim')}" + (f" ({', '.join(present)})" if present else "")


def _scores(round_: Round, threshold: float) -> str:
    reviews = ", ".join(
        f"{esc(review.role)} {'absent' if review.absent else r.number(review.score)}" for review in round_.reviews
    )
    return (
        f"Round {round_.number}: {r.number(round_.score)} against {r.number(threshold)}, "
        f"{r.OUTCOME[round_.outcome]}" + (f" ({reviews})" if reviews else "")
    )
