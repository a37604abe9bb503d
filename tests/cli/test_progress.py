"""Progress shows every event, and nothing of what hostile text would do to a terminal."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.cli.progress import MARKS, describe, showing
from sovereign_kernel.pipeline.events import Event

EVENTS = st.builds(Event, kind=st.sampled_from([*MARKS, "odd"]), stage=st.text(), text=st.text())
RUN = [
    Event("stage_started", "searcher"),
    Event("paper", "searcher", "2401.00001 \x1b]0;owned\x07 Title\r\n", {}),
    Event("stage_finished", "searcher", "1 paper"),
    Event("claim", "verify", "c1 REFUTED: no [bold]markup[/bold]", {"verdict": "REFUTED"}),
    Event("round", "tribunal", "1: 7.0, pass"),
    Event("notice", "searcher", "arXiv was not reached"),
    Event("decision", "policy", "OWNER_REVIEW by rule r: because"),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@given(EVENTS)
def test_a_line_is_one_line_of_visible_characters(event: Event) -> None:
    shown = describe(event)
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def test_plain_lines_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    with showing(quiet=False, stream=stream) as show:
        for event in RUN:
            show(event)
    lines = stream.getvalue().splitlines()
    assert len(lines) == len(RUN)
    assert lines[0] == "▸ searcher"
    assert "[bold]markup[/bold]" in lines[3]
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_shows_nothing(terminal: bool) -> None:
    stream = Terminal() if terminal else io.StringIO()
    with showing(quiet=True, stream=stream) as show:
        for event in RUN:
            show(event)
    assert stream.getvalue() == ""


def test_a_terminal_sees_everything_and_no_command_of_a_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()
    with showing(quiet=False, stream=stream) as show:
        for event in RUN:
            show(event)
    shown = stream.getvalue()
    for words in ("2401.00001", "REFUTED", "[bold]markup[/bold]", "7.0, pass", "arXiv was not reached", "OWNER_REVIEW"):
        assert words in shown
    assert "\x1b]0;" not in shown
    assert "\x07" not in shown
