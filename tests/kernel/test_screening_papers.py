"""The searcher's screening: one call over titles and abstracts, and the ranking where its answer is of no use."""

from __future__ import annotations

import importlib.util
from types import ModuleType
from typing import Any

import pytest

from sovereign_kernel.errors import BadAnswer
from sovereign_kernel.pipeline.project import project_root
from sovereign_kernel.records.dossier import SearchReport
from sovereign_kernel.sources.papers import make_paper

GOAL = "Does pruning lower the cost of inference?"
PAPERS = tuple(
    make_paper(f"2601.{number:05d}", f"Title {number} " + "long " * 60, "Body. " * 400, source="corpus")
    for number in range(1, 61)
)
REPORT = SearchReport(papers=PAPERS, notices=("2601.00002 is marked as withdrawn.", "arXiv was not reached."))


@pytest.fixture(scope="module")
def searcher() -> ModuleType:
    spec = importlib.util.spec_from_file_location("the_searcher", project_root() / "agents" / "searcher.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Screener:
    """A model that leaves the papers with these numbers, and remembers what it was asked."""

    provider = model = "fake"

    def __init__(self, left: set[int], only: int = len(PAPERS)) -> None:
        self.left, self.only, self.asked = left, only, []

    def ask(self, role: str, prompt: Any, answer: Any) -> Any:
        self.asked.append(prompt)
        numbers = range(1, self.only + 1)
        return answer(papers=[{"number": n, "keep": n not in self.left, "reason": "off\n topic"} for n in numbers])


class Mute(Screener):
    def ask(self, role: str, prompt: Any, answer: Any) -> Any:
        raise BadAnswer("said nothing")


def ids(report: SearchReport) -> list[int]:
    return [int(paper.id[-2:]) for paper in report.papers]


def test_what_is_left_is_not_read_and_told_with_its_reason(searcher: ModuleType) -> None:
    model = Screener({2, 4})
    report = searcher._screened(REPORT, GOAL, 5, model)
    assert ids(report) == [1, 3, 5, 6, 7] and len(model.asked) == 1
    reasons = {entry.paper_id: entry.reason for entry in report.dropped}
    assert reasons["2601.00002"] == "left at the screening: off topic"
    assert reasons["2601.00008"] == "the best 5 are kept" and len(reasons) == 55
    assert report.notices == ("arXiv was not reached.",)


def test_sixty_papers_are_at_most_six_thousand_tokens(searcher: ModuleType) -> None:
    model = Screener(set())
    searcher._screened(REPORT, GOAL, 5, model)
    assert len(model.asked[0].system + model.asked[0].user) / 4.5 < 6_500


def test_papers_without_a_judgement_keep_their_rank(searcher: ModuleType) -> None:
    assert ids(searcher._screened(REPORT, GOAL, 3, Screener({1}, only=1))) == [2, 3, 4]


@pytest.mark.parametrize("model", [Mute(set()), Screener(set(range(1, 61)))], ids=["mute", "leaves all"])
def test_without_a_usable_answer_the_ranking_stands(searcher: ModuleType, model: Screener) -> None:
    report = searcher._screened(REPORT, GOAL, 3, model)
    assert ids(report) == [1, 2, 3] and "ranking" in report.notices[-1]


def test_few_papers_are_not_worth_a_call(searcher: ModuleType) -> None:
    model = Screener({1})
    report = REPORT.model_copy(update={"papers": PAPERS[:5]})
    assert searcher._screened(report, GOAL, 5, model) == report and not model.asked
