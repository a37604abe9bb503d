"""The whole graph without a model: what a run leaves, and how it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel import research, resume, review
from sovereign_kernel.errors import BadInput
from sovereign_kernel.records import BANNER, Draft, OwnerAnswer
from sovereign_kernel.runs import RunFolder, load_draft
from tests.graph.conftest import GOAL

Options = Callable[..., dict[str, Any]]
NODES = {
    "begin",
    "plan",
    "confirm_plan",
    "searcher",
    "claim_extractor",
    "verify",
    "index",
    "writer",
    "skeptic",
    "validator",
    "synthesizer",
    "tribunal",
    "revise",
    "policy",
    "owner_review",
    "publish",
}


def holds(draft: Draft) -> None:
    """What is true of every draft."""
    texts = {paper.id: paper.text for paper in draft.papers}
    claims = {claim.id for claim in draft.claims}
    for claim in draft.claims:
        for paper_id, quote in ((claim.paper_id, claim.quote), *((also.paper_id, also.quote) for also in claim.also)):
            assert texts[paper_id][quote.start : quote.end] == quote.text
    for entry in draft.contradictions:
        assert texts[entry.other_paper_id][entry.other_quote.start : entry.other_quote.end] == entry.other_quote.text
    assert all(sentence.claims and set(sentence.claims) <= claims for sentence in draft.sentences)


def test_a_run_leaves_a_whole_folder(options: Options, tmp_path: Path) -> None:
    outcome = research(GOAL, **options())
    assert outcome.draft is not None
    holds(outcome.draft)
    assert outcome.exit_code in (0, 3)
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert {"draft.md", "draft.html", "draft.json", "references.bib", "ledger.jsonl", "run.json", "sources"} <= names
    for paper in outcome.draft.papers:
        assert (tmp_path / "run" / "sources" / f"{paper.id}.txt").read_text("utf-8") == paper.text
    headings = [section.heading for section in outcome.draft.sections]
    assert headings[1:] == [
        "Abstract",
        "Introduction",
        "Methodology",
        "Results",
        "Uncertainties",
        "Extracted Claims",
        "References",
    ]
    methodology = outcome.draft.sections[headings.index("Methodology")]
    assert any("hashed-stems-1 (offline)" in block.text for block in methodology.blocks)
    assert [(use.provider, use.usage.calls) for use in outcome.draft.models] == [("offline", 0)]
    assert any("No language model was used" in block.text for block in methodology.blocks)
    assert Draft.model_validate_json((tmp_path / "run" / "draft.json").read_text("utf-8")) == outcome.draft


def test_the_same_goal_gives_the_same_draft(options: Options, tmp_path: Path) -> None:
    first = research(GOAL, **options(out=tmp_path / "a")).draft
    second = research(GOAL, **options(out=tmp_path / "b")).draft
    assert first is not None and second is not None
    own = {"run_id": "", "created": ""}
    assert first.model_copy(update=own) == second.model_copy(update=own)


def test_an_off_topic_goal_finds_nothing_and_says_so(options: Options) -> None:
    outcome = research("How long should a sourdough loaf be proofed before baking?", **options())
    assert outcome.exit_code == 5
    assert outcome.draft is not None and outcome.draft.status == "INSUFFICIENT_EVIDENCE"
    assert "No paper was found" in outcome.draft.answer
    assert outcome.draft.decision.policy == "REJECT"


def test_the_owner_approves_exactly_what_was_seen(options: Options, tmp_path: Path) -> None:
    waiting = research(GOAL, **options(require_owner=True))
    assert (waiting.status, waiting.exit_code) == ("owner_review", 3)
    assert waiting.draft is not None and waiting.draft.banner == BANNER
    approved = review(tmp_path / "run", OwnerAnswer(action="approve", owner="Ada"))
    assert (approved.status, approved.exit_code) == ("finished", 0)
    assert approved.draft is not None and approved.draft.decision.owner is not None
    assert "Ada" in approved.draft.banner
    assert approved.draft.claims == waiting.draft.claims
    with pytest.raises(BadInput):
        review(tmp_path / "run", OwnerAnswer(action="approve", owner="Ada"))


def test_the_owner_sends_back_and_the_note_is_searched_for(options: Options, tmp_path: Path) -> None:
    research(GOAL, **options(require_owner=True, papers=4))
    again = review(tmp_path / "run", OwnerAnswer(action="send_back", owner="Ada", note="KV cache compression"))
    assert again.status == "owner_review" and again.draft is not None
    holds(again.draft)
    assert "KV cache compression" in [query.text for query in again.draft.coverage.queries]
    assert any("KV" in paper.title for paper in again.draft.papers)
    assert len(again.draft.tribunal.rounds) >= 2
    sent_back = [change for entry in again.draft.tribunal.rounds for change in entry.changes if change.role == "owner"]
    assert [change.reason for change in sent_back] == ["KV cache compression"]


def test_resume_of_a_finished_run_changes_nothing(options: Options, tmp_path: Path) -> None:
    first = research(GOAL, **options())
    before = (tmp_path / "run" / "draft.json").read_bytes()
    assert resume(tmp_path / "run") == first
    assert (tmp_path / "run" / "draft.json").read_bytes() == before


def test_the_bare_graph_runs_both_ways_and_writes_nothing(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in options(require_owner=False).items():
        if name != "out":
            monkeypatch.setenv("SOVEREIGN_" + name.upper(), str(value))
    from graph import graph

    context = {name: value for name, value in options().items() if name != "out"}
    sync = graph.invoke({"goal": GOAL}, context=context)
    plain = graph.invoke({"goal": GOAL})
    aio = asyncio.run(graph.ainvoke({"goal": GOAL}, context=context))
    for state in (sync, plain, aio):
        holds(state["draft"])
        assert state["draft"].claims == sync["draft"].claims
    assert not (tmp_path / "run").exists() and not (tmp_path / "runs").exists()


def test_the_bare_graph_makes_the_folder_that_it_is_told(options: Options, tmp_path: Path) -> None:
    from graph import build_graph

    graph = build_graph()

    draft = graph.invoke({"goal": GOAL}, context=options())["draft"]
    assert load_draft(RunFolder.open(tmp_path / "run")) == draft
    sealed = resume(tmp_path / "run")
    assert sealed.draft is not None and sealed.draft.claims == draft.claims
    assert sealed.status == "owner_review" or sealed.exit_code == 0


def test_the_graph_has_the_stages_by_name(options: Options) -> None:
    from graph import build_graph

    graph = build_graph()

    drawn = graph.get_graph()
    assert set(drawn.nodes) >= NODES
    edges = {(edge.source, edge.target) for edge in drawn.edges}
    assert {("writer", reviewer) for reviewer in ("skeptic", "validator", "synthesizer")} <= edges
    assert {("tribunal", "revise"), ("tribunal", "policy"), ("policy", "owner_review"), ("revise", "writer")} <= edges
    assert "papers" in json.dumps(graph.get_context_jsonschema())


def test_stream_shows_each_stage(options: Options) -> None:
    from graph import build_graph

    graph = build_graph()

    context = {name: value for name, value in options().items() if name != "out"}
    seen = [name for step in graph.stream({"goal": GOAL}, context=context, stream_mode="updates") for name in step]
    assert seen[:7] == ["begin", "plan", "searcher", "claim_extractor", "verify", "index", "writer"]
    assert set(seen[7:10]) == {"skeptic", "validator", "synthesizer"} and seen[10] == "tribunal"
