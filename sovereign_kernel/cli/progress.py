"""Progress on standard error: alive on a terminal, plain lines elsewhere; hostile text is made harmless here."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from sovereign_kernel.report.escape import line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

MARKS = {
    "stage_started": "▸",
    "stage_finished": "✓",
    "plan": "  plan  ",
    "paper": "  paper ",
    "claim": "  claim ",
    "review": "  review",
    "round": "  round ",
    "decision": "✓ decision:",
    "notice": "!",
}
STYLES = {
    "stage_started": "dim",
    "stage_finished": "bold",
    "decision": "bold",
    "notice": "yellow",
    "round": "bold cyan",
}
VERDICT_STYLES = {"SUPPORTED": "green", "REFUTED": "red", "NOT_ENOUGH_INFO": "yellow", "PARTIAL": "yellow"}


class Event(Protocol):
    """What a run tells while it goes on; sovereign_kernel.pipeline.events has the record."""

    @property
    def kind(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def fields(self) -> dict[str, Any]: ...


Show = Callable[[Event], None]


def describe(event: Event) -> str:
    """One line of visible characters for an event."""
    words = line(event.text)
    if event.kind.startswith("stage_"):
        words = f"{line(event.stage)}: {words}" if words else line(event.stage)
    return f"{MARKS.get(event.kind, '  ' + line(event.kind))} {words}"


def is_told(event: Event) -> bool:
    """A claim that its source supports is counted, and not told: there are dozens of them, all alike."""
    return event.kind != "claim" or event.fields.get("verdict") != "SUPPORTED"


@contextmanager
def showing(quiet: bool, stream: TextIO | None = None) -> Iterator[Show]:
    """Gives the function that shows an event: nothing when quiet, alive on a terminal, else a plain line an event."""
    stream = stream or sys.stderr
    if quiet:
        yield lambda event: None
    elif stream.isatty():
        with LiveProgress(stream) as live:
            yield live
    else:
        yield lambda event: print(describe(event), file=stream, flush=True) if is_told(event) else None


class LiveProgress:
    """Finished things scroll by; below them stand the stages that run, how long, and the counts so far."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner

        self._console: Console = Console(file=stream, highlight=False)
        self._lock = threading.Lock()
        self._running: dict[str, float] = {}
        self._counts = {"paper": 0, "claim": 0}
        self._score: str | None = None
        self._spinner = Spinner("dots")
        self._live = Live(console=self._console, get_renderable=self._footer, refresh_per_second=8, transient=True)

    def __enter__(self) -> LiveProgress:
        self._live.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._live.stop()

    def __call__(self, event: Event) -> None:
        from rich.text import Text

        with self._lock:
            self._take(event)
        if event.kind != "stage_started" and is_told(event):
            style = VERDICT_STYLES.get(str(event.fields.get("verdict")), STYLES.get(event.kind, ""))
            self._console.print(Text(describe(event), style=style, overflow="ellipsis", no_wrap=event.kind != "notice"))

    def _take(self, event: Event) -> None:
        if event.kind == "stage_started":
            self._running[event.stage] = monotonic()
        elif event.kind == "stage_finished":
            self._running.pop(event.stage, None)
        elif event.kind in self._counts:
            self._counts[event.kind] += 1
        elif event.kind == "round":
            self._score = line(event.text)

    def _footer(self) -> RenderableType:
        from rich.text import Text

        with self._lock:
            stages = ", ".join(f"{line(stage)} {monotonic() - start:.0f} s" for stage, start in self._running.items())
            counts = " · ".join(f"{count} {kind}{'s' * (count != 1)}" for kind, count in self._counts.items() if count)
            parts = (stages or "working", counts, self._score)
        self._spinner.update(text=Text("  ·  ".join(part for part in parts if part), style="dim"))
        return self._spinner
