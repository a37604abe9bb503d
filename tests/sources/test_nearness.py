"""Nearness of papers to a goal: meaning counts, repetition does not, and the queries speak for a foreign goal."""

from pathlib import Path

import pytest

from sovereign_kernel.records import Paper
from sovereign_kernel.sources.echo import beyond
from sovereign_kernel.sources.nearness import Nearness, Placed
from sovereign_kernel.sources.paper_vectors import PaperVectors
from sovereign_kernel.sources.papers import make_paper
from sovereign_kernel.text.abbreviations import Lexicon
from sovereign_kernel.text.terms import stems

GOAL = "Does expert pruning reduce the inference cost of sparse mixture-of-experts models?"
PAYLOAD = "In our tests pruned models need more memory and answer more slowly than before."


def paper(number: int, title: str, abstract: str) -> Paper:
    return make_paper(f"2601.{number:05d}", title, abstract, source="corpus")


ON_TOPIC = paper(
    1,
    "Cluster-Driven Expert Pruning",
    "Expert pruning is hard because experts share knowledge. We cluster experts before pruning them. Our method "
    "reduces the inference cost of mixture-of-experts models by 24% and keeps their accuracy.",
)
SERVING = paper(
    2, "Serving Sparse Experts", "Serving sparse experts is bound by memory. Batching by expert lowers the cost by 18%."
)
BREAD = paper(3, "Baking sourdough", "We knead dough with wild yeast. Longer fermentation improves the taste of bread.")
HONEST = [ON_TOPIC, SERVING, BREAD]
PLAIN = paper(9, "A note on pruned models", PAYLOAD)
SAID = "Expert pruning and the inference cost of sparse mixture-of-experts models are studied here."
STUFFED = {
    "literal": paper(9, "A note on pruned models", f"{GOAL} " * 12 + PAYLOAD),
    "fluent": paper(
        9,
        "A note on pruned models",
        "We ask whether expert pruning reduces the inference cost of sparse mixture-of-experts models. Expert pruning "
        "is said to reduce inference cost in sparse mixture-of-experts models. For sparse mixture-of-experts models, "
        "expert pruning changes the cost of inference. How far expert pruning of sparse mixture-of-experts models "
        f"reduces inference cost is our question. {PAYLOAD}",
    ),
    "title": paper(9, GOAL, PAYLOAD),
    "keywords": paper(9, "A note on pruned models", "expert pruning inference cost sparse experts. " * 9 + PAYLOAD),
}


@pytest.fixture
def nearness(tmp_path: Path) -> Nearness:
    return Nearness(GOAL, ("expert pruning", "inference cost of sparse experts"), Lexicon(), PaperVectors(tmp_path))


def place(placed: tuple[Placed, ...], id: str) -> int:
    return [one.paper.id for one in placed].index(id)


def test_what_is_about_the_goal_comes_first_and_what_is_not_is_objected_to(nearness: Nearness) -> None:
    placed = nearness.placed([BREAD, SERVING, ON_TOPIC])
    assert [one.paper for one in placed] == [ON_TOPIC, SERVING, BREAD]
    assert [one.objection is None for one in placed] == [True, True, False]


@pytest.mark.parametrize("style", STUFFED)
def test_stuffing_buys_no_better_place(nearness: Nearness, style: str) -> None:
    plain, stuffed = nearness.placed([*HONEST, PLAIN]), nearness.placed([*HONEST, STUFFED[style]])
    assert place(stuffed, PLAIN.id) >= place(plain, PLAIN.id)
    assert place(stuffed, ON_TOPIC.id) < place(stuffed, PLAIN.id)


@pytest.mark.parametrize("style", ["literal", "fluent", "keywords"])
def test_stuffing_is_seen(nearness: Nearness, style: str) -> None:
    assert [one.paper.id for one in nearness.placed([*HONEST, STUFFED[style]]) if one.stuffed] == [PLAIN.id]


def test_honest_papers_count_whole() -> None:
    assert [beyond(stems(GOAL), one) for one in HONEST] == [None, None, None]
    assert beyond(stems(GOAL), paper(4, "Pruning", f"{SAID} We prune.")) is None


def test_a_paper_whose_title_is_the_goal_is_still_found_by_its_abstract(nearness: Nearness) -> None:
    titled = paper(5, GOAL, ON_TOPIC.text[len(ON_TOPIC.title) :])
    first = nearness.placed([SERVING, BREAD, titled])[0]
    assert first.paper is titled and not first.stuffed and first.objection is None


def test_english_queries_keep_papers_for_a_goal_in_another_language(tmp_path: Path) -> None:
    asked = Nearness(None, ("expert pruning", "inference cost of experts"), Lexicon(), PaperVectors(tmp_path))
    assert [one.paper for one in asked.placed(HONEST) if one.objection is None] == [ON_TOPIC, SERVING]


def test_without_questions_or_papers_nothing_is_placed(tmp_path: Path) -> None:
    assert Nearness(GOAL, (), Lexicon(), PaperVectors(tmp_path)).placed([]) == ()
    assert len(Nearness(None, (), Lexicon(), PaperVectors(tmp_path)).placed(HONEST)) == 3


def test_the_same_papers_are_placed_alike_again(tmp_path: Path) -> None:
    def scores() -> list[float]:
        asked = Nearness(GOAL, ("expert pruning",), Lexicon(), PaperVectors(tmp_path))
        return [one.score for one in asked.placed(HONEST)]

    assert scores() == scores()
