"""At approval the cited papers are looked up again, on an arXiv of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sovereign_kernel import research, review
from sovereign_kernel.errors import SourceUnavailable
from sovereign_kernel.pipeline.events import Event
from sovereign_kernel.ports import SearchPage
from sovereign_kernel.records import OwnerAnswer, Paper
from sovereign_kernel.sources.updates import changes_since
from tests.graph.conftest import GOAL

Options = Callable[..., dict[str, Any]]


class Shelf:
    """A source that holds these papers; None for one that is gone."""

    name = "arxiv"

    def __init__(self, papers: tuple[Paper, ...] | None) -> None:
        self.papers = papers

    def search(self, query: str, limit: int) -> SearchPage:
        return SearchPage(())

    def lookup(self, ids: Any) -> tuple[Paper, ...]:
        if self.papers is None:
            raise SourceUnavailable("arXiv is away")
        return tuple(paper for paper in self.papers if paper.id in ids)


def test_what_changed_is_told(options: Options) -> None:
    draft = research(GOAL, **options()).draft
    assert draft is not None
    first, second, third, *rest = (paper.model_copy(update={"version": 1}) for paper in draft.papers)
    draft = draft.model_copy(update={"papers": (first, second, third, *rest)})
    assert changes_since(draft, Shelf(draft.papers)) == ()  # type: ignore[arg-type]
    now = (first.model_copy(update={"withdrawn": True}), second.model_copy(update={"version": 2}), *rest)
    told = " ".join(changes_since(draft, Shelf(now)))  # type: ignore[arg-type]
    assert f"{first.id} has been withdrawn" in told and f"{second.id} has version 2 now" in told
    assert f"{third.id} is not known" in told
    assert "could not be looked up" in changes_since(draft, Shelf(None))[0]  # type: ignore[arg-type]


def test_an_approval_says_when_nothing_could_be_looked_up(options: Options, tmp_path: Path) -> None:
    run = options(source="auto", require_owner=True, arxiv_url="http://127.0.0.1:9/api/query", arxiv_gap=0)
    research(GOAL, **run)
    told: list[Event] = []
    review(tmp_path / "run", OwnerAnswer(action="approve", owner="Ada"), on_event=told.append)
    assert any("could not be looked up again" in event.text for event in told)
    assert "papers_looked_up_again" in (tmp_path / "run" / "ledger.jsonl").read_text("utf-8")


def test_a_send_back_looks_nothing_up(options: Options, tmp_path: Path) -> None:
    run = options(source="auto", require_owner=True, arxiv_url="http://127.0.0.1:9/api/query", arxiv_gap=0)
    research(GOAL, **run)
    review(tmp_path / "run", OwnerAnswer(action="send_back", note="routing"))
    assert "papers_looked_up_again" not in (tmp_path / "run" / "ledger.jsonl").read_text("utf-8")
