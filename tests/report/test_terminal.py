from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from sovereign_kernel.records import Decision, Draft, OwnerAnswer
from sovereign_kernel.report.terminal import to_terminal
from tests.report.samples import SAMPLES, answered, hostile, insufficient, unknown


def shown(draft: Draft, folder: Path | None = None, colour: bool = False) -> str:
    out = io.StringIO()
    to_terminal(
        draft, Console(file=out, width=400, force_terminal=colour, color_system="standard" if colour else None), folder
    )
    return out.getvalue()


def test_verdict_findings_scores_and_files() -> None:
    text = shown(answered(), Path("runs/x"))
    assert "Answered · 7 claims (5 supported, 1 refuted, 1 not enough info) · 5 papers" in text
    assert "• The saving is not automatic" in text
    assert "[C3]" in text
    assert "Round 2: 7.3 against 6.5, passed (skeptic 7.0, validator 8.2, synthesizer 6.7)" in text
    assert "runs/x/draft.html" in text


def test_unknown_is_not_zero() -> None:
    text = shown(unknown())
    assert "Round 1: unknown against 6.5" in text
    assert "skeptic absent" in text
    assert "cost unknown" in text


def test_nothing_found() -> None:
    assert "Nothing was found on: sourdough; rest" in shown(insufficient())


@pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES)
def test_no_control_character_but_richs_own_colours(make: object) -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown(make(), colour=True))  # type: ignore[operator]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b-\u200f]", text)


def test_hostile_markup_is_shown_not_obeyed() -> None:
    text = shown(hostile("[bold]x[/bold] [link=https://e.example]y[/link]"))
    assert "[bold]x[/bold] [link=https://e.example]y[/link]" in text


def test_an_approval_is_not_called_waiting() -> None:
    decision = Decision(
        policy="OWNER_REVIEW",
        rule="nobody-argued",
        reason="no language model argued",
        owner=OwnerAnswer(action="approve", owner="Ada"),
    )
    draft = answered().model_copy(update={"decision": decision})
    assert "Approved by the owner after rule “nobody-argued”: no language model argued" in shown(draft)
    waits = draft.model_copy(update={"decision": decision.model_copy(update={"owner": None})})
    assert "Waits for the owner by rule “nobody-argued”: no language model argued" in shown(waits)
