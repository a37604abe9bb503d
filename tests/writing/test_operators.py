"""Sentences that the program makes from claims: each true of them, none mixing what does not belong together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.records import Bearing, Claim, Conclusion, Facet, Goal, Paper, Quote
from sovereign_kernel.writing.aspects import aspects_of
from sovereign_kernel.writing.effects import effects_of
from sovereign_kernel.writing.operators import Known, conclude
from sovereign_kernel.writing.stance import stance_of

HOW_MUCH = Goal(
    text="How much does pruning reduce inference cost?",
    question="How much does pruning reduce inference cost?",
    kind="how_much",
    quantities=("inference cost",),
)
WHETHER = Goal(
    text="Does quantisation hurt the accuracy of language models?",
    question="Does quantisation hurt the accuracy of language models?",
    kind="whether",
    quantities=("accuracy",),
)


def known(goal: Goal, *said: str, titles: tuple[str, ...] = ()) -> Known:
    """One paper and one claim for each sentence."""
    papers, claims = [], []
    for number, sentence in enumerate(said, start=1):
        title = titles[number - 1] if titles else f"Paper {number}"
        text = f"{title}\n\n{sentence}"
        papers.append(Paper(id=f"P{number}", title=title, text=text, sha256=""))
        quote = Quote(text=sentence, start=len(title) + 2, end=len(text))
        claim = Claim(id=f"C{number}", text=sentence, paper_id=f"P{number}", quote=quote)
        bearing = Bearing(nearness=0.8, stance=stance_of(goal, sentence, title))
        claims.append(claim.model_copy(update={"bearing": bearing, "aspects": aspects_of(claim, title)}))
    names = {paper.id: f"Author {paper.id} (2026)" for paper in papers}
    return Known(goal=goal, papers=papers, claims=claims, effects=effects_of(claims), names=names)


def lead(evidence: Known) -> Conclusion | None:
    return next((entry for entry in conclude(evidence) if entry.part == "lead"), None)


def test_two_papers_that_measure_the_same_make_a_range() -> None:
    found = lead(known(HOW_MUCH, "Pruning reduces latency by 12%.", "It reduces latency by 28%.", "Cats are nice."))
    assert found is not None and found.operator == "range"
    assert found.text == (
        "Of the three papers that were read, two report a change of inference cost in numbers: both a reduction in "
        "latency, 12 to 28%."
    )
    assert found.claims == ("C1", "C2")


def test_other_measures_and_units_are_never_in_one_range() -> None:
    found = lead(known(HOW_MUCH, "Pruning reduces latency by 12%.", "Pruning reduces FLOPs by 28%."))
    assert found is not None and found.operator == "count" and "12 to 28" not in found.text
    assert "latency −12%" in found.text and "FLOPs −28%" in found.text
    found = lead(known(HOW_MUCH, "Pruning reduces latency by 12%.", "Pruning reduces latency by 28 ms."))
    assert found is not None and found.operator == "count"


def test_papers_that_differ_are_said_to_differ() -> None:
    found = lead(known(HOW_MUCH, "Pruning reduces latency by 12%.", "Pruning increases latency by 3%."))
    assert (
        found is not None and found.operator == "disagree" and "they differ: one a rise, one a reduction" in found.text
    )


def test_what_no_paper_speaks_of_is_said_beside_the_figures() -> None:
    goal = HOW_MUCH.model_copy(update={"facets": (Facet(name="vision transformers", terms=("vision transformers",)),)})
    found = lead(known(goal, "Pruning reduces latency by 12%.", "It reduces latency by 28%."))
    assert found is not None and found.text.endswith("neither speaks of vision transformers.")


def test_none_reports_when_no_number_is_given() -> None:
    found = conclude(known(HOW_MUCH, "Pruning is popular.", "Cats are nice."))
    assert [entry.operator for entry in found] == ["none_reports"]
    assert found[0].text == "None of the two papers that were read reports in numbers how inference cost changes."


def test_a_question_of_yes_or_no_is_answered_with_one() -> None:
    yes = "Quantisation degrades accuracy."
    no = "Quantisation preserves accuracy."
    both = "Quantisation preserves accuracy at 8 bits, but degrades accuracy at 2 bits."
    assert lead(known(WHETHER, yes, yes)).text.startswith("Yes: of the two papers")  # type: ignore[union-attr]
    assert lead(known(WHETHER, no, no)).text.startswith("No: of")  # type: ignore[union-attr]
    assert lead(known(WHETHER, yes, no)).text.startswith("Mixed: of")  # type: ignore[union-attr]
    assert lead(known(WHETHER, both, both)).text.startswith("It depends: of")  # type: ignore[union-attr]
    alone = lead(known(WHETHER, yes, "Cats are nice."))
    assert alone is not None and "no other of the two papers" in alone.text
    assert lead(known(WHETHER, "Cats are nice.")) is None


def test_conditions_are_named_verbatim() -> None:
    goal = Goal(text="When does dropout help?", question="When does dropout help?", kind="conditions")
    found = lead(
        known(goal, "Dropout helps only when training data are scarce.", "Dropout helps under heavy label noise.")
    )
    assert found is not None and found.operator == "only_under"
    assert "“only when training data are scarce”" in found.text and "“under heavy label noise”" in found.text


def test_a_condition_of_something_else_is_no_answer() -> None:
    question = "Under which conditions does dropout reduce accuracy?"
    goal = Goal(text=question, question=question, kind="conditions")
    other = "Dropout layers are invoked only when training starts."
    assert lead(known(goal, other)) is None
    found = lead(known(goal, other, "Dropout reduces accuracy only when training data are scarce."))
    assert found is not None and found.claims == ("C2",)


def test_an_answer_from_one_paper_says_so() -> None:
    evidence = known(HOW_MUCH, "Pruning reduces latency by 12%.", "Cats are nice.")
    found = conclude(Known(**{**evidence.__dict__, "carrying": ("C1",)}))
    assert any(entry.operator == "alone" and "Author P1 (2026) alone" in entry.text for entry in found)


def test_a_paper_that_denies_the_change_stands_against_those_that_report_it() -> None:
    deny = "Naive routing does not yield inference speedups on modern hardware."
    found = conclude(known(HOW_MUCH, "Pruning reduces latency by 12%.", deny))
    against = [entry for entry in found if entry.part == "against"]
    assert len(against) == 1 and deny in against[0].text and against[0].claims == ("C2",)


SENTENCES = st.sampled_from(
    [
        "Pruning reduces latency by 12%.", "Pruning increases throughput by 2.3×.", "Pruning reduces memory by 5 GB.",
        "Accuracy of 91.2% is reached on ImageNet.", "Quantisation degrades accuracy.", "Cats are nice.",
        "Quantisation does not hurt accuracy when data are plenty.", "Latency falls by up to 40% without retraining.",
    ]
)  # fmt: skip


@given(
    st.lists(SENTENCES, max_size=6),
    st.sampled_from([HOW_MUCH, WHETHER, HOW_MUCH.model_copy(update={"kind": "compare"})]),
)
def test_every_conclusion_names_claims_there_are_and_comes_again(said: list[str], goal: Goal) -> None:
    evidence = known(goal, *said)
    found = conclude(evidence)
    assert found == conclude(evidence)
    assert sum(entry.part == "lead" for entry in found) <= 1
    ids = {claim.id for claim in evidence.claims}
    for entry in found:
        assert set(entry.claims) <= ids
        assert entry.claims or entry.operator == "none_reports"
        assert entry.text[-1] in ".”"
