from __future__ import annotations

import pytest

from sovereign_kernel.records import Block, Section, Sentence
from sovereign_kernel.report import reading as r
from tests.report.parts import paper
from tests.report.samples import answered, unknown


def test_the_answer_is_its_sentences_and_what_stands_between_them_is_the_runs() -> None:
    said = (
        Sentence(id="S1", section="answer", text="One.", claims=("C1",)),
        Sentence(id="S2", section="answer", text="Two.", claims=("C2", "C99")),
    )
    draft = answered().model_copy(update={"sentences": said, "answer": "First: One. Two. Nothing was found on cost."})
    lines = [line for paragraph in r.Reading(draft).answer() for line in paragraph]
    assert [(line.text, line.by_run) for line in lines] == [
        ("First:", True),
        ("One.", False),
        ("Two.", False),
        ("Nothing was found on cost.", True),
    ]
    assert [(mark.label, mark.anchor) for mark in lines[2].marks] == [("C2", "claim-2"), ("C99", None)]


def test_an_answer_that_is_a_section_is_taken_as_it_stands() -> None:
    section = Section(heading="Answer", blocks=(Block(text="Only this.", sentence="S1"),))
    draft = answered().model_copy(update={"sections": (section,)})
    assert [line.text for paragraph in r.Reading(draft).answer() for line in paragraph] == ["Only this."]
    assert r.Reading(draft).body() == ()


def test_an_answer_without_sentences_is_shown_as_the_runs_own_words() -> None:
    draft = answered().model_copy(update={"sentences": ()})
    (paragraph,) = r.Reading(draft).answer()
    assert paragraph == (r.Line(draft.answer, by_run=True),)


@pytest.mark.parametrize(
    ("id", "version", "url"),
    [
        ("2604.23996", 2, "https://arxiv.org/abs/2604.23996v2"),
        ("0704.0001", None, "https://arxiv.org/abs/0704.0001"),
        ("hep-th/9901001", 1, "https://arxiv.org/abs/hep-th/9901001v1"),
        ("math.GT/0309136", None, "https://arxiv.org/abs/math.GT/0309136"),
        ("2604.23996\n", None, None),
        ("٢٦٠٤.23996", None, None),
        ("javascript:alert(1)", None, None),
        ("../../2604.23996", None, None),
        ("scifact-12", None, None),
    ],
)
def test_only_wellformed_arxiv_ids_become_links(id: str, version: int | None, url: str | None) -> None:
    assert r.arxiv_url(paper(id, "t", "a", version=version)) == url


def test_unknown_is_never_zero() -> None:
    assert {r.number(None), r.percent(None), r.count(None), r.money(None), r.duration(None), r.plain(None)} == {
        "unknown"
    }
    assert r.Reading(unknown()).verdicts() == {"SUPPORTED": 4, "REFUTED": 1, "NOT_ENOUGH_INFO": 1, "PARTIAL": 0, "": 1}


def test_the_line_is_the_runs_own() -> None:
    stricter = answered().model_copy(update={"settings": {"threshold": 8}})
    assert r.Reading(stricter).threshold == 8
    assert r.Reading(answered().model_copy(update={"settings": {}})).threshold == 6.5


def test_free_values_in_words() -> None:
    assert [r.plain(v) for v in (True, 0, 7.0, [], ["a", None], {"b": 1, "a": False})] == [
        "yes", "0", "7", "none", "a, unknown", "a: no; b: 1",
    ]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), [(0.0, "$0.00"), (0.0123, "$0.0123"), (1.5, "$1.50"), (100.0, "$100.00")])
def test_money(value: float, text: str) -> None:
    assert r.money(value) == text
