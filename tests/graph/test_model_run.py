"""The whole graph with a model on the loopback: NIM's dialect and OpenAI's."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel import research, resume
from sovereign_kernel.audit import audit
from sovereign_kernel.errors import BadSetting, Refused, SovereignError, Unreachable
from sovereign_kernel.testing.faults import reset, status
from sovereign_kernel.testing.nim import NimServer
from sovereign_kernel.testing.openai import ModelServer
from sovereign_kernel.testing.scholar import given, make_scholar
from tests.graph.conftest import GOAL
from tests.graph.test_measured_run import holds

Options = Callable[..., dict[str, Any]]


def with_model(server: ModelServer, **more: Any) -> dict[str, Any]:
    provider = "nim" if isinstance(server, NimServer) else "openai"
    return {"provider": provider, "base_url": server.base_url, "model": "scholar", "requests_per_minute": 10_000} | more


@pytest.mark.parametrize("make", [ModelServer, NimServer])
def test_a_model_plans_extracts_writes_and_argues(make: type[ModelServer], options: Options) -> None:
    with make_scholar(make()) as server:
        outcome = research(GOAL, **options(**with_model(server)))
    draft = outcome.draft
    assert draft is not None
    holds(draft)
    assert draft.title == GOAL
    assert {use.purpose for use in draft.models} >= {
        "searcher",
        "claim_extractor",
        "writer",
        "skeptic",
        "validator",
        "synthesizer",
    }
    assert draft.cost.calls == len(server.requests)
    assert draft.cost.prompt_tokens and draft.cost.cost is None
    for review in draft.tribunal.rounds[-1].reviews:
        assert review.argued == 8.0 and review.measured is not None
        assert review.score == min(review.measured, 8.0)


def test_each_role_may_have_a_model_of_its_own(options: Options) -> None:
    with make_scholar(ModelServer()) as server:
        chosen = with_model(server, role_models={"skeptic": "larger", "writer": "fluent"})
        draft = research(GOAL, **options(**chosen)).draft
    assert draft is not None
    served = {use.purpose: use.model for use in draft.models}
    assert (served["skeptic"], served["writer"], served["validator"]) == ("larger", "fluent", "scholar")
    assert {asked.body["model"] for asked in server.requests} == {"larger", "fluent", "scholar"}


def test_a_model_for_a_role_that_is_not_there_is_refused(options: Options, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="skeptc") as raised:
        research(GOAL, **options(role_models={"skeptc": "larger"}))
    assert "'skeptic'" in raised.value.help and not (tmp_path / "run").exists()


def test_embeddings_from_nim(options: Options) -> None:
    with make_scholar(NimServer()) as server:
        server.dimension = 1024
        chosen = with_model(server, embeddings="nim", embedding_url=server.base_url)
        draft = research(GOAL, **options(**chosen)).draft
    assert draft is not None
    assert [use.model for use in draft.models if use.purpose == "embeddings"] == ["nvidia/nv-embedqa-e5-v5"]
    kinds = {asked.body.get("input_type") for asked in server.requests if asked.path.endswith("/embeddings")}
    assert kinds == {"passage", "query"}


def test_a_model_that_lies_changes_no_score_upwards(options: Options) -> None:
    with make_scholar(ModelServer()) as server:
        server.answers["Argument"] = lambda asked: {"rationale": "Perfect!", "objections": [], "score": 10}
        draft = research(GOAL, **options(**with_model(server))).draft
    assert draft is not None
    for review in draft.tribunal.rounds[-1].reviews:
        assert review.score == review.measured


def test_an_invented_quote_makes_no_claim(options: Options) -> None:
    with make_scholar(ModelServer()) as server:
        server.answers["ExtractedClaims"] = lambda asked: {
            "claims": [{"quote": "The moon is made of green cheese and nothing else at all.", "claim": "Cheese."}]
        }
        outcome = research(GOAL, **options(**with_model(server)))
    assert outcome.draft is not None and outcome.draft.claims == ()
    assert outcome.draft.decision.policy == "REJECT" and outcome.exit_code == 4


def test_an_invented_sentence_is_left_out(options: Options) -> None:
    def write(asked: Any) -> Any:
        claim = given(asked, "Claims")[0]
        lie = "Sparse experts cure insomnia in 97% of all mammals."
        return {
            "title": "T",
            "sentences": [
                {"section": "answer", "text": lie, "claims": [claim["id"]]},
                {"section": "answer", "text": claim["text"], "claims": [claim["id"]]},
                {"section": "discussion", "text": claim["text"], "claims": ["C999"]},
            ],
        }

    with make_scholar(ModelServer()) as server:
        server.answers["Written"] = write
        draft = research(GOAL, **options(**with_model(server))).draft
    assert draft is not None
    assert all("insomnia" not in sentence.text for sentence in draft.sentences)
    assert any("failed their check" in notice for notice in draft.notices)


def test_low_scores_loop_back_until_the_rounds_are_spent(options: Options) -> None:
    with make_scholar(ModelServer()) as server:
        server.answers["Argument"] = lambda asked: {"rationale": "Weak.", "objections": [], "score": 3}
        draft = research(GOAL, **options(**with_model(server, rounds=1))).draft
    assert draft is not None
    assert [entry.outcome for entry in draft.tribunal.rounds] in (["revise", "fail"], ["revise"])
    assert draft.decision.rule == "below-the-line"


def test_a_reviewer_without_an_answer_is_absent_and_never_approved(options: Options) -> None:
    with make_scholar(ModelServer()) as server:
        server.answers["Argument"] = lambda asked: (
            "no JSON at all" if "SKEPTIC" in asked.text else {"rationale": "", "score": 9}
        )
        draft = research(GOAL, **options(**with_model(server))).draft
    assert draft is not None
    absent = {review.role: review.score for review in draft.tribunal.rounds[-1].reviews if review.absent}
    assert absent == {"skeptic": None}
    assert draft.decision.policy == "OWNER_REVIEW"
    assert any("absent" in block.text for section in draft.sections for block in section.blocks)


def test_everybody_absent_is_no_score(options: Options) -> None:
    with make_scholar(ModelServer()) as server:
        server.answers["Argument"] = lambda asked: "no JSON at all"
        draft = research(GOAL, **options(**with_model(server))).draft
    assert draft is not None
    assert draft.tribunal.rounds[-1].score is None and draft.decision.policy == "OWNER_REVIEW"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(status(401), Refused), (status(404), Refused), (status(503), Unreachable), (reset, Unreachable)],
)
def test_a_model_that_cannot_be_had_is_one_clear_error(
    fault: Any, kind: type[SovereignError], options: Options
) -> None:
    with make_scholar(ModelServer()) as server:
        server.faults += [fault] * 50
        with pytest.raises(kind) as raised:
            research(GOAL, **options(**with_model(server, model_patience=2)))
    assert raised.value.help and raised.value.exit_code == 6


def test_a_failed_run_goes_on_when_the_model_is_back(options: Options, tmp_path: Path) -> None:
    with make_scholar(ModelServer()) as server:
        server.faults += [status(503)] * 50
        with pytest.raises(Unreachable):
            research(GOAL, **options(**with_model(server, model_patience=2)))
        server.faults.clear()
        first = resume(tmp_path / "run")
        calls = len(server.requests)
        assert first.draft is not None and first.draft.claims
        assert resume(tmp_path / "run") == first
        assert len(server.requests) == calls


KILLED = """
import sys, json
from sovereign_kernel import research
research(sys.argv[1], **json.loads(sys.argv[2]))
"""


def test_kill_9_repeats_no_finished_call(options: Options, tmp_path: Path) -> None:
    with make_scholar(ModelServer(latency=0.05)) as server:
        undisturbed = research(GOAL, **options(**with_model(server, out=tmp_path / "whole"))).draft
        asked_for_one = len(server.requests)
        server.requests.clear()
        chosen = {
            name: str(value) if isinstance(value, Path) else value
            for name, value in options(**with_model(server)).items()
        }
        process = subprocess.Popen([sys.executable, "-c", KILLED, GOAL, json.dumps(chosen)])
        while len(server.requests) < 7 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(0.3)
        in_flight = 8
        draft = resume(tmp_path / "run").draft
    assert draft is not None and undisturbed is not None
    assert draft.claims == undisturbed.claims and draft.sentences == undisturbed.sentences
    assert len(server.requests) <= asked_for_one + in_flight
    bodies = [json.dumps(asked.body, sort_keys=True) for asked in server.requests]
    answered_twice = len(bodies) - len(set(bodies))
    assert answered_twice <= in_flight


@pytest.mark.parametrize("limit", [{"max_calls": 3}, {"max_total_tokens": 200}, {"max_seconds": 0.001}])
def test_a_spent_budget_ends_the_run_in_good_order(limit: dict[str, Any], options: Options) -> None:
    with make_scholar(ModelServer()) as server:
        outcome = research(GOAL, **options(**with_model(server, parallel=1, **limit)))
    draft = outcome.draft
    assert draft is not None and draft.claims
    holds(draft)
    assert len(server.requests) <= 3
    assert draft.decision.policy == "OWNER_REVIEW" and draft.decision.inputs["stopped_early"] is True
    assert any("budget is spent" in notice or "time is up" in notice for notice in draft.notices)


def test_an_answer_that_fails_its_check_leaves_the_claims_own_words(options: Options) -> None:
    def write(asked: Any) -> Any:
        claim = given(asked, "Claims")[0]
        lie = "Sparse experts cure insomnia in 97% of all mammals."
        return {"title": "T", "sentences": [{"section": "answer", "text": lie, "claims": [claim["id"]]}]}

    with make_scholar(ModelServer()) as server:
        server.answers["Written"] = write
        draft = research(GOAL, **options(**with_model(server))).draft
    assert draft is not None
    answer = [sentence for sentence in draft.sentences if sentence.section == "answer"]
    assert answer and all(sentence.written_by == "measured" for sentence in answer)


def test_an_answer_from_one_paper_is_its_owners(options: Options) -> None:
    """However well it reads, and whatever the model calls it."""

    def write(asked: Any) -> Any:
        first, *others = given(asked, "Claims")
        told = [("answer", first)] + [("discussion", claim) for claim in others]
        sentences = [{"section": part, "text": claim["text"], "claims": [claim["id"]]} for part, claim in told]
        return {"title": "Sparse experts win everywhere", "sentences": sentences}

    with make_scholar(ModelServer()) as server:
        server.answers["Written"] = write
        outcome = research(GOAL, **options(**with_model(server)))
    draft = outcome.draft
    assert draft is not None and draft.title == GOAL
    assert draft.decision.inputs["answer_papers"] == 1
    assert draft.decision.policy == "OWNER_REVIEW"
    assert audit(outcome.run).holds
