from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from pybtex.database import BibliographyData, parse_string

from sovereign_kernel.report.bibtex import key, to_bibtex
from tests.report.parts import paper
from tests.report.samples import SAMPLES, answered, hostile
from tests.report.test_escape import hostile_texts


def parsed(text: str) -> BibliographyData:
    return parse_string(text, "bibtex")


@pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES)
def test_one_entry_for_each_paper(make: object) -> None:
    draft = make()  # type: ignore[operator]
    assert list(parsed(to_bibtex(draft)).entries) == [key(p) for p in draft.papers]


def test_fields_of_an_arxiv_paper() -> None:
    entry = parsed(to_bibtex(answered())).entries["shen2023_2303.07226"]
    assert entry.fields["eprint"] == "2303.07226v1"
    assert entry.fields["archivePrefix"] == "arXiv"
    assert entry.fields["url"] == "https://arxiv.org/abs/2303.07226v1"
    assert entry.fields["year"] == "2023"
    assert entry.fields["month"] == "March"
    assert len(entry.persons["author"]) == 6


def test_a_name_with_and_or_comma_stays_one_name() -> None:
    odd = paper("2601.00002", "T", "A", authors=("Smith and Wesson, Inc.", "Zoë Müller"), published="2026-01")
    draft = answered().model_copy(update={"papers": (odd,)})
    persons = next(iter(parsed(to_bibtex(draft)).entries.values())).persons["author"]
    assert [str(person) for person in persons] == ["{Smith and Wesson, Inc.}", "Müller, Zoë"]


def test_keys_depend_on_the_paper_alone_and_differ() -> None:
    keys = [key(paper(id, "t", "a", authors=(name,))) for id in ("a/b", "a b", "a-b") for name in ("X", "Żyła")]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", k) for k in keys)


@settings(max_examples=50, deadline=None)
@given(hostile_texts)
def test_no_text_makes_an_entry_or_a_field(text: str) -> None:
    entries = parsed(to_bibtex(hostile(text))).entries
    assert len(entries) == 2
    for entry in entries.values():
        assert set(entry.fields) <= {"title", "year", "month", "eprint", "archivePrefix", "primaryClass", "url", "note"}
