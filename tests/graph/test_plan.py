"""The plan in a run: read once, kept in state and draft, shown, changed; and what the goal limits is kept to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import MemorySaver
from langgraph.types import Command

from sovereign_kernel import plan, research, review
from sovereign_kernel.audit import audit
from sovereign_kernel.errors import BadInput
from sovereign_kernel.goal.plan import amended
from sovereign_kernel.pipeline.events import Event
from sovereign_kernel.pipeline.project import load_graph_module
from sovereign_kernel.records import Draft, OwnerAnswer
from sovereign_kernel.testing.openai import ModelServer
from sovereign_kernel.testing.scholar import make_scholar
from tests.graph.conftest import GOAL

Options = Callable[..., dict[str, Any]]
CHINESE = "混合专家模型如何影响视觉语言模型的推理成本？"
ENGLISH = "How does mixture-of-experts affect the inference cost of vision-language models?"


def drafted(goal: str, options: dict[str, Any], **more: Any) -> Draft:
    outcome = research(goal, **options, **more)
    assert outcome.draft is not None
    assert [found for found in audit(outcome.run).findings if not found.holds] == []
    return outcome.draft


def test_a_named_paper_is_read_alone_and_answered_from(options: Options) -> None:
    told: list[Event] = []
    draft = drafted("What are the main results of https://arxiv.org/abs/2303.07226?", options(), on_event=told.append)
    assert [paper.id for paper in draft.papers] == ["2303.07226"] and draft.status == "ANSWERED"
    assert draft.question is not None and draft.question.kind == "paper"
    assert draft.question.papers[0].title == draft.papers[0].title
    assert any(event.kind == "plan" and "2303.07226" in event.text for event in told)


def test_a_named_paper_that_is_not_there_is_told_and_answers_nothing(options: Options) -> None:
    draft = drafted('What does "A Paper That Nobody Ever Wrote" say on mixture-of-experts?', options())
    assert draft.status != "ANSWERED" and "A Paper That Nobody Ever Wrote" in draft.answer
    assert draft.decision.inputs["unkept_limits"] == 1


def test_a_date_limits_what_is_kept_and_the_draft_says_so(options: Options) -> None:
    draft = drafted("What is known about mixture-of-experts before 2025?", options())
    assert draft.papers and all((paper.published or "") < "2025" for paper in draft.papers)
    assert any("until 2024" in block.text for section in draft.sections for block in section.blocks)
    none = drafted("What is known about mixture-of-experts since 2090?", options(out=options()["out"].parent / "later"))
    assert none.papers == () and "since 2090" in none.answer


def test_a_models_english_plan_counts_everywhere(options: Options) -> None:
    with make_scholar(ModelServer()) as server:
        server.answers["Plan"] = lambda asked: {"question": ENGLISH, "queries": ["mixture-of-experts vision-language"]}
        model = {"provider": "openai", "base_url": server.base_url, "model": "m", "requests_per_minute": 10_000}
        draft = drafted(CHINESE, options(**model))
    assert len(draft.papers) > 3 and draft.question is not None
    assert (draft.question.question, draft.question.language, draft.question.planned_by) == (ENGLISH, "zh", "model")
    assert draft.decision.inputs["unkept_limits"] == 0


def test_without_a_model_it_is_refused_before_a_folder_is_made(options: Options, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not in English"):
        research(CHINESE, **options())
    assert not (tmp_path / "run").exists()


def test_a_plan_from_python_is_followed_and_kept(options: Options) -> None:
    read = plan(GOAL, **options())
    changed = amended(read, {"queries": ["KV cache compression"], "until": "2025"})
    draft = drafted(GOAL, options(), plan=changed)
    assert draft.question == changed
    assert "KV cache compression" in {query.text for query in draft.coverage.queries}
    with pytest.raises(BadInput, match="another goal"):
        research("Is bread tasty?", plan=changed, **options(out=options()["out"].parent / "other"))


def test_studio_may_change_the_plan_at_the_interrupt(options: Options) -> None:
    context = {name: value for name, value in options(confirm_plan=True).items() if name != "out"}
    graph = load_graph_module().build_graph(checkpointer=MemorySaver())
    config = {"configurable": {"thread_id": "one"}}
    waiting = graph.invoke({"goal": GOAL}, config, context=context)
    assert waiting["__interrupt__"][0].value["plan"]["kind"] == "how"
    refused = graph.invoke(Command(resume={"kinds": "why"}), config, context=context)
    assert "did you mean" in refused["__interrupt__"][0].value["refused"]
    done = graph.invoke(Command(resume={"since": "2090"}), config, context=context)
    assert done["plan"].since == "2090" and done["plan"].planned_by == "owner"
    assert done["draft"].papers == ()


def test_an_owners_note_drops_and_never_searches_for_what_it_drops(options: Options, tmp_path: Path) -> None:
    before = research(GOAL, **options(require_owner=True, papers=4)).draft
    assert before is not None
    gone = before.papers[0]
    note = f"Drop {gone.id}. Put {before.claims[-1].id} first."
    after = review(tmp_path / "run", OwnerAnswer(action="send_back", owner="Ada", note=note)).draft
    assert after is not None
    assert gone.id not in {paper.id for paper in after.papers} | {claim.paper_id for claim in after.claims}
    asked = " ".join(query.text for query in after.coverage.queries)
    assert gone.id not in asked and "Drop" not in asked and "first" not in asked
    assert [found for found in audit(tmp_path / "run").findings if not found.holds] == []
