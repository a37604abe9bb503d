"""The reducers of the graph's state, and that its types are known to the checkpoint serialiser by name."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from sovereign_kernel import records
from sovereign_kernel.pipeline.state import (
    ResearchState,
    allowed_types,
    by_role,
    merge_extractions,
    merge_searches,
    union,
)
from sovereign_kernel.records import Claim, DroppedPaper, Paper, Query, Quote, Record
from sovereign_kernel.records.dossier import Extraction, SearchReport
from tests.kernel.real_dossier import state

names = st.sampled_from(["a", "b", "c"])
notices = st.lists(names, unique=True, max_size=3).map(tuple)


def paper(key: str) -> Paper:
    return Paper(id=key, title=key, text=key, sha256=key)


def claim(key: str) -> Claim:
    return Claim(id="", text=key, paper_id=key, quote=Quote(text=key, start=0, end=1))


reports = st.builds(
    SearchReport,
    papers=st.lists(names.map(paper), unique=True, max_size=3).map(tuple),
    queries=st.lists(names.map(lambda key: Query(text=key, source="corpus")), unique=True, max_size=3).map(tuple),
    dropped=st.lists(
        names.map(lambda key: DroppedPaper(paper_id=key, title=key, reason="late")), unique=True, max_size=3
    ).map(tuple),
    notices=notices,
)
extractions = st.builds(
    Extraction, read=notices, claims=st.lists(names.map(claim), unique=True, max_size=3).map(tuple), notices=notices
)
searches = st.dictionaries(names, reports, max_size=3)
taken = st.dictionaries(names, extractions, max_size=3)


@given(searches, searches, searches)
def test_searches_add_up_in_any_grouping(one: Any, two: Any, three: Any) -> None:
    assert merge_searches(merge_searches(one, two), three) == merge_searches(one, merge_searches(two, three))
    assert merge_searches(one, one) == merge_searches(None, one) == merge_searches(one, None) == one


@given(taken, taken, taken)
def test_extractions_add_up_in_any_grouping(one: Any, two: Any, three: Any) -> None:
    assert merge_extractions(merge_extractions(one, two), three) == merge_extractions(
        one, merge_extractions(two, three)
    )
    assert merge_extractions(one, one) == merge_extractions(None, one) == merge_extractions(one, None) == one


@given(
    st.dictionaries(names, st.integers()), st.dictionaries(names, st.integers()), st.dictionaries(names, st.integers())
)
def test_each_role_has_its_own_entry(one: Any, two: Any, three: Any) -> None:
    assert by_role(by_role(one, two), three) == by_role(one, by_role(two, three))
    assert by_role(one, one) == by_role(None, one) == by_role(one, None) == one
    if not one.keys() & two.keys():  # roles write their own: side by side, in any order
        assert by_role(one, two) == by_role(two, one)


@given(notices, notices, notices)
def test_union_is_associative_and_repeats_nothing(one: Any, two: Any, three: Any) -> None:
    assert union(union(one, two), three) == union(one, union(two, three))
    assert union(one, one) == union(one, None) == union(None, one) == one


@given(searches, searches)
def test_nothing_found_is_lost_and_the_newest_record_of_a_paper_is_kept(one: Any, two: Any) -> None:
    merged = merge_searches(one, two)
    for role, report in merged.items():
        parts = [part[role] for part in (one, two) if role in part]
        assert {entry.id for entry in report.papers} == {entry.id for part in parts for entry in part.papers}
        assert {entry.text for entry in report.queries} == {entry.text for part in parts for entry in part.queries}
        assert len({entry.id for entry in report.papers}) == len(report.papers)


def test_a_checkpoint_of_a_whole_run_comes_back_the_same_by_the_allowed_types_alone() -> None:
    serde = JsonPlusSerializer(allowed_msgpack_modules=allowed_types())
    kept = {name: value for name, value in state().items() if name in ResearchState.__annotations__}
    assert {"claims", "draft", "rounds", "searches"} <= kept.keys()
    assert tuples(serde.loads_typed(serde.dumps_typed(kept))) == kept


def tuples(value: Any) -> Any:
    """Lists as tuples: the serialiser keeps tuples apart from lists in records only."""
    if isinstance(value, list):
        return tuple(map(tuples, value))
    return {key: tuples(entry) for key, entry in value.items()} if isinstance(value, dict) else value


def test_every_record_is_allowed() -> None:
    kinds = {name for name, kind in vars(records).items() if isinstance(kind, type) and issubclass(kind, Record)}
    assert {name for module, name in allowed_types() if module == records.__name__} == kinds
    assert {name for module, name in allowed_types() if module != records.__name__} == {
        "SearchReport",
        "Extraction",
        "Manuscript",
    }
