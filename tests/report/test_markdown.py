# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sovereign_kernel.records import Draft
from sovereign_kernel.report.markdown import to_markdown
from tests.report.samples import SAMPLES, answered, hostile, insufficient, measured, unknown
from tests.report.test_escape import hostile_texts

OUR_HTML = re.compile(r'<a id="(?:claim|paper)-\d+">|</a>')
OUR_LINK = re.compile(r"#(?:claim|paper)-\d+|https://arxiv\.org/abs/\d{4}\.\d{4,5}(?:v\d+)?")


def tokens(text: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        yield token
        yield from token.children or ()


def headings(draft: Draft) -> list[str]:
    return re.findall(r"^#{1,3} .+$", to_markdown(draft), re.MULTILINE)


def test_sections_stand_in_their_order_below_banner_and_answer() -> None:
    text = to_markdown(answered())
    assert text.startswith("> **Autonomous draft — Owner review required before publication**\n")
    order = ["## Answer", "## Abstract", "## Introduction", "## Methodology", "## Results", "## Uncertainties", "## Contradictions",
             "## Extracted Claims", "## References", "## Tribunal", "## Decision", "## Coverage", "## Provenance"]  # fmt: skip
    assert [h for h in headings(answered()) if h.startswith("## ")] == order


def test_every_sentence_is_followed_by_marks_that_lead_to_its_claims() -> None:
    draft = answered()
    text = to_markdown(draft)
    for sentence in draft.sentences:
        after = text.split(sentence.text, 1)[1]
        for claim in sentence.claims:
            assert f"[\\[{claim}\\]](#claim-" in after.split("\n")[0]


@pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES)
def test_every_link_leads_somewhere(make: object) -> None:
    text = to_markdown(make())  # type: ignore[operator]
    anchors = set(re.findall(r'<a id="([^"]+)"></a>', text))
    inner = {str(t.attrs["href"])[1:] for t in tokens(text) if t.type == "link_open" and str(t.attrs["href"])[0] == "#"}
    assert inner <= anchors


def test_notices_stand_before_the_answer() -> None:
    text = to_markdown(measured())
    assert text.index("No language model was used") < text.index("## Answer")


def test_unknown_is_shown_as_unknown() -> None:
    text = to_markdown(unknown())
    assert "**skeptic** was absent: the model server did not answer within 120 s" in text
    assert "| 1 | absent | unknown | unknown | sent back for revision |" in text
    assert "| skeptic | openai | local | 5 | unknown | unknown | unknown | unknown |" in text
    assert "Not verified |" in text
    assert "None" not in text


def test_a_draft_without_papers_says_so() -> None:
    text = to_markdown(insufficient())
    assert "Not enough evidence" in text
    assert "No claim stands." in text
    assert "No supported claim was found on: " in text


def check_that_only_ours_lives(draft: Draft) -> None:
    for token in tokens(to_markdown(draft)):
        assert token.type not in ("image", "html_block", "fence", "code_block", "s_open")
        if token.type == "html_inline":
            assert OUR_HTML.fullmatch(token.content)
        if token.type == "link_open":
            assert OUR_LINK.fullmatch(str(token.attrs["href"]))


def test_hostile_text_stays_text() -> None:
    check_that_only_ours_lives(hostile())


@settings(max_examples=25, deadline=None)
@given(hostile_texts)
def test_any_text_in_any_field_stays_text(text: str) -> None:
    check_that_only_ours_lives(hostile(text))
    shape = [t.type for t in tokens(to_markdown(hostile("x" + text))) if t.type.endswith("_open")]
    plain = [t.type for t in tokens(to_markdown(hostile("xy"))) if t.type.endswith("_open")]
    assert shape == plain
