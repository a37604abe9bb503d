"""The owner's answer: explicit, bound to the draft, and never a dead end when it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from sovereign_kernel import research, review
from sovereign_kernel.errors import BadInput
from sovereign_kernel.pipeline.nodes.policy import bound_answer
from sovereign_kernel.pipeline.project import load_graph_module
from sovereign_kernel.records import BANNER, OwnerAnswer
from tests.kernel.real_dossier import CORPUS, GOAL, settings, state

NO_ANSWERS: list[Any] = [
    "looks good, approve",
    {"action": "approve"},
    {"action": "approve", "owner": "  "},
    {"action": "approve", "owner": "Ada", "draft_sha256": "0" * 64},
    {"action": "approve", "owner": "Ada", "surprise": 1},
    {"action": "send_back", "note": " "},
    {"action": "reject", "owner": "Ada"},
    True,
    ["approve"],
]


def test_what_is_no_answer_is_asked_again_and_the_run_goes_on() -> None:
    graph = load_graph_module().build_graph(checkpointer=InMemorySaver())
    config = {"configurable": {"thread_id": "1"}}
    context = {**settings().model_dump(exclude_unset=True), "require_owner": True}
    graph.invoke({"goal": GOAL}, config, context=context)
    for given in NO_ANSWERS:
        found = graph.invoke(Command(resume=given), config, context=context)
        assert "refused" in found["__interrupt__"][0].value
        assert found["draft"].banner == BANNER
    done = graph.invoke(Command(resume={"action": "approve", "owner": "Ada"}), config, context=context)
    assert "Ada" in done["draft"].banner and "__interrupt__" not in done


def test_a_wrong_answer_is_an_error_and_the_next_one_counts(tmp_path: Path) -> None:
    run = tmp_path / "run"
    research(GOAL, source="corpus", provider="none", corpus=CORPUS, cache_dir=tmp_path, out=run, require_owner=True)
    with pytest.raises(BadInput, match="needs the owner's name"):
        review(run, OwnerAnswer(action="approve"))
    with pytest.raises(BadInput, match="needs a note"):
        review(run, OwnerAnswer(action="send_back", owner="Ada"))
    assert review(run, OwnerAnswer(action="approve", owner="Ada")).exit_code == 0


def test_an_answer_to_another_draft_does_not_bind() -> None:
    draft = state()["draft"]
    assert draft is not None
    bound = bound_answer(draft, OwnerAnswer(action="approve", owner="Ada"), "2026-01-01T00:00:00Z")
    assert bound.draft_sha256 and bound.at == "2026-01-01T00:00:00Z"
    assert bound_answer(draft, bound, "later") == bound
    other = draft.model_copy(update={"answer": "Yes."})
    with pytest.raises(BadInput, match="has changed"):
        bound_answer(other, bound, "later")
