"""Prompts: exact placeholders, and values that stay data."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.errors import BadRole
from sovereign_kernel.pipeline.project import project_root
from sovereign_kernel.text.prompts import DATA_RULE, HIDDEN, PromptTemplate, as_data, load_prompt

TEMPLATE = PromptTemplate("judge", "You judge {{goal}}.", "Goal: {{goal}}\nPaper: {{ paper }}\nEnd of data")
LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
hostile = st.text(st.sampled_from([*"\"\\{}[]#:`'ab ", *LINE_BREAKS, "\u202e", "\u200b", "\x1b", "\x00", "é", "中"]))
values = st.recursive(hostile | st.none() | st.booleans() | st.integers(), lambda inner: (
    st.lists(inner, max_size=3) | st.dictionaries(hostile, inner, max_size=3)
))  # fmt: skip


@pytest.mark.parametrize(
    ("given_values", "said"),
    [
        ({"goal": "g"}, r"missing values \['paper'\], unused values \[\]"),
        ({"goal": "g", "paper": "p", "more": 1}, r"missing values \[\], unused values \['more'\]"),
        ({"gaol": "g", "paper": "p"}, r"missing values \['goal'\], unused values \['gaol'\]"),
    ],
)
def test_every_placeholder_gets_exactly_one_value(given_values: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRole, match=said) as raised:
        TEMPLATE.fill(**given_values)
    assert "judge" in str(raised.value) and raised.value.help


def test_the_rule_that_data_is_data_stands_in_every_prompt() -> None:
    assert TEMPLATE.fill(goal="g", paper="p").system.endswith(DATA_RULE)


@given(hostile)
def test_no_value_can_end_its_own_string_or_begin_a_line(text: str) -> None:
    filled = TEMPLATE.fill(goal="g", paper=text).user
    lines = filled.splitlines()
    assert len(lines) == 3 and lines[0] == 'Goal: "g"' and lines[2] == "End of data"
    value, end = json.JSONDecoder().raw_decode(lines[1], len("Paper: "))
    assert end == len(lines[1]) and isinstance(value, str)


@given(values)
def test_a_value_is_whole_json_and_nothing_follows_it(value: Any) -> None:
    said = as_data(value)
    assert as_data(json.loads(said)) == said
    filled = TEMPLATE.fill(goal="g", paper=value).user
    _, end = json.JSONDecoder().raw_decode(filled, filled.index("Paper: ") + len("Paper: "))
    assert filled[end:] == "\nEnd of data"


@given(hostile)
def test_what_hides_from_the_reader_is_gone(text: str) -> None:
    told = json.loads(as_data({text: [text]}))
    for said in (*told, *(entry for entries in told.values() for entry in entries)):
        assert all(char in "\n\t" or unicodedata.category(char) not in HIDDEN for char in said)


@given(st.text("{}goalpaper ", max_size=20))
def test_a_placeholder_in_a_value_stays_text(text: str) -> None:
    assert json.dumps(text) in TEMPLATE.fill(goal="SECRET", paper=f"{text}").user
    assert TEMPLATE.fill(goal="SECRET", paper="{{goal}}").user.count("SECRET") == 1


@pytest.mark.parametrize("text", ["", "You judge.", "# System\nYou judge.", "# System\n\n# User\nx", "# User\nx"])
def test_a_prompt_has_both_headings(text: str, tmp_path: Path) -> None:
    (tmp_path / "judge.md").write_text(text, "utf-8")
    with pytest.raises(BadRole, match="lacks '# System' or '# User'"):
        load_prompt(tmp_path / "judge.md")


def test_a_prompt_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "judge.md").write_bytes(b"# System\n\xff\n# User\nx")
    with pytest.raises(BadRole, match="cannot be read"):
        load_prompt(tmp_path / "judge.md")


@pytest.mark.parametrize("path", sorted((project_root() / "prompts").glob("*.md")), ids=lambda path: path.stem)
def test_the_kernels_prompts_load_and_keep_data_out_of_the_instructions(path: Path) -> None:
    template = load_prompt(path)
    assert "{{" not in template.system and "{{" in template.user
