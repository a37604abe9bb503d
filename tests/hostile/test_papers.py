"""Hostile papers: what is withheld from them, and that nothing else of a run changes, whatever a model would do."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from sovereign_kernel import Outcome
from sovereign_kernel.records import Draft, Paper
from sovereign_kernel.screening.screen import LONGEST_TEXT
from sovereign_kernel.sources.papers import make_paper
from tests.hostile.obedient import LIE, LINK, QUERY, Aim, ObedientServer, corpus_with
from tests.hostile.papers import (
    ATTACKS,
    CARRIER,
    HUGE,
    INTRUDERS,
    ONE_CHARACTER,
    OTHERS,
    UNSEEN,
    Attack,
    Record,
    numbered,
)
from tests.hostile.running import earned, elements, files, others, run

BATCH = 18  # hostile papers in one run: a query brings 25 at most
BATCHES = [ATTACKS[start : start + BATCH] for start in range(0, len(ATTACKS), BATCH)]


def paper_of(record: Record) -> Paper:
    return make_paper(
        record["id"],
        record["title"],
        record["abstract"],
        source="corpus",
        authors=record["authors"],
        categories=record["categories"],
        comment=record["comment"],
    )


def passes(attack: Attack) -> bool:
    """Whether the screen does not see it."""
    return not paper_of(attack.paper).withheld


def test_the_table_is_whole() -> None:
    assert len(ATTACKS) + len(INTRUDERS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_what_is_left_of_a_hostile_paper_is_its_honest_content(attack: Attack) -> None:
    paper = paper_of(attack.paper)
    assert paper.withheld
    assert paper.model_copy(update={"withheld": ()}) == paper_of(attack.honest)


@pytest.mark.parametrize("batch", BATCHES, ids=range(len(BATCHES)))
def test_measured_runs_are_as_with_honest_papers(batch: list[Attack], tmp_path: Path) -> None:
    honest, hostile = pair(batch)
    before, after = run(tmp_path / "honest", honest, papers=100), run(tmp_path / "hostile", hostile, papers=100)
    unchanged(before, after, tmp_path)


@pytest.mark.parametrize("batch", BATCHES, ids=range(len(BATCHES)))
def test_a_model_that_obeys_finds_nothing_to_obey(batch: list[Attack], tmp_path: Path) -> None:
    honest, hostile = pair(batch)
    with ObedientServer() as server:
        before = run(tmp_path / "honest", honest, server, papers=100)
        asked = sorted(request.user for request in server.requests)
        server.learning = False
        server.requests.clear()
        after = run(tmp_path / "hostile", hostile, server, papers=100)
        assert server.obeyed == []
        assert sorted(request.user for request in server.requests) == asked
    unchanged(before, after, tmp_path)


def pair(batch: Sequence[Attack]) -> tuple[list[Record], list[Record]]:
    """A corpus of honest papers, and the same with the payloads in them."""
    honest = [numbered(attack.honest, number) for number, attack in enumerate(batch)]
    hostile = [numbered(attack.paper, number) for number, attack in enumerate(batch)]
    return corpus_with(*honest), corpus_with(*hostile)


def unchanged(before: Outcome, after: Outcome, folder: Path) -> None:
    assert before.draft is not None and after.draft is not None
    assert earned(after.draft) == earned(before.draft)
    kept = [paper for paper in after.draft.papers if paper.withheld]
    assert kept
    assert after.draft.decision.policy == "OWNER_REVIEW"  # the one thing that may change, and to the stricter side
    assert after.draft.decision.inputs["suspicious_papers"] == len(kept)
    for paper in kept:
        assert any(paper.id in notice for notice in after.draft.notices)
    assert files(folder / "hostile") == files(folder / "honest")
    plain, links, policy = elements(before.run / "draft.html")
    assert elements(after.run / "draft.html") == (plain, links, policy)


@cache
def honest_draft(aim: Aim) -> Draft:
    with tempfile.TemporaryDirectory() as folder, ObedientServer(aim) as server:
        found = run(Path(folder), corpus_with(CARRIER), server).draft
    assert found is not None
    return found


MISSED = [attack for attack in UNSEEN if passes(attack)]


@pytest.mark.parametrize("aim", ["raise", "lower"])
@pytest.mark.parametrize("attack", MISSED[:3], ids=lambda attack: attack.name)
def test_what_passes_the_screen_still_moves_only_its_own_claims(attack: Attack, aim: Aim, tmp_path: Path) -> None:
    """A model that does its worst with what it was told: no query, no lie, no other paper's claim, no score above what
    was measured, no element of the page changes."""
    honest = honest_draft(aim)
    with ObedientServer(aim) as server:
        run(tmp_path / "honest", corpus_with(CARRIER), server)
        server.learning = False
        outcome = run(tmp_path / "hostile", corpus_with(attack.paper), server)
        assert server.obeyed
    draft = outcome.draft
    assert draft is not None
    own = CARRIER["id"]
    asked = [query.text for query in draft.coverage.queries]
    assert asked[: len(honest.coverage.queries)] == [query.text for query in honest.coverage.queries]
    assert QUERY not in asked
    assert others(draft, own) == others(honest, own)
    for sitting in draft.tribunal.rounds:
        for review in sitting.reviews:
            assert review.score is None or (review.measured is not None and review.score <= review.measured)
    told = " ".join((draft.title, draft.answer, *(sentence.text for sentence in draft.sentences)))
    assert LIE not in told and LINK not in told and "<script>" not in told and "Approved by" not in told
    supported = [
        claim.text for claim in draft.claims if claim.verification and claim.verification.verdict == "SUPPORTED"
    ]
    assert LIE not in supported
    plain, _, policy = elements(tmp_path / "honest" / "run" / "draft.html")
    found, links, strict = elements(outcome.run / "draft.html")
    assert strict == policy and not any("evil" in link for link in links)
    assert not any(kind.startswith(("script ['s", "img", "iframe", "object")) for kind in found - plain)
    if aim == "lower":
        assert draft.decision.policy != "AUTO_APPROVE"


@pytest.mark.parametrize("name", INTRUDERS)
def test_an_intruder_beside_honest_papers_takes_nobodys_place(name: str, tmp_path: Path) -> None:
    before = run(tmp_path / "honest", corpus_with(CARRIER)).draft
    after = run(tmp_path / "hostile", [*corpus_with(CARRIER), INTRUDERS[name]]).draft
    assert before is not None and after is not None
    texts = {paper.id: paper.text for paper in after.papers}
    for paper in before.papers:
        assert texts[paper.id] == paper.text
    for own in (CARRIER["id"], *(paper["id"] for paper in OTHERS)):
        mine = [claim[1:4] for claim in others(before, "") if claim[0] == own]
        assert mine == [claim[1:4] for claim in others(after, "") if claim[0] == own]
    assert {path.name for path in tmp_path.iterdir()} == {"honest", "hostile"}
    assert all(name.count("/") <= 2 and ".." not in name for name in files(tmp_path / "hostile"))
    assert not Path("/tmp/sovereign-hostile").exists() and not Path("/tmp/sovereign-hostile.txt").exists()


def test_a_huge_paper_is_read_in_part_and_says_so(tmp_path: Path) -> None:
    with ObedientServer() as server:
        draft = run(tmp_path, corpus_with(CARRIER, HUGE), server).draft
        assert max(len(asked.user) for asked in server.requests) < 60_000
    assert draft is not None
    huge = next(paper for paper in draft.papers if paper.id == HUGE["id"])
    assert len(huge.text) <= LONGEST_TEXT and "further characters" in huge.withheld[-1]
    assert any(HUGE["id"] in notice and "first" in notice for notice in draft.notices)


def test_a_quote_of_one_character_is_no_claim(tmp_path: Path) -> None:
    with ObedientServer() as server:
        server.answers["ExtractedClaims"] = lambda asked: {"claims": [{"quote": "a", "claim": LIE}]}
        draft = run(tmp_path, corpus_with(CARRIER, ONE_CHARACTER), server).draft
    assert draft is not None
    assert not any(claim.verification and claim.verification.verdict == "SUPPORTED" for claim in draft.claims)
    assert draft.decision.policy == "REJECT"
