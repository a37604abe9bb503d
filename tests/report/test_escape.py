"""Nothing that a text holds comes alive, and nothing of it is lost but what cannot be seen."""

# ruff: noqa: E501

from __future__ import annotations

import json
import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sovereign_kernel.report import escape
from tests.report.samples import EVIL

FRAGMENTS = (
    "<script>", "</script>", "<!--", "](javascript:x)", "![", "[x](y)", "**", "__", "`", "```", "~~", "|", "\n", "\n\n", "    ", "# ", "1. ", "1) ",
    "- ", "+ ", "---", "===", "> ", "&amp;", "&#60;", "<https://e.example>", "https://e.example", "www.e.example", "a@e.example", "@o", "\\", "$", "^",
    "[^1]: ", "[a]: /b", ":::", "{{", "{%", "\x1b[2J", "\x9b", "\u202e", "\u200b", "\ufeff", "\x00", "\r", "\u2028", "%", "{", "}", "\\input{x}", '"', "'", "=",
)  # fmt: skip
hostile_texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=12).map("".join)

PLAIN = {"paragraph_open", "paragraph_close", "inline"}


@given(hostile_texts)
@example(EVIL)
@example("1. x")
@example("+")
@example("a\n===")
def test_markdown_is_one_plain_paragraph_of_the_visible_text(text: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(escape.markdown(text))
    assert {token.type for token in tokens} <= PLAIN
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "code_inline"}
    assert all(child.content == "@" for child in inline if child.type == "code_inline")
    assert "".join(child.content for child in inline) == escape.line(text)


@given(hostile_texts, hostile_texts)
@example(EVIL, EVIL)
def test_a_table_of_escaped_cells_keeps_its_shape(left: str, right: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(f"| a | b |\n| --- | --- |\n| {escape.markdown(left)} | {escape.markdown(right)} |")
    assert [token.type for token in tokens].count("td_open") == 2
    assert [t.content for t in tokens if t.type == "inline"][:2] == ["a", "b"]
    cells = [token for token in tokens if token.type == "inline"][2:]
    assert all(child.type in ("text", "code_inline") for cell in cells for child in cell.children or ())


def test_ordinary_prose_stays_readable_in_markdown() -> None:
    prose = "MoE (top-2) cuts 56.1% of the cost, e. g. on A100; see Table 3: it holds."
    assert escape.markdown(prose) == prose


def test_addresses_and_mentions_do_not_become_links() -> None:
    assert escape.markdown("ann@example.org @ann Recall@10") == "ann`@`example\\.org `@`ann Recall@10"
    assert escape.markdown("https://e.example www.e.example") == "https\\://e\\.example www\\.e\\.example"


@given(st.text())
@example(EVIL)
def test_what_a_terminal_gets_moves_no_cursor(text: str) -> None:
    shown = escape.line(text)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", shown)
    assert shown.isprintable() or escape.visible(shown) == shown


@given(st.text())
def test_visible_is_idempotent_and_keeps_what_can_be_seen(text: str) -> None:
    assert escape.visible(escape.visible(text)) == escape.visible(text)
    if text.isascii() and text.isprintable():
        assert escape.visible(text) == text


@given(st.text(st.characters(codec=None)))
def test_lone_surrogates_can_be_written(text: str) -> None:
    escape.visible(text).encode()


@given(hostile_texts)
@example(EVIL)
def test_latex_leaves_no_active_character(text: str) -> None:
    left = escape.latex(text)
    for command in (r"\textbackslash{}", r"\textbraceleft{}", r"\textbraceright{}", r"\textasciitilde{}", r"\textless{}",
                    r"\textasciicircum{}", r"\textgreater{}", r"\textbar{}", r"\textquotedbl{}"):  # fmt: skip
        left = left.replace(command, "")
    left = re.sub(r"\\[$&#%_]", "", left)
    assert not set(left) & set("\\{}~^$&#%_")


@given(st.text())
@example(EVIL)
def test_json_escapes_mean_the_same(text: str) -> None:
    written = escape.json_unseen(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(written)["text"] == text
    assert escape.visible(written) == written
