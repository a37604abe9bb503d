"""Every fault at every place: once, and it passes; always, and the run ends as docs/reliability.md says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph import build_graph
from sovereign_kernel.errors import SovereignError
from sovereign_kernel.models import retry
from sovereign_kernel.pipeline.nodes import checking_claims
from sovereign_kernel.records import Draft
from sovereign_kernel.sources.arxiv.client import ArxivSource
from sovereign_kernel.sources.updates import changes_since
from sovereign_kernel.testing.arxiv import ArxivServer
from sovereign_kernel.testing.faults import says
from sovereign_kernel.testing.nim import NimServer
from sovereign_kernel.testing.scholar import make_scholar
from sovereign_kernel.transport.clock import SystemClock
from tests.reliability import faults
from tests.reliability.driving import CORPUS, GOAL
from tests.reliability.faults import ARXIV, ENTRIES, PLACES, Fault, Place, SourceFault, end_of, faults_at

DOCS = Path(__file__).parents[2] / "docs" / "reliability.md"
CASES = [pytest.param(place, fault, id=f"{place.name}-{fault.name}") for place in PLACES for fault in faults_at(place)]


AT_ONCE = 3  # reviewers: each sees the calls made before they began


class FaultyServer(NimServer):
    """Serves a fault at one place: to `times` requests, then all is well."""

    def __init__(self) -> None:
        super().__init__()
        self.place: Place | None = None
        self.fault: Any = None
        self.times = 0

    def route(self, exchange: Any) -> None:
        if self.place is not None and self.times and self.place.asked(exchange.asked):
            self.times -= 1
            self.fault(exchange)
        else:
            super().route(exchange)

    def break_at(self, place: Place | None, fault: Any, times: int) -> None:
        self.place, self.fault, self.times = place, fault, times
        self.requests.clear()


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyServer]:
    with make_scholar(FaultyServer()) as server:
        yield server


@pytest.fixture(scope="module")
def settings(server: FaultyServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return {
        "source": "corpus",
        "corpus": CORPUS,
        "cache_dir": tmp_path_factory.mktemp("cache"),
        "provider": "nim",
        "base_url": server.base_url,
        "model": "scholar",
        "embeddings": "nim",
        "embedding_url": server.base_url,
        "requests_per_minute": 100_000,
        "papers": 2,
        "queries": 2,
        "rounds": 0,
        "threshold": 1,
        "model_timeout": 1.5,
        "model_patience": 1.5,
    }


@pytest.fixture(autouse=True, scope="module")
def constants() -> Iterator[None]:
    """Nothing here is about how long the backoff is (tests/models/test_chat.py is), nor about which claims the model is
    asked for a second opinion: about all that are not their own quotes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retry, "FIRST_WAIT", 0.001)
        patch.setattr(checking_claims, "SURE", 1.1)
        yield


@pytest.fixture(scope="module")
def undisturbed(server: FaultyServer, settings: dict[str, Any], constants: None) -> Draft:
    server.break_at(None, None, 0)
    return run(settings)


def run(settings: dict[str, Any], **more: Any) -> Draft:
    draft = build_graph().invoke({"goal": GOAL}, context=settings | more)["draft"]
    assert isinstance(draft, Draft)
    return draft


@pytest.mark.parametrize(("place", "fault"), CASES)
def test_a_fault_that_stays(
    place: Place, fault: Fault, server: FaultyServer, settings: dict[str, Any], undisturbed: Draft
) -> None:
    server.break_at(place, fault.serve, 1000)
    end = end_of(place, fault)
    if end == "fails":
        with pytest.raises(SovereignError) as raised:
            run(settings)
        assert raised.value.help and raised.value.exit_code == 6
        return
    draft = run(settings)
    if end == "recorded":
        own = {"created", "models", "cost"}
        assert draft.model_dump(exclude=own) == undisturbed.model_dump(exclude=own)
        return
    assert draft.claims and draft.sentences
    present = {review.role for review in draft.tribunal.rounds[-1].reviews if not review.absent}
    if end == "absent":
        assert present == {"skeptic", "validator", "synthesizer"} - {place.name}
        assert draft.decision.policy == "OWNER_REVIEW"
        assert place.says in f"absent: {next(r.absent for r in draft.tribunal.rounds[-1].reviews if r.absent)}"
    else:
        assert len(present) == 3
    if end == "notice":
        says = faults.NO_SECOND_OPINION if place.stays == "abstains" else place.says
        assert any(says in notice for notice in draft.notices)
    if end == "abstains":
        told = json.dumps([claim.model_dump(mode="json") for claim in draft.claims])
        assert place.says in told


