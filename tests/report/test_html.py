from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from sovereign_kernel.records import Draft
from sovereign_kernel.report.html import TEMPLATES, policy, to_html
from sovereign_kernel.report.reading import Reading
from sovereign_kernel.report.sources import sources
from tests.report.samples import SAMPLES, answered, hostile, insufficient, measured, unknown
from tests.report.test_escape import hostile_texts

ARXIV = re.compile(r"https://arxiv\.org/abs/\d{4}\.\d{4,5}(v\d+)?")
VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """Elements with their attributes in order, the text by element, and whether all tags are closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr]
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def skeleton(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(tag, tuple(attributes)) for tag, attributes in self.elements]

    def text(self, *but: str) -> str:
        return "".join(data for tag, data in self.texts if tag not in ("style", "script", *but))

    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]


def check_safe(page: Page) -> None:
    scripts = [data for tag, data in page.texts if tag == "script"]
    assert "".join(scripts) == (TEMPLATES / "draft.js").read_text()
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert not {tag for tag, _ in page.elements} & {
        "img",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "video",
        "audio",
        "image",
    }
    for tag, attributes in page.elements:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset", "srcdoc")
        ]
        href = attributes.get("href")
        if href is not None:
            assert re.fullmatch(r"#[a-z0-9-]+", href) or ARXIV.fullmatch(href) or (tag == "link" and href == "data:,")
            assert not ARXIV.fullmatch(href) or "noreferrer" in str(attributes["rel"])


@pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES)
def test_the_page_is_whole_safe_and_every_inner_link_leads_somewhere(make: object) -> None:
    page = Page(to_html(make()))  # type: ignore[operator]
    check_safe(page)
    assert page.open == []
    assert len(page.ids()) == len(set(page.ids()))
    inner = {str(a["href"])[1:] for _, a in page.elements if str(a.get("href", "")).startswith("#")}
    assert inner <= set(page.ids())


def test_the_policy_allows_the_pages_own_style_and_script_by_hash_and_nothing_else() -> None:
    page = Page(to_html(answered()))
    given_policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    style = "".join(data for tag, data in page.texts if tag == "style")
    script = "".join(data for tag, data in page.texts if tag == "script")
    assert given_policy == policy(style, script)
    assert str(given_policy).startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in str(given_policy)
    assert "http" not in style + script


def test_the_answer_comes_first_and_each_sentence_leads_to_claim_and_quote() -> None:
    draft = answered()
    text = to_html(draft)
    assert text.index('id="answer"') < text.index('class="glance"') < text.index('id="section-1"')
    for number, claim in enumerate(draft.claims, start=1):
        assert f'href="#claim-{number}">{claim.id}<' in text
        assert f'id="quote-{number}"' in text


@pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES)
def test_the_pieces_of_a_source_are_its_text_and_the_marks_its_quotes(make: object) -> None:
    draft: Draft = make()  # type: ignore[operator]
    found = {source.paper.id: source for source in sources(Reading(draft))}
    for source in found.values():
        assert "".join(piece.text for piece in source.pieces) == source.paper.text
    for number, claim in enumerate(draft.claims, start=1):
        if Reading(draft).intact(claim.paper_id, claim.quote):
            inside = [p.text for p in found[claim.paper_id].pieces if f"quote-{number}" in p.inside]
            assert "".join(inside) == claim.quote.text


def test_a_quote_that_is_not_where_it_says_is_shown_as_such() -> None:
    assert to_html(answered()).count("not found at its offsets") == 0
    assert to_html(hostile()).count("not found at its offsets") == 2


def test_unknown_and_absent_are_shown() -> None:
    text = Page(to_html(unknown())).text()
    assert "no score in round 1" in text
    assert "the model server did not answer within 120 s" in text
    assert "confidence unknown" in text
    assert "Not verified" in text
    assert "None" not in text


def test_a_draft_without_evidence_says_so() -> None:
    text = Page(to_html(insufficient())).text()
    assert "Not enough evidence" in text
    assert "The tribunal did not sit." in text


def test_notices_are_near_the_top() -> None:
    text = to_html(measured())
    assert text.index("No language model was used") < text.index('class="glance"')


def test_hostile_text_is_all_there_and_all_text() -> None:
    page = Page(to_html(hostile()))
    check_safe(page)
    assert "<script>document.title='PWNED'" in page.text()
    assert "⟨U+202E⟩" in page.text()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ufeff]", to_html(hostile()))


@settings(max_examples=25, deadline=None)
@given(hostile_texts)
def test_no_text_in_any_field_makes_an_element_or_an_attribute(text: str) -> None:
    page = Page(to_html(hostile("x" + text)))
    check_safe(page)
    assert page.skeleton() == Page(to_html(hostile("xy"))).skeleton()


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_colour_has_the_contrast_that_wcag_aa_asks_for(scheme: int) -> None:
    css = (TEMPLATES / "draft.css").read_text()
    colours = {
        m[1]: m.groups()[1:][scheme] for m in re.finditer(r"--(\w[\w-]*): light-dark\((#\w{6}), (#\w{6})\)", css)
    }
    for ground in ("paper", "raised"):
        for text in ("ink", "quiet", "accent", "yes", "no", "unsure"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for ground in ("glow", "glow-weak"):
        assert contrast(colours["ink"], colours[ground]) >= 4.5


def test_a_title_that_is_the_goal_is_not_said_twice() -> None:
    assert 'class="goal"' in to_html(answered())
    assert 'class="goal"' not in to_html(insufficient())
