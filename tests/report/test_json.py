from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from sovereign_kernel.errors import BadRun
from sovereign_kernel.records import Draft
from sovereign_kernel.report import FILES, render_all
from sovereign_kernel.report.json import from_json, json_schema, schema_text, to_json
from tests.report.parts import DATA
from tests.report.samples import SAMPLES, answered

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("name", "make"), SAMPLES.items(), ids=SAMPLES)
def test_json_returns_the_same_draft_and_keeps_the_schema(name: str, make: object) -> None:
    draft: Draft = make()  # type: ignore[operator]
    text = to_json(draft)
    assert from_json(text) == draft
    assert to_json(from_json(text)) == text
    assert text.endswith("}\n")
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(text))
    assert (DATA / f"draft_{name}.json").read_text() == text, "run python -m tests.report.samples"


def test_the_published_schema_is_the_codes() -> None:
    kept = (DOCS / "draft.schema.json").read_text()
    assert kept == schema_text(), "run python -m sovereign_kernel.report.json > docs/draft.schema.json"
    jsonschema.Draft202012Validator.check_schema(json.loads(kept))


def test_every_top_level_field_is_described_for_readers() -> None:
    told = (DOCS / "draft-schema.md").read_text()
    assert [name for name in Draft.model_fields if f"`{name}`" not in told] == []


@pytest.mark.parametrize("name", ["answered", "measured", "unknown"])
def test_every_quote_stands_at_its_offsets(name: str) -> None:
    draft = json.loads((DATA / f"draft_{name}.json").read_text())
    texts = {paper["id"]: paper["text"] for paper in draft["papers"]}
    quotes = [(c["paper_id"], c["quote"]) for c in draft["claims"]]
    quotes += [(also["paper_id"], also["quote"]) for c in draft["claims"] for also in c["also"]]
    quotes += [(k["paper_id"], k["quote"]) for k in draft["contradictions"]]
    quotes += [(k["other_paper_id"], k["other_quote"]) for k in draft["contradictions"]]
    assert quotes
    assert all(texts[paper][quote["start"] : quote["end"]] == quote["text"] for paper, quote in quotes)


def test_free_mappings_are_sorted_and_numbers_that_json_lacks_are_null() -> None:
    draft = answered().model_copy(update={"settings": {"b": float("nan"), "a": {"d": 1, "c": 2}}})
    fields = json.loads(to_json(draft))
    assert list(fields["settings"]) == ["a", "b"]
    assert list(fields["settings"]["a"]) == ["c", "d"]
    assert fields["settings"]["b"] is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": "2"}', "null", '{"a": "\\ud800"}'])
def test_what_is_no_draft_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(BadRun) as refusal:
        from_json(text)
    assert refusal.value.help


def test_render_all_gives_every_file_the_same_each_time() -> None:
    first, second = render_all(answered()), render_all(from_json(to_json(answered())))
    assert tuple(first) == FILES
    assert first == second
