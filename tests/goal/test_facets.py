"""What a goal asks: its facets in any field, its queries, and what holds for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.errors import BadInput
from sovereign_kernel.goal import analyse, clean_goal, plan_queries, speaks_to
from sovereign_kernel.records import Facet
from sovereign_kernel.text.abbreviations import Lexicon

LEXICON = Lexicon(
    {"VLM": ("vision-language models",), "MOE": ("mixture-of-experts",), "ICU": ("intensive care unit",)},
    {"latenc": 40, "infer": 300, "model": 800, "red": 30, "wine": 25},
    1_000,
)


@pytest.mark.parametrize(
    ("goal", "facets"),
    [
        (
            "How does sparse mixture-of-experts change the inference cost of vision-language models at equal accuracy?",
            ["sparse mixture-of-experts", "inference cost", "vision-language models", "equal accuracy"],
        ),
        (
            "How does the inference latency and throughput of SMOES-based 7B VLMs compare against dense VLMs and "
            "hard-routing MoE baselines on MMBench and SEED-Bench at varying batch sizes and sequence lengths?",
            [
                "inference latency",
                "throughput",
                "SMOES-based 7B VLMs",
                "dense VLMs",
                "hard-routing MoE",
                "MMBench",
                "SEED-Bench",
                "batch sizes",
                "sequence lengths",
            ],
        ),
        ("How does climate change affect wheat yields?", ["climate change", "wheat yields"]),
        ("Do statins reduce mortality in patients over 75?", ["statins", "mortality", "patients"]),
        ("What is the best way to braise short ribs with red wine?", ["braising", "short ribs", "red wine"]),
        ("KV cache compression for long-context serving", ["KV cache compression", "long-context serving"]),
        ("the of and", []),
        ("", []),
    ],
)
def test_facets(goal: str, facets: list[str]) -> None:
    assert [facet.name for facet in analyse(goal, LEXICON).facets] == facets


def test_a_facet_knows_its_other_forms() -> None:
    goal = analyse("inference latency of dense 7B VLMs or sparse vision-language models", LEXICON)
    facets = {facet.name: facet.terms for facet in goal.facets}
    assert "latency" in facets["inference latency"]
    assert "dense 7B vision-language models" in facets["dense 7B VLMs"]
    assert "dense VLMs" in facets["dense 7B VLMs"]
    assert "sparse VLM" in facets["sparse vision-language models"]


def test_abbreviations_and_language() -> None:
    goal = analyse("Which sedation do patients in the ICU need after VLMs?", LEXICON)
    assert dict(goal.abbreviations) == {"ICU": ("intensive care unit",), "VLMs": ("vision-language models",)}
    assert goal.language_ok
    assert not analyse("Wie beeinflusst die Temperatur das Wachstum von Hefe in der Küche?").language_ok
    assert not analyse("视觉语言模型的推理成本").language_ok


def test_queries_start_with_the_whole_and_turn_on_the_subject() -> None:
    queries = plan_queries(analyse("How do sparse VLMs change latency, memory and accuracy on phones?", LEXICON), 4)
    assert queries[0] == "sparse VLMs latency memory accuracy phones"
    assert all("VLMs" in query or "vision-language" in query for query in queries)
    assert len(set(queries)) == 4


VLM = analyse("dense VLMs", LEXICON).facets[0]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("We compare with a dense VLM.", 1.0),
        ("Dense vision language model baselines.", 1.0),
        ("The VLM is not sparse but dense.", 0.8),
        ("A VLM.", 0.3),
        ("On bread.", 0.0),
        ("", 0.0),
    ],
)
def test_speaking_to_a_facet(text: str, score: float) -> None:
    assert speaks_to(text, VLM) == pytest.approx(score)


@given(st.text(max_size=300))
def test_any_text_is_a_goal(text: str) -> None:
    goal = analyse(text, LEXICON)
    assert len({facet.name for facet in goal.facets}) == len(goal.facets)
    for facet in goal.facets:
        assert facet.name.strip() and facet.terms
        assert 0.0 <= speaks_to(text, facet) <= 1.0


@given(st.text(max_size=300), st.integers(1, 12))
def test_queries_are_distinct_and_plain(text: str, count: int) -> None:
    queries = plan_queries(analyse(text, LEXICON), count)
    assert len(queries) <= count
    assert len({query.lower() for query in queries}) == len(queries)
    assert all(query.strip() for query in queries)


WORDS = st.lists(
    st.sampled_from(["sparse", "MoE", "VLMs", "latency", "of", "the", "and", "on", "dense", "experts", "wine", "7B"]),
    min_size=1,
    max_size=30,
)


@given(WORDS)
def test_a_goal_speaks_to_its_own_facets(words: list[str]) -> None:
    text = " ".join(words)
    assert all(speaks_to(text, facet) >= 0.8 for facet in analyse(text, LEXICON).facets)


def test_long_goals_are_no_trouble() -> None:
    long = analyse("why does " + "sparse routing of experts, " * 150, LEXICON)
    assert [facet.name for facet in long.facets] == ["sparse routing", "experts"]
    wide = analyse(" and ".join(f"subject{n} field{n}" for n in range(200)))
    assert len(plan_queries(wide, 12)) == 12


def test_a_facet_without_words_is_never_spoken_to() -> None:
    assert speaks_to("anything", Facet(name="of", terms=("the",))) == 0.0


@pytest.mark.parametrize("given", [None, 5, ["a goal"], "", " \u200b ", "?!", "x" * 20_000])
def test_what_is_no_goal_is_bad_input(given: object) -> None:
    with pytest.raises(BadInput) as raised:
        clean_goal(given)
    assert raised.value.help
