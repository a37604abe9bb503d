"""verify, revise and the composed draft, on real abstracts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.goal import analyse
from sovereign_kernel.pipeline.nodes.revise import changed, revise
from sovereign_kernel.pipeline.nodes.verify import admitted
from sovereign_kernel.pipeline.state import ResearchState
from sovereign_kernel.records import BANNER, Claim, Decision, Objection, OwnerAnswer, Quote, Review, Round
from sovereign_kernel.writing.composition import banner, title_of
from tests.kernel.real_dossier import sound, state, toolkit

ARTICLES = ["Answer", "Abstract", "Introduction", "Methodology", "Results", "Uncertainties"]
raw = st.builds(
    lambda paper, start: Claim(id="", text="t", paper_id=paper, quote=Quote(text="t", start=start, end=start + 1)),
    st.sampled_from(["p1", "p2"]),
    st.integers(0, 4),
)


def objected(target: str, mend: Any, role: str = "skeptic") -> ResearchState:
    """The state of the run after a round in which one reviewer objects."""
    objection = Objection(target=target, severity="blocking", text="Away with it.", mend=mend)
    sitting = Round(number=1, score=3.0, outcome="revise", reviews=(Review(role=role, objections=(objection,)),))
    return {**state(), "rounds": (sitting,)}


def doubtful(claims: tuple[Claim, ...], text: str) -> tuple[Claim, ...]:
    """The first claim says something else, as the verifier finds."""
    paper = sound().paper(claims[0].paper_id)
    check = toolkit().verifier.verify(text, paper.text, claims[0].quote)
    assert check.verdict != "SUPPORTED"
    return (claims[0].model_copy(update={"text": text, "verification": check}), *claims[1:])


def after(update: ResearchState, claim_id: str) -> Claim:
    return next(claim for claim in update["claims"] if claim.id == claim_id)


@given(st.lists(st.lists(raw, max_size=5), max_size=4))
def test_ids_are_stable_over_the_rounds_and_nothing_comes_twice(rounds: list[list[Claim]]) -> None:
    claims: tuple[Claim, ...] = ()
    seen: list[Claim] = []
    for extracted in rounds:
        seen += extracted
        grown = admitted(claims, seen)
        assert grown[: len(claims)] == claims
        claims = grown
    assert [claim.id for claim in claims] == [f"C{number}" for number in range(1, len(claims) + 1)]
    places = [(claim.paper_id, claim.quote.start, claim.quote.end) for claim in claims]
    assert len(set(places)) == len(places) == len({(c.paper_id, c.quote.start, c.quote.end) for c in seen})


@pytest.mark.parametrize("mend", ["drop", "reword"])
def test_a_claim_that_code_finds_sound_stays_whatever_is_argued(mend: str) -> None:
    on_goal = next(claim for facet in sound().coverage.facets for claim in sound().claims if claim.id in facet.claims)
    update = revise(objected(on_goal.id, mend), toolkit())
    assert after(update, on_goal.id) == on_goal
    assert [change.action for change in update["rounds"][-1].changes] == ["kept"]
    assert not changed(update)


def test_a_claim_that_its_source_does_not_bear_is_dropped() -> None:
    before = objected("C1", "drop")
    before["claims"] = doubtful(state()["claims"], "The moon is made of 37% green cheese.")
    update = revise(before, toolkit())
    assert (after(update, "C1").dropped or "").startswith("its source does not bear it")
    change = update["rounds"][-1].changes[0]
    assert (change.target, change.action, change.role) == ("C1", "dropped", "skeptic") and changed(update)


def test_a_doubtful_claim_is_reworded_from_its_own_quote_and_checked_anew() -> None:
    before = objected("C1", "reword")
    before["claims"] = doubtful(state()["claims"], "The moon is made of 37% green cheese.")
    update = revise(before, toolkit())
    mended = after(update, "C1")
    assert mended.text == mended.quote.text and mended.verification is not None
    assert mended.verification.verdict == "SUPPORTED"


@pytest.mark.parametrize("target", ["C999", "answer", "S1", "../C1"])
def test_what_is_no_claim_is_not_touched(target: str) -> None:
    before = objected(target, "drop")
    assert revise(before, toolkit())["claims"] == tuple(before["claims"])


def test_only_the_goals_own_facets_are_searched_for_and_once() -> None:
    dossier = sound()
    update = revise(objected("answer", "search", role="synthesizer"), toolkit())
    assert dossier.coverage.uncovered
    assert all(any(name in query for name in dossier.coverage.uncovered) for query in update["wanted"])
    assert not {query.text for query in dossier.coverage.queries} & set(update["wanted"])
    assert all("Away" not in query for query in update["wanted"])


def test_the_draft_has_every_section_and_names_what_is_missing() -> None:
    draft = state()["draft"]
    assert draft is not None
    assert [section.heading for section in draft.sections] == [*ARTICLES, "Extracted Claims", "References"]
    assert all(section.blocks for section in draft.sections[: len(ARTICLES)])
    missing = draft.coverage.uncovered
    assert missing
    for name in missing:
        assert any(name in block.text for block in draft.sections[5].blocks)
    known = {sentence.id for sentence in draft.sentences}
    told = [block.sentence for section in draft.sections for block in section.blocks if block.sentence]
    assert set(told) == known and len(told) == len(known)


@given(st.text(max_size=20), st.sampled_from(["approve", "send_back"]))
def test_the_banner_stays_until_an_owner_approves(owner: str, action: Any) -> None:
    decision = Decision(policy="AUTO_APPROVE", rule="sound")
    assert banner(decision) == BANNER
    answered = decision.model_copy(update={"owner": OwnerAnswer(action=action, owner=owner)})
    assert (banner(answered) == BANNER) == (action == "send_back")


def test_the_title_is_the_question() -> None:
    assert title_of(analyse("Does it scale? ")) == "Does it scale?"
