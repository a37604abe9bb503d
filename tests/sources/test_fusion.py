"""Reciprocal rank fusion: its formula, what it merges, what it only tells, and what holds for any rankings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.records import Paper
from sovereign_kernel.sources.fusion import fuse, fuse_and_tell, look_alikes
from sovereign_kernel.sources.papers import make_paper


def paper(id: str, title: str | None = None) -> Paper:
    return make_paper(id, title or f"On the subject of {id.split('v')[0]}", "Text.", source="corpus")


A, B, C = paper("2601.00001v1"), paper("2601.00002"), paper("2601.00003")
NEWER = paper("2601.00001v3")
TWIN = paper("2602.00009", "On the Subject of 2601.00001!")


def test_the_formula() -> None:
    assert fuse([[A, B], [B, C]]) == (
        (B, pytest.approx(1 / 61 + 1 / 62)),
        (A, pytest.approx(1 / 61)),
        (C, pytest.approx(1 / 62)),
    )


def test_versions_merge_into_the_newest_and_add_up() -> None:
    fusion = fuse_and_tell([[A, B], [NEWER]])
    assert fusion.ranked[0] == (NEWER, pytest.approx(2 / 61))
    assert [(merged.paper, merged.into) for merged in fusion.merged] == [(A, NEWER.id)]
    assert "version" in fusion.merged[0].reason


def test_the_same_title_under_two_ids_stays_two_papers() -> None:
    fusion = fuse_and_tell([[A], [TWIN]])
    assert {paper.id for paper, _ in fusion.ranked} == {A.id, TWIN.id} and not fusion.merged


ABSTRACT = (
    "We prune experts by the weights of the router and measure what it costs. Pruning half of the experts lowers the "
    "memory of a mixture-of-experts model by 41% and its accuracy by 0.4 points on nine held-out tasks."
)
HONEST = make_paper("2603.00001", "Router-guided pruning", ABSTRACT, source="corpus", published="2026-03-01")
COPY = make_paper("2512.00009", "Pruning by routers", ABSTRACT.replace("0.4", "31"), source="corpus")
OTHER = make_paper(
    "2603.00002", "Router-guided pruning", "Experts can be left out by what routers say. " * 3, source="corpus"
)


def test_a_backdated_near_copy_takes_nobodys_place_and_is_told() -> None:
    fusion = fuse_and_tell([[COPY, HONEST, OTHER]])
    assert {paper.id for paper, _ in fusion.ranked} == {HONEST.id, COPY.id, OTHER.id} and not fusion.merged
    assert list(look_alikes([COPY, HONEST, OTHER])) == [(COPY, HONEST)]


def test_short_abstracts_are_not_enough_to_look_alike() -> None:
    assert not list(look_alikes([A, TWIN]))


def test_two_versions_in_one_ranking_count_once() -> None:
    assert fuse([[A, NEWER]]) == ((NEWER, pytest.approx(1 / 61)),)


ids = st.builds(
    lambda number, version: paper(f"2601.{number:05d}{version}"), st.integers(0, 12), st.sampled_from(["", "v1", "v2"])
)
rankings = st.lists(st.lists(ids, max_size=8), max_size=5)


@given(rankings)
def test_nothing_is_lost_and_nothing_comes_twice(rankings: list[list[Paper]]) -> None:
    fusion = fuse_and_tell(rankings)
    out = [paper.id for paper, _ in fusion.ranked]
    assert len(out) == len(set(out))
    assert set(out) == {paper.id for ranking in rankings for paper in ranking}
    scores = [score for _, score in fusion.ranked]
    assert scores == sorted(scores, reverse=True)
    kept = {(paper.id, paper.version) for paper, _ in fusion.ranked}
    told = {(merged.paper.id, merged.paper.version) for merged in fusion.merged}
    assert kept | told == {(paper.id, paper.version) for ranking in rankings for paper in ranking}


@given(rankings, st.randoms(use_true_random=False))
def test_the_order_of_the_rankings_does_not_matter(rankings: list[list[Paper]], random) -> None:
    shuffled = random.sample(rankings, len(rankings))
    assert [p.id for p, _ in fuse(shuffled)] == [p.id for p, _ in fuse(rankings)]


@given(rankings, ids)
def test_to_lead_one_more_ranking_never_harms(rankings: list[list[Paper]], leader: Paper) -> None:
    def place(fused: tuple[tuple[Paper, float], ...]) -> int:
        return [paper.id for paper, _ in fused].index(leader.id)

    before = fuse([*rankings, []] if any(leader.id == p.id for r in rankings for p in r) else [*rankings, [leader]])
    assert place(fuse([*rankings, [leader], [leader]])) <= place(before)
