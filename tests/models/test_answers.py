"""Parsing a model's text: whatever is around the answer, it is found; what is not an answer is told."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from sovereign_kernel.models.answers import UnusableError, parse, schema_of, without_thoughts


class Inner(BaseModel):
    name: str = Field("x", min_length=1, max_length=5)


class Thing(BaseModel):
    kind: Literal["a", "b"]
    score: float = Field(ge=0, le=1)
    note: str = ""
    default: int | None = None
    inner: tuple[Inner, ...] = ()


PROSE = st.text(st.characters(exclude_characters="{}<>`", exclude_categories=["Cs"]), max_size=60)
THINGS = st.builds(Thing, kind=st.sampled_from("ab"), score=st.floats(0, 1), note=st.text(max_size=30))


@given(THINGS, PROSE, PROSE, st.booleans(), st.booleans())
def test_an_answer_is_found_in_whatever_surrounds_it(
    thing: Thing, before: str, after: str, fenced: bool, thought: bool
) -> None:
    text = thing.model_dump_json()
    text = f"```json\n{text}\n```" if fenced else text
    text = f'<think>{before} {{"kind": 1}}</think>' * thought + before + text + after
    if any(tag in thing.note for tag in ("<think>", "</think>")):
        return
    assert parse(text, Thing) == thing


@given(st.text(max_size=400))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        parse(text, Thing)
    except UnusableError as error:
        assert str(error)


@given(st.text(alphabet='{}[]":,\\ \n0a<think/>', max_size=300))
def test_no_almost_json_breaks_the_parser(text: str) -> None:
    try:
        parse(text, Thing)
    except UnusableError as error:
        assert str(error)


@pytest.mark.parametrize("text", ['{"a":' * 100_000, "{" * 1_000_000, "[" * 100_000 + "{", "{}" * 100_000])
def test_hostile_nesting_is_bounded(text: str) -> None:
    with pytest.raises(UnusableError):
        parse(text, Thing)


def test_the_last_valid_object_wins() -> None:
    draft, final = '{"kind": "a", "score": 0}', '{"kind": "b", "score": 1}'
    assert parse(f"{draft} on second thought {final} (not {{}})", Thing).kind == "b"


def test_raw_line_breaks_in_strings_are_let_through_and_nan_is_not() -> None:
    assert parse('{"kind": "a", "score": 1, "note": "two\nlines"}', Thing).note == "two\nlines"
    with pytest.raises(UnusableError):
        parse('{"kind": "a", "score": NaN}', Thing)


def test_a_lone_surrogate_is_no_answer() -> None:
    with pytest.raises(UnusableError, match="surrogate"):
        parse('{"kind": "a", "score": 1, "note": "\\ud800"}', Thing)


def test_reasons_name_the_fields() -> None:
    with pytest.raises(UnusableError, match=r"kind: .*score: .*equal to 1"):
        parse('{"kind": "c", "score": 2}', Thing)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("<think>a</think>b", "b"),
        ("a</think>b", "b"),
        ("b<think>a", "b"),
        ("<THINKING>a</THINKING> b", "b"),
        ("<think>a</think>b<think>c</think>", "b"),
        ("plain", "plain"),
    ],
)
def test_thoughts_are_removed(text: str, spoken: str) -> None:
    assert without_thoughts(text) == spoken


def test_the_schema_is_closed_all_the_way_down() -> None:
    schema = schema_of(Thing)
    inner = schema["$defs"]["Inner"]
    assert schema["required"] == ["kind", "score", "note", "default", "inner"]
    assert schema["additionalProperties"] is inner["additionalProperties"] is False
    assert inner["required"] == ["name"]
    assert "maxLength" not in json.dumps(schema) and schema["properties"]["score"]["maximum"] == 1
    assert "default" not in schema["properties"]["note"], "a default would let a model leave it out"
