"""Dates and named papers: read from a goal, and whether a run kept to them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.goal import analyse
from sovereign_kernel.goal.dates import is_iso, read_dates, within
from sovereign_kernel.goal.limits import unkept_limits
from sovereign_kernel.goal.named_papers import is_named, read_named_papers
from sovereign_kernel.records import NamedPaper
from sovereign_kernel.sources.arxiv_ids import arxiv_id
from sovereign_kernel.sources.papers import make_paper

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("goal", "since", "until"),
    [
        ("Which vision transformer pruning methods were proposed between 2019 and 2021?", "2019", "2021"),
        ("Which KV cache quantization methods have been published since January 2026?", "2026-01", None),
        ("What papers before 2026 report on KV cache eviction?", None, "2025"),
        ("diffusion models since 2024", "2024", None),
        ("RLHF from 2020 to 2022", "2020", "2022"),
        ("work on grokking, 2021-2023", "2021", "2023"),
        ("LoRA after 2021", "2022", None),
        ("LoRA until June 2023", None, "2023-06"),
        ("papers from 2022 on pruning", "2022", None),
        ("pruning methods published in 2022", "2022", "2022"),
        ("pruning since 5 March 2024", "2024-03-05", None),
        ("pruning since 2024-03-05", "2024-03-05", None),
        ("pruning in the last two years", "2024-11-26", None),
        ("pruning over the past 6 months", "2026-05-26", None),
        ("pruning papers of this year", "2026", "2026"),
        ("What did remote work do to productivity before the pandemic?", None, None),
        ("How did banks behave in the 2008 crisis?", None, None),
        ("Does a batch of 2048 tokens help?", None, None),
        ("pruning since 2024-13-45", None, None),
    ],
)
def test_dates(goal: str, since: str | None, until: str | None) -> None:
    found = read_dates(goal, TODAY)
    assert (found.since, found.until) == (since, until)


def test_a_date_is_no_part_of_what_is_looked_for() -> None:
    goal = analyse("Which KV cache quantization methods have been published since January 2026?", today=TODAY)
    assert [facet.name for facet in goal.facets] == ["KV cache quantization"]
    assert "2026" not in goal.question and "January" not in goal.question


@given(st.text(max_size=200))
def test_dates_are_dates_or_none(text: str) -> None:
    found = read_dates(text, TODAY)
    assert all(value is None or is_iso(value) for value in (found.since, found.until))


@pytest.mark.parametrize(
    ("published", "inside"),
    [("2019-01-01", True), ("2021-12-31", True), ("2021", True), ("2022-01", False), ("2018-12", False), (None, False)],
)
def test_within(published: str | None, inside: bool) -> None:
    assert within(published, "2019", "2021") is inside
    assert within(published, None, None)


@pytest.mark.parametrize(
    "form",
    [
        "2303.07226",
        "arXiv:2303.07226",
        "ARXIV:2303.07226v2",
        "arxiv 2303.07226",
        "https://arxiv.org/abs/2303.07226",
        "http://arxiv.org/abs/2303.07226v2",
        "https://arxiv.org/pdf/2303.07226",
        "https://arxiv.org/pdf/2303.07226v1.pdf",
        "arxiv.org/abs/2303.07226",
        "https://www.arxiv.org/abs/2303.07226/",
        "https://export.arxiv.org/abs/2303.07226",
        "https://arxiv.org/abs/2303.07226?context=cs.CL",
        "https://arxiv.org/html/2303.07226v2",
        "https://doi.org/10.48550/arXiv.2303.07226",
        "10.48550/arXiv.2303.07226",
        "arXiv:2303.07226 [cs.CL]",
        "2303.07226v3 [stat.ML]",
    ],
)
def test_every_form_of_an_arxiv_id(form: str) -> None:
    assert arxiv_id(form) == "2303.07226"
    for goal in (f"What does {form} find?", f"Summarize {form}", f"({form}) main results?"):
        found = analyse(goal)
        assert found.papers == (NamedPaper(id="2303.07226"),), goal
        assert found.kind == "paper" and found.facets == ()


@pytest.mark.parametrize("text", ["", "LoRA", "1.5", "9913.00001", "2303.07226 and more", "3.14159", "v2303.07226"])
def test_what_is_no_arxiv_id(text: str) -> None:
    assert arxiv_id(text) is None


@pytest.mark.parametrize(
    ("goal", "named"),
    [
        ("What does hep-th/9901001 show?", NamedPaper(id="hep-th/9901001")),
        ("What does math.GT/0309136v1 show?", NamedPaper(id="math.GT/0309136")),
        ("Summarise doi:10.1038/s41586-020-2649-2.", NamedPaper(doi="10.1038/s41586-020-2649-2")),
        ("Summarise https://doi.org/10.1016/S0140-6736(05)67889-0", NamedPaper(doi="10.1016/S0140-6736(05)67889-0")),
        (
            'What does the paper "Quantization Hurts Reasoning? An Empirical Study on Quantized Reasoning Models" '
            "conclude?",
            NamedPaper(title="Quantization Hurts Reasoning? An Empirical Study on Quantized Reasoning Models"),
        ),
        ("What does “Attention Is All You Need” claim?", NamedPaper(title="Attention Is All You Need")),
        ("What did Vaswani et al. 2017 find?", NamedPaper(author="Vaswani", year=2017)),
        ("What did Hinton and Salakhutdinov (2006) find?", NamedPaper(author="Hinton", year=2006)),
    ],
)
def test_named_papers(goal: str, named: NamedPaper) -> None:
    assert read_named_papers(goal).papers == (named,)
    assert analyse(goal).kind == "paper"


@pytest.mark.parametrize("goal", ['What is "grokking"?', "Olympics of 2012 and GDP", "How good is GPT-4 (2023)?"])
def test_no_paper_is_named(goal: str) -> None:
    assert read_named_papers(goal).papers == ()


def test_a_paper_is_known_by_id_title_or_author_and_year() -> None:
    paper = make_paper(
        "1706.03762v7", "Attention Is All You Need", "We propose …", source="corpus", authors=["Ashish Vaswani"]
    )
    assert is_named(paper, NamedPaper(id="1706.03762"))
    assert is_named(paper, NamedPaper(title="Attention is all you need."))
    assert is_named(paper, NamedPaper(author="Vaswani", year=2017))
    assert not is_named(paper, NamedPaper(author="Vaswani", year=2018))
    assert not is_named(paper, NamedPaper(title="Attention is not all you need for quantum chemistry"))


def test_what_was_not_kept_to_is_told() -> None:
    goal = analyse("What does 1706.03762 find on attention since 2024?")
    old = make_paper("1805.00001", "Attention", "Old.", source="corpus")
    told = unkept_limits(goal, (old,))
    assert len(told) == 2 and "arXiv:1706.03762" in told[0] and "1805.00001" in told[1]
    assert unkept_limits(analyse("attention"), (old,)) == ()
