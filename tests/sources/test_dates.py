"""Both sources search within dates, and find papers of an author."""

from __future__ import annotations

from pathlib import Path

import pytest

from sovereign_kernel.sources.arxiv.query import submitted
from sovereign_kernel.testing.arxiv import ArxivServer, Entry
from tests.sources.test_arxiv import source
from tests.sources.test_corpus import corpus

YEARS = ("2019", "2021-06", "2021-06-30", "2024-02-29", None)


def record(number: int, published: str | None) -> dict[str, object]:
    text = {"id": f"note-{number}", "title": f"On routing {number}", "abstract": "We route tokens to experts."}
    return {**text, "authors": ["Ada Byron", "Emmy Noether"]} | ({"published": published} if published else {})


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2019-01-01", "2019-12-31", {"note-0"}),
        ("2021-06-15", "2021-06-20", {"note-1"}),
        ("2021-06-30", None, {"note-1", "note-2", "note-3"}),
        (None, "2020-12-31", {"note-0"}),
        ("2030-01-01", None, set()),
        (None, None, {"note-0", "note-1", "note-2", "note-3", "note-4"}),
    ],
)
def test_the_corpus_finds_what_lies_within(
    tmp_path: Path, since: str | None, until: str | None, found: set[str]
) -> None:
    whole = corpus(tmp_path, *(record(number, published) for number, published in enumerate(YEARS)))
    page = whole.between(since, until).search("routing", 10)
    assert {paper.id for paper in page.papers} == found
    assert len(whole.search("routing", 10).papers) == len(YEARS)


def test_papers_of_an_author(tmp_path: Path) -> None:
    whole = corpus(tmp_path, record(0, "2019-01-01"), record(1, "2021-01-01"))
    assert [paper.id for paper in whole.by_author("Byron", "2021", "routing", 5)] == ["note-1"]
    assert whole.by_author("Noether", None, "routing", 5) == ()  # not the first author


def test_arxiv_is_asked_for_days_of_submission(tmp_path: Path) -> None:
    entries = [
        Entry("2401.00001v1", "Routing", "On experts.", published="2024-01-02T00:00:00Z"),
        Entry("2101.00001v1", "Routing", "On experts.", published="2021-01-02T00:00:00Z"),
    ]
    with ArxivServer(entries) as server:
        arxiv, _ = source(server, tmp_path)
        page = arxiv.between("2024-01-01", None).in_a_hurry(5.0).search("routing", 10)
        asked = server.requests[0].params["search_query"]
    assert [paper.id for paper in page.papers] == ["2401.00001"]
    assert asked == "(all:routing) AND submittedDate:[202401010000 TO 999912312359]"
    assert submitted(None, None) == ""
