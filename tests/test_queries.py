"""Further queries from what the first papers call things."""

from hypothesis import given
from hypothesis import strategies as st
from sovereign_kernel.queries import expand_queries

from sovereign_kernel.goal import analyse
from sovereign_kernel.records import Paper
from sovereign_kernel.sources.papers import make_paper
from sovereign_kernel.text.abbreviations import Lexicon

GOAL = "Do sparse models lower the cost of inference?"


def paper(number: int, abstract: str) -> Paper:
    return make_paper(f"2601.{number:05d}", f"Paper {number}", abstract, source="corpus")


PAPERS = [
    paper(1, "We study Mixture of Experts (MoE) layers, and MoE routing in DeepSeekMoE."),
    paper(2, "A mixture of experts (MoE) computes less. We compare with DeepSeekMoE."),
    paper(3, "QuickGELU is used once here. Sparse models lower cost."),
]


def test_names_that_two_papers_have_are_asked_with_the_subject() -> None:
    queries = expand_queries(analyse(GOAL), PAPERS, Lexicon(), 3)
    said = " | ".join(queries).lower()
    assert "mixture of experts" in said and "deepseekmoe" in said
    assert "quickgelu" not in said
    assert all("sparse models" in query for query in queries)


def test_without_papers_or_names_there_is_no_second_look() -> None:
    assert expand_queries(analyse(GOAL), [], Lexicon()) == ()
    assert expand_queries(analyse(GOAL), [PAPERS[2]], Lexicon()) == ()


@given(st.text(max_size=80), st.lists(st.text(max_size=200), max_size=4), st.integers(0, 4))
def test_any_text_gives_at_most_so_many_distinct_queries(goal: str, texts: list[str], count: int) -> None:
    papers = [paper(number, text) for number, text in enumerate(texts)]
    queries = expand_queries(analyse(goal), papers, Lexicon(), count)
    assert len(queries) <= count and len(set(queries)) == len(queries)
