"""Parsing a model's text: whatever is around the answer, it is found; what is not an answer is told."""

from __future__ import annotations

import json
import time
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


MENDED = {
    "wrapped by the schema's name": '{"Thing": {"kind": "b", "score": 1}}',
    "under properties": '{"title": "Thing", "type": "object", "properties": {"kind": "b", "score": 1}}',
    "in a string": '"{\\"kind\\": \\"b\\", \\"score\\": 1}"',
    "in a string within": '{"answer": "{\\"kind\\": \\"b\\", \\"score\\": 1}"}',
    "a comma at the end": '{"kind": "b", "score": 1,}',
    "commas at both ends": '{"kind": "b", "score": 1, "inner": [{"name": "x",},],}',
    "a comment": '```json\n{"kind": "b", // sure\n "score": 1 /* out of 1 */}\n```',
    "as Python prints it": "{'kind': 'b', 'score': 1, 'default': None}",
    "typographic quotes": "{“kind”: “b”, “score”: 1}",
    "null for an empty list": '{"kind": "b", "score": 1, "inner": null}',
    "null for an empty list, wrapped": '{"result": {"kind": "b", "score": 1, "inner": null}}',
    "a schema before it": '{"type": "object", "properties": {}}\nAnswer: {"kind": "b", "score": 1}',
}


@pytest.mark.parametrize("name", MENDED)
def test_what_is_cheap_to_mend_is_mended(name: str) -> None:
    found = parse(MENDED[name], Thing)
    assert (found.kind, found.score) == ("b", 1)


class Queries(BaseModel):
    queries: list[str] = Field(min_length=1)


@pytest.mark.parametrize(
    "text", ['["a", "b"]', '```\n["a", "b",]\n```', "['a', 'b']", '{"Queries": {"queries": ["a", "b"]}}']
)
def test_a_bare_list_is_the_one_list_that_was_asked_for(text: str) -> None:
    assert parse(text, Queries).queries == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "b", "score": null}',
        '{"kind": "b", "score": 1, "note": "//", "inner": "none"}',
        '{"kind": "b"}, {"score": 1}',
        "{'kind': 'b', 'score': __import__('os').getpid()}",
        '{"queries": null}',
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    with pytest.raises(UnusableError):
        parse(text, Thing if "queries" not in text else Queries)


def test_comments_and_commas_inside_strings_stay() -> None:
    text = '{"kind": "b", "score": 1, "note": "see http://x/y, ]", // a comment\n}'
    assert parse(text, Thing).note == "see http://x/y, ]"


def test_a_cut_text_counts_only_when_it_is_whole() -> None:
    full = '{"kind": "b", "score": 1, "note": "", "default": null, "inner": []}'
    assert parse(full + "\n" * 500, Thing, whole=True).kind == "b"
    for cut in ('{"kind": "b", "score": 1}', full + ' {"kind": "a", "sc', full[:-1], ""):
        with pytest.raises(UnusableError):
            parse(cut, Thing, whole=True)


HOSTILE = {
    "opened thoughts": "<think>" * 15_000,
    "closed thoughts": "</think>" * 15_000,
    "thoughts of every name": "<think><reasoning></thinking>" * 4_000,
    "escaped quotes": '"' + '\\"' * 50_000,
    "a backslash at the end": '{"' + '\\"' * 50_000 + "\\",
    "comments": "{" + "/*" * 50_000 + "}",
    "stars": "{/" + "*" * 100_000 + "}",
    "commas": "{" + "," * 100_000 + "}",
    "commas and blanks": "{" + (", " + " " * 190) * 500 + "}",
    "brackets": "{[" * 50_000 + "'" + "]}" * 50_000,
    "single quotes": "{" + "'" * 100_000 + "}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_long(name: str) -> None:
    start = time.process_time()
    with pytest.raises(UnusableError):
        parse(HOSTILE[name], Thing)
    assert time.process_time() - start < 1.0


def test_a_text_without_end_is_not_read() -> None:
    with pytest.raises(UnusableError, match="longer than"):
        parse(" " * 1_000_001 + '{"kind": "b", "score": 1}', Thing)
