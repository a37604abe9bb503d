"""What an owner's note asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.goal.notes import Note, names_paper, read_note
from sovereign_kernel.sources.papers import make_paper


@pytest.mark.parametrize(
    ("note", "read"),
    [
        ("Drop SAR", Note(drops=("SAR",))),
        ("Please remove C3 and C4.", Note(drops=("C3", "C4"))),
        ("Leave out the paper on SAR images, and put C1 first", Note(drops=("SAR images",), first=("C1",))),
        ("drop 2401.15947", Note(drops=("2401.15947",))),
        ("C2 first", Note(first=("C2",))),
        ("Start with c5", Note(first=("C5",))),
        ("search for KV cache eviction", Note(searches=("KV cache eviction",))),
        ("Look for papers on routing; drop C1", Note(drops=("C1",), searches=("routing",))),
        ("KV cache compression", Note(searches=("KV cache compression",))),
        ("The second claim is about another model.", Note(rest="The second claim is about another model")),
        ("Make it shorter. Search for dropout.", Note(searches=("dropout",), rest="Make it shorter")),
        ("", Note()),
    ],
)
def test_notes(note: str, read: Note) -> None:
    assert read_note(note) == read


@given(st.text(max_size=300))
def test_any_note_is_read(note: str) -> None:
    assert isinstance(read_note(note), Note)


@given(st.sampled_from(["SAR", "C7", "the paper on bees", "dropout"]))
def test_what_is_dropped_is_never_searched_for(what: str) -> None:
    for verb in ("drop", "Remove", "exclude", "please leave out", "get rid of"):
        assert read_note(f"{verb} {what}").searches == ()


def test_a_paper_is_named_by_id_title_words_or_author_and_year() -> None:
    paper = make_paper("2401.15947v2", "MoE-LLaVA: experts for SAR images", "…", source="corpus", authors=["Bin Lin"])
    assert all(
        names_paper(name, paper) for name in ("2401.15947", "arXiv:2401.15947v2", "SAR", "SAR images", "Lin 2024")
    )
    assert not any(names_paper(name, paper) for name in ("images SAR", "Lin", "2401.15948", "experts of LLaVA", ""))
