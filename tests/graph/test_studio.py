"""`langgraph dev` serves the graph offline and without a key: schemas, a streamed run, the owner's interrupt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sovereign_kernel.records import BANNER
from tests.graph.conftest import GOAL
from tests.graph.studio import Studio, needs_studio

pytestmark = [needs_studio, pytest.mark.slow]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(tmp_path_factory.mktemp("studio")) as server:
        yield server


def test_the_settings_are_described_and_bounded(studio: Studio) -> None:
    assistant = studio.client.assistants.search()[0]
    assert assistant["graph_id"] == "sovereign"
    schemas = studio.client.assistants.get_schemas(assistant["assistant_id"])
    papers = schemas["context_schema"]["properties"]["papers"]
    assert papers["description"] == "Papers that are kept"
    assert (papers["minimum"], papers["maximum"], papers["default"]) == (1, 100, 10)
    assert all(field["description"] for field in schemas["context_schema"]["properties"].values())
    assert list(schemas["input_schema"]["properties"]) == ["goal"]


def test_a_run_streams_waits_for_its_owner_and_goes_on(studio: Studio) -> None:
    thread = studio.client.threads.create()["thread_id"]
    steps = studio.stream(thread, input={"goal": GOAL})
    assert steps[:6] == ["begin", "searcher", "claim_extractor", "verify", "index", "writer"]
    assert set(steps[6:9]) == {"skeptic", "validator", "synthesizer"}
    assert steps[-1] == "__interrupt__"
    waiting = studio.client.threads.get_state(thread)
    assert waiting["next"] == ["owner_review"]
    assert waiting["values"]["draft"]["banner"] == BANNER
    shown = waiting["tasks"][0]["interrupts"][0]["value"]
    assert shown["answer"] == waiting["values"]["draft"]["answer"]

    rest = studio.stream(thread, command={"resume": {"action": "approve", "owner": "Ada"}})
    assert rest == ["owner_review", "publish"]
    done = studio.client.threads.get_state(thread)
    assert done["next"] == [] and "Ada" in done["values"]["draft"]["banner"]
    assert done["values"]["draft"]["decision"]["owner"]["draft_sha256"] == shown["draft_sha256"]
    log = studio.log.read_text("utf-8", errors="replace")
    assert "Blocked deserialization" not in log


def test_what_is_no_answer_is_refused_and_the_run_still_waits(studio: Studio) -> None:
    thread = studio.client.threads.create()["thread_id"]
    studio.stream(thread, input={"goal": GOAL})
    for given in ("looks good to me, approve", {"action": "approve"}, {"action": "send_back", "note": " "}):
        assert studio.stream(thread, command={"resume": given}) == ["__interrupt__"]
        waiting = studio.client.threads.get_state(thread)
        assert waiting["next"] == ["owner_review"]
        assert waiting["tasks"][0]["interrupts"][0]["value"]["refused"]
    assert studio.stream(thread, command={"resume": {"action": "approve", "owner": "Ada"}})[-1] == "publish"