@pytest.mark.parametrize("fault", [fault for fault in faults.CHAT[:8] if fault.name != "hang"], ids=lambda f: f.name)
def test_a_fault_that_passes_leaves_no_trace_anywhere(
    fault: Fault, server: FaultyServer, settings: dict[str, Any], undisturbed: Draft
) -> None:
    """Each place meets the fault at its first request."""
    met: set[str] = set()

    def first_time(exchange: Any) -> None:
        place = next((place.name for place in PLACES if place.asked(exchange.asked)), None)
        if place is None or place in met or (place.startswith("embeddings") and fault.name == "empty choices"):
            NimServer.route(server, exchange)
        else:
            met.add(place)
            fault.serve(exchange)

    server.break_at(Place("any", lambda asked: True, "as usual", ""), first_time, 1000)
    draft = run(settings, model_patience=20, parallel=1)
    assert len(met) == len(PLACES) - 2 * (fault.name == "empty choices")
    own = {"created", "models", "cost", "settings"}
    assert draft.model_dump(exclude=own) == undisturbed.model_dump(exclude=own)


def test_all_reviewers_away_is_no_score(server: FaultyServer, settings: dict[str, Any]) -> None:
    anyone = Place("all", lambda asked: any(place.asked(asked) for place in PLACES[4:7]), "absent", "")
    server.break_at(anyone, says("I am away."), 1000)
    draft = run(settings)
    assert draft.tribunal.rounds[-1].score is None
    assert all(review.score is None and review.absent for review in draft.tribunal.rounds[-1].reviews)
    assert draft.decision.policy == "OWNER_REVIEW"


@pytest.mark.parametrize("limit", [{"max_calls": 5}, {"max_total_tokens": 500}, {"max_cost": 0.0}], ids=str)
def test_a_budget_ends_a_run_in_good_order(
    limit: dict[str, Any], server: FaultyServer, settings: dict[str, Any]
) -> None:
    server.break_at(None, None, 0)
    draft = run(settings, **limit)
    assert draft.claims and draft.sentences and draft.decision.policy == "OWNER_REVIEW"
    assert draft.decision.inputs["stopped_early"] is True
    assert any("the budget is spent" in notice for notice in draft.notices)
    assert len(server.requests) <= limit.get("max_calls", 5) + AT_ONCE - 1


@pytest.mark.parametrize("place", [PLACES[0], PLACES[1], PLACES[-2]], ids=lambda place: place.name)
def test_the_time_limit_ends_a_run_even_where_nobody_answers(
    place: Place, server: FaultyServer, settings: dict[str, Any]
) -> None:
    server.break_at(place, faults.CHAT[3].serve, 1000)
    draft = run(settings, max_seconds=2, model_timeout=30, model_patience=60)
    assert draft.claims and draft.decision.inputs["stopped_early"] is True
    assert any("the run's time is up" in notice for notice in draft.notices)


@pytest.mark.parametrize("fault", ARXIV, ids=lambda fault: fault.name)
@pytest.mark.parametrize("source", ["arxiv", "auto"])
def test_arxiv(fault: SourceFault, source: str, settings: dict[str, Any], tmp_path: Path) -> None:
    with ArxivServer(ENTRIES) as arxiv:
        arxiv.always = fault.serve
        options = settings | {"source": source, "provider": "none", "embeddings": "offline", "cache_dir": tmp_path}
        options |= {"arxiv_url": arxiv.url, "arxiv_gap": 0, "arxiv_timeout": 1.0, "arxiv_patience": 1.0}
        if fault.end == "fails" and source == "arxiv":
            with pytest.raises(SovereignError) as raised:
                run(options)
            assert fault.says in str(raised.value) and raised.value.help and raised.value.exit_code == 6
            return
        draft = run(options)
    if fault.end == "fails":
        assert fault.says in " ".join(draft.notices) and "not on arXiv" in " ".join(draft.notices)
        assert {paper.source for paper in draft.papers} == {"corpus"}
        return
    assert len({paper.id for paper in draft.papers}) == len(draft.papers) <= 2
    if fault.end == "finds nothing":
        assert fault.says in draft.answer and draft.decision.policy == "REJECT" and not draft.papers
    else:
        assert draft.papers
        assert any(fault.says in dropped.reason for dropped in draft.coverage.dropped)


@pytest.mark.parametrize("fault", ARXIV, ids=lambda fault: fault.name)
def test_arxiv_when_papers_are_looked_up_again(fault: SourceFault, undisturbed: Draft, tmp_path: Path) -> None:
    with ArxivServer(ENTRIES) as arxiv:
        arxiv.always = fault.serve
        told = changes_since(undisturbed, ArxivSource(arxiv.url, tmp_path, 0, 0.3, 0.3, SystemClock()))
    if fault.end == "fails":
        assert len(told) == 1 and "could not be looked up again" in told[0] and fault.says in told[0]
    else:
        assert told and all("is not known" in line for line in told)


def test_the_documented_table_is_this_one() -> None:
    """`python -m tests.reliability.faults` prints it."""
    assert faults.table() in DOCS.read_text("utf-8")
