"""What a claim is about: words of its quote or its title, at their offsets, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.records import Claim, Goal, Paper, Quote
from sovereign_kernel.writing.aspects import aspects_of
from sovereign_kernel.writing.naming import own_name, points_outside, with_name
from sovereign_kernel.writing.table import columns_of, evidence_table

VOCABULARY = """
when under if only than over on in by of the a ImageNet CIFAR-100 accuracy latency reduces improves 12% 2.3× because due
to , . ( ) and while compared with baselines models data sets without retraining at
equal cost
"""
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), min_size=1, max_size=40).map(" ".join)


def claim_of(sentence: str, title: str = "A Study") -> tuple[Claim, Paper]:
    text = f"{title}\n\n{sentence}"
    quote = Quote(text=sentence, start=len(title) + 2, end=len(text))
    claim = Claim(id="C1", text=sentence, paper_id="P", quote=quote)
    return claim.model_copy(update={"aspects": aspects_of(claim, title)}), Paper(
        id="P", title=title, text=text, sha256=""
    )


def said(sentence: str, title: str = "A Study") -> dict[str, str]:
    return {entry.name: entry.text for entry in claim_of(sentence, title)[0].aspects}


def test_each_aspect_is_found() -> None:
    found = said(
        "On ImageNet, pruning reduces latency by 12% compared with dense baselines when training data are "
        "scarce, because "
        "weights are redundant.",
        "SMoES: Sparse Experts",
    )
    assert found == {
        "method": "SMoES",
        "data": "ImageNet",
        "metric": "latency",
        "value": "reduces latency by 12%",
        "condition": "when training data are scarce",
        "comparison": "dense baselines",
        "mechanism": "because weights are redundant",
    }


def test_a_decimal_does_not_end_a_condition() -> None:
    assert (
        said("It works under a budget of 0.5 bits per weight.")["condition"] == "under a budget of 0.5 bits per weight"
    )


def test_nothing_is_invented() -> None:
    assert said("Cats are nice.") == {}


@given(WORDS, st.sampled_from(["A Study", "SMoES: Sparse Experts", "On x"]))
def test_aspects_are_words_of_their_paper_at_their_offsets(sentence: str, title: str) -> None:
    claim, paper = claim_of(sentence, title)
    for entry in claim.aspects:
        assert entry.text and paper.text[entry.start : entry.end] == entry.text
    names = [entry.name for entry in claim.aspects]
    assert len(names) == len(set(names))


@given(
    WORDS,
    st.sampled_from(
        ["how_much", "which", "whether", "why", "how", "conditions", "compare", "survey", "paper", "define"]
    ),
)
def test_every_cell_of_the_table_is_verbatim(sentence: str, kind: str) -> None:
    goal = Goal.model_validate(
        {"text": "q", "question": "Does accuracy reduce latency?", "kind": kind, "sides": ("accuracy", "latency")}
    )
    claim, paper = claim_of(sentence)
    found = evidence_table(goal, [paper], [claim])
    assert found.rows[0].paper_id == "P" and len(found.rows[0].cells) == len(found.columns) <= len(columns_of(goal))
    for cell in found.rows[0].cells:
        assert cell.quote is None or paper.text[cell.quote.start : cell.quote.end] == cell.quote.text


def test_a_papers_own_name_takes_the_place_of_our_method() -> None:
    assert own_name("SMoES: Sparse Experts") == "SMoES" and own_name("Attention: a survey") is None
    assert with_name("Our method reduces latency.", "SMoES: Sparse Experts") == "SMoES reduces latency."
    assert with_name("It consistently reduces latency.", "SMoES: S") == "SMoES consistently reduces latency."
    assert with_name("It is known that models overfit.", "SMoES: S") == "It is known that models overfit."


def test_what_points_outside_is_seen() -> None:
    for sentence in ("This gain depends on data.", "(3) We show it.", "We tackle these challenges.", "They fail."):
        assert points_outside(sentence)
    for sentence in ("This paper shows gains.", "The gains are 1 and 2, respectively.", "Models overfit."):
        assert not points_outside(sentence)
