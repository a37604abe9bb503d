"""Two goals on one thread, as chat pages and Studio ask them: nothing of the first reaches the second."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.types import Command

from graph import build_graph
from sovereign_kernel.errors import BadInput
from sovereign_kernel.pipeline.state import ResearchState, allowed_types, fresh
from sovereign_kernel.records import BANNER, Decision
from sovereign_kernel.runs import draft_fingerprint
from tests.graph.conftest import CORPUS, GOAL

NONSENSE = "How do medieval guild charters regulate the price of candle wax in Flemish towns?"
CONTEXT = {"source": "corpus", "provider": "none", "corpus": CORPUS, "require_owner": True, "rounds": 0}
APPROVAL = {"action": "approve", "owner": "Ada"}
THREAD: Any = {"configurable": {"thread_id": "1"}}


@pytest.fixture
def graph() -> Any:
    serde = JsonPlusSerializer(allowed_msgpack_modules=allowed_types())
    return build_graph(checkpointer=InMemorySaver(serde=serde))


def ask(graph: Any, given: Any) -> dict[str, Any]:
    found: dict[str, Any] = graph.invoke(given, THREAD, context=CONTEXT)
    return found


def without_times(state: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in state.items()
        if name not in ("began", "uses", "draft", "draft_sha256", "__interrupt__")
    }


def test_an_approval_does_not_reach_the_next_goal(graph: Any) -> None:
    ask(graph, {"goal": GOAL})
    first = ask(graph, Command(resume=APPROVAL))
    assert "Ada" in first["draft"].banner
    second = ask(graph, {"goal": NONSENSE})
    draft = second["draft"]
    assert draft.goal == NONSENSE and draft.banner == BANNER and draft.decision.owner is None
    alone = build_graph().invoke({"goal": NONSENSE}, context=CONTEXT)
    assert without_times(second) == without_times(alone)
    assert draft.claims == alone["draft"].claims and draft.papers == alone["draft"].papers
    assert draft.tribunal == alone["draft"].tribunal and draft.notices == alone["draft"].notices


def test_a_note_to_the_owner_and_a_waiting_draft_do_not_either(graph: Any) -> None:
    ask(graph, {"goal": GOAL})
    ask(graph, Command(resume={"action": "send_back", "note": "Look for routers."}))
    second = ask(graph, {"goal": NONSENSE})  # while the first still waits for its owner
    assert not second["owner_notes"] and len(second["rounds"]) == 1
    assert "routers" not in second["draft"].model_dump_json()


def test_every_channel_is_reset() -> None:
    assert fresh().keys() == ResearchState.__annotations__.keys() - {"goal", "given_plan"}  # what was just asked


def test_a_draft_that_was_edited_while_it_waited_is_not_approved(graph: Any) -> None:
    waiting = ask(graph, {"goal": GOAL})
    edited = waiting["draft"].model_copy(update={"answer": "Yes, always."})
    graph.update_state(THREAD, {"draft": edited}, as_node="policy")
    found = ask(graph, Command(resume=APPROVAL))
    assert "changed after the policy" in found["__interrupt__"][0].value["refused"]
    assert found["draft"].banner == BANNER


def test_a_draft_that_was_edited_after_its_approval_is_not_published(graph: Any) -> None:
    waiting = ask(graph, {"goal": GOAL})
    good = {**APPROVAL, "draft_sha256": draft_fingerprint(waiting["draft"])}
    edited = waiting["draft"].model_copy(update={"answer": "Yes, always."})
    graph.update_state(THREAD, {"draft": edited, "owner": good}, as_node="owner_review")
    with pytest.raises(BadInput, match="given to another draft"):
        ask(graph, None)


def test_a_draft_that_waits_for_its_owner_is_not_published_without_one(graph: Any) -> None:
    ask(graph, {"goal": GOAL})
    with pytest.raises(BadInput, match="waits for its owner"):
        ask(graph, Command(goto="publish"))


def test_a_rejected_draft_is_not_published_as_approved(graph: Any) -> None:
    waiting = ask(graph, {"goal": GOAL})
    decision = Decision(policy="REJECT", rule="nothing-to-publish")
    rejected = waiting["draft"].model_copy(update={"decision": decision})
    sha256 = draft_fingerprint(rejected)
    answer = {**APPROVAL, "draft_sha256": sha256}
    update = {"draft": rejected, "decision": decision, "draft_sha256": sha256, "owner": answer}
    graph.update_state(THREAD, update, as_node="owner_review")
    with pytest.raises(BadInput, match="decided on as REJECT"):
        ask(graph, None)


def test_state_that_comes_back_as_plain_objects_is_as_good_as_records(graph: Any) -> None:
    """What LangGraph's server makes of a state: JSON, whose objects are no records."""
    waiting = ask(graph, {"goal": GOAL})
    plain = {
        "claims": [claim.model_dump(mode="json") for claim in waiting["claims"]],
        "searches": {role: report.model_dump(mode="json") for role, report in waiting["searches"].items()},
        "rounds": [entry.model_dump(mode="json") for entry in waiting["rounds"]],
    }
    graph.update_state(THREAD, plain, as_node="writer")
    again = ask(graph, None)
    assert again["draft"].claims == waiting["draft"].claims and again["draft"].papers == waiting["draft"].papers
    graph.update_state(THREAD, {"draft": again["draft"].model_dump(mode="json")}, as_node="policy")
    assert "Ada" in ask(graph, Command(resume=APPROVAL))["draft"].banner


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ({"claims": [{"id": "C1", "text": "It is so."}]}, "claims.0.paper_id"),
        ({"rounds": "none"}, "rounds"),
        ({"decision": {"policy": "APPROVED", "rule": "mine"}}, "decision.policy"),
    ],
)
def test_state_that_is_no_record_is_refused_by_its_place(graph: Any, update: dict[str, Any], said: str) -> None:
    ask(graph, {"goal": GOAL})
    graph.update_state(THREAD, update, as_node="index")
    with pytest.raises(BadInput, match=said):
        ask(graph, None)
