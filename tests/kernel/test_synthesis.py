"""How claims relate to the goal and to each other."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.goal.coverage import covered, merge_repeated, redundant, says_the_same, status, with_sources
from sovereign_kernel.records import Claim, Facet, Quote, SourcedQuote, Status, Verification
from tests.kernel.real_dossier import sound

WEAK_FIRST: tuple[Status, ...] = ("INSUFFICIENT_EVIDENCE", "PARTIAL", "ANSWERED")
TEXTS = (
    "Sparse experts cut the latency by 38% at equal accuracy.",
    "Sparse experts cut the latency by 38% at an equal accuracy.",
    "Sparse experts cut the latency by 83% at equal accuracy.",
    "Dense models are slow on long contexts.",
)
papers = st.sampled_from(["p1", "p2", "p3"])
claim_ids = st.sampled_from(["C1", "C2", "C3", "C4"])
facets = st.lists(
    st.builds(
        Facet,
        name=st.text("abc", min_size=1, max_size=3),
        terms=st.just(()),
        claims=st.lists(claim_ids, unique=True).map(tuple),
    ),
    max_size=5,
).map(tuple)


def made(number: int, text: str, paper_id: str, start: int) -> Claim:
    quote = Quote(text=text, start=start, end=start + len(text))
    return Claim(id=f"C{number}", text=text, paper_id=paper_id, quote=quote)


claims = st.lists(st.tuples(st.sampled_from(TEXTS), papers, st.integers(0, 9)), max_size=6).map(
    lambda rows: tuple(made(number, *row) for number, row in enumerate(rows, 1))
)


def test_statuses_are_ordered_from_weak_to_strong() -> None:
    assert set(WEAK_FIRST) == set(get_args(Status))


@given(facets, st.integers(0, 4), claim_ids)
def test_more_coverage_never_weakens_the_status(before: tuple[Facet, ...], place: int, claim_id: str) -> None:
    if not before:
        assert status(before) == "INSUFFICIENT_EVIDENCE"
        return
    place %= len(before)
    more = before[place].model_copy(update={"claims": tuple(dict.fromkeys((*before[place].claims, claim_id)))})
    after = (*before[:place], more, *before[place + 1 :])
    assert WEAK_FIRST.index(status(after)) >= WEAK_FIRST.index(status(before))


@given(facets)
def test_an_answer_covers_every_facet(found: tuple[Facet, ...]) -> None:
    if status(found) == "ANSWERED":
        assert found and all(facet.claims for facet in found)
    if not any(facet.claims for facet in found):
        assert status(found) == "INSUFFICIENT_EVIDENCE"


def test_one_facet_of_several_is_no_part_of_an_answer() -> None:
    one, other = Facet(name="cook risotto", terms=()), Facet(name="mushrooms", terms=(), claims=("C1",))
    assert status((one, other)) == "INSUFFICIENT_EVIDENCE"
    assert status((other,)) == "ANSWERED"


def test_only_supported_claims_cover() -> None:
    dossier = sound()
    refuted = [
        claim.model_copy(update={"verification": Verification(verdict=verdict)})
        for claim, verdict in zip(dossier.claims, ("REFUTED", "NOT_ENOUGH_INFO") * 99, strict=False)
    ]
    assert any(facet.claims for facet in covered(dossier.goal.facets, dossier.claims, dossier.papers))
    assert not any(facet.claims for facet in covered(dossier.goal.facets, refuted, dossier.papers))


@given(claims)
def test_repeats_point_at_standing_claims_only(found: tuple[Claim, ...]) -> None:
    repeats = redundant(found)
    assert not repeats.keys() & set(repeats.values())
    place = {claim.id: number for number, claim in enumerate(found)}
    assert all(place[kept] < place[repeat] for repeat, kept in repeats.items())


@given(claims)
def test_merging_loses_no_claim_and_no_source(found: tuple[Claim, ...]) -> None:
    merged = merge_repeated(found)
    assert [claim.id for claim in merged] == [claim.id for claim in found]
    standing = {claim.id: claim for claim in merged if claim.dropped is None}
    repeats = redundant(found)
    assert standing.keys() == {claim.id for claim in found} - repeats.keys()
    for repeat, kept in repeats.items():
        of = standing[kept]
        told = {of.paper_id, *(entry.paper_id for entry in of.also)}
        assert next(claim.paper_id for claim in found if claim.id == repeat) in told
    assert merge_repeated(merged) == merged
    for claim in standing.values():
        assert claim.paper_id not in {entry.paper_id for entry in claim.also}


@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS))
def test_saying_the_same_is_mutual_and_never_over_a_number(one: str, other: str) -> None:
    assert says_the_same(one, other) == says_the_same(other, one)
    assert says_the_same(one, one)
    assert not says_the_same(TEXTS[0], TEXTS[2]) and says_the_same(TEXTS[0], TEXTS[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Quantization reduces the memory of small models by 70%.",
            "Quantization increases the memory of small models by 70%.",
        ),
        ("Sparse routing outperforms dense routing on MMMU.", "Dense routing outperforms sparse routing on MMMU."),
        (
            "Routing changes the accuracy of large models on MMMU.",
            "Routing does not change the accuracy of large models on MMMU.",
        ),
        (
            "Pruned experts reach equal accuracy on the test set of MMLU.",
            "Pruned experts reach equal accuracy on the test set of MMMU.",
        ),
        (
            "Distilled models reach the accuracy of their teachers.",
            "Distilled models may reach the accuracy of their teachers.",
        ),
    ],
)
def test_nearly_the_same_words_may_say_something_else(one: str, other: str) -> None:
    assert not says_the_same(one, other) and not says_the_same(other, one)
    both = merge_repeated((made(1, one, "p1", 0), made(2, other, "p2", 0)))
    assert [(claim.dropped, claim.also) for claim in both] == [(None, ()), (None, ())]


@given(st.lists(papers, max_size=6), st.lists(papers, max_size=6))
def test_further_sources_are_one_a_paper(first: list[str], second: list[str]) -> None:
    claim = made(1, TEXTS[0], "p1", 0)

    def quotes(of: list[str]) -> list[SourcedQuote]:
        return [SourcedQuote(paper_id=name, quote=Quote(text="x", start=at, end=at + 1)) for at, name in enumerate(of)]

    told = with_sources(with_sources(claim, quotes(first)), quotes(second))
    assert [entry.paper_id for entry in told.also] == sorted({*first, *second} - {"p1"})
    assert with_sources(told, quotes(second)) == told
