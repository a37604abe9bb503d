"""Whole runs against servers that refuse one prompt, every long one, or everything from some point on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel import Outcome, research, resume
from sovereign_kernel.errors import Refused
from sovereign_kernel.testing import habits
from sovereign_kernel.testing.habits import has_system, is_chat, refuses, vllm_error
from sovereign_kernel.testing.openai import Asked, ModelServer
from sovereign_kernel.testing.plausible import schema_in
from sovereign_kernel.testing.scholar import make_scholar
from tests.reliability.driving import CORPUS, GOAL


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with make_scholar(ModelServer()) as server:
        yield server


def run(server: ModelServer, folder: Path, **more: Any) -> Outcome:
    options = {
        "source": "corpus",
        "corpus": CORPUS,
        "cache_dir": folder / "cache",
        "provider": "openai",
        "base_url": server.base_url,
        "model": "scholar",
        "requests_per_minute": 100_000,
        "papers": 2,
        "queries": 2,
        "rounds": 0,
        "threshold": 0,
    }
    return research(GOAL, out=folder / "run", **options | more)


def title(asked: Asked) -> str:
    return str((schema_in(asked.text) or {}).get("title")) if is_chat(asked) else ""


def test_a_paper_that_a_filter_refuses_is_read_by_code_alone(server: ModelServer, tmp_path: Path) -> None:
    first: list[str] = []

    def is_the_first_paper(asked: Asked) -> bool:
        if title(asked) == "ExtractedClaims" and not first:
            first.append(asked.user)
        return title(asked) == "ExtractedClaims" and asked.user == first[0]

    server.habits = [
        refuses(is_the_first_paper, 400, {"error": {"code": "content_filter", "message": "It was filtered."}})
    ]
    draft = run(server, tmp_path).draft
    assert draft is not None and draft.claims and draft.sentences
    (notice,) = [notice for notice in draft.notices if "refused this prompt" in notice]
    paper = next(paper.id for paper in draft.papers if paper.id in notice)
    by = {claim.paper_id: claim.extracted_by for claim in draft.claims}
    assert by.pop(paper) == "claim_extractor (measured)" and set(by.values()) == {"claim_extractor (model)"}


def test_a_short_context_and_no_system_role_trouble_nobody(server: ModelServer, tmp_path: Path) -> None:
    server.habits = [
        refuses(has_system, 400, vllm_error("System role not supported")),
        refuses(
            lambda asked: is_chat(asked) and habits.tokens(asked) > 4_096,
            400,
            vllm_error("This model's maximum context length is 4096 tokens. Please reduce the length of the messages."),
        ),
    ]
    draft = run(server, tmp_path).draft
    assert draft is not None and not [notice for notice in draft.notices if "model" in notice], draft.notices
    assert all(review.absent is None for review in draft.tribunal.rounds[-1].reviews)


def test_a_quota_that_ends_on_the_way_ends_the_run_and_resume_goes_on(server: ModelServer, tmp_path: Path) -> None:
    body = {"error": {"message": "You exceeded your current quota", "type": "insufficient_quota"}}
    server.habits = [refuses(lambda asked: title(asked) == "Written", 429, body)]
    with pytest.raises(Refused, match="used up"):
        run(server, tmp_path)
    asked = len(server.requests)
    assert sum(title(one) == "Written" for one in server.requests) == 1
    server.habits = []
    draft = resume(tmp_path / "run").draft
    assert draft is not None and draft.sentences
    again = [title(one) for one in server.requests[asked:]]
    assert "Written" in again and not {"Plan", "ExtractedClaims"} & set(again), "no finished call is repeated"


def test_another_model_behind_a_known_embedder_is_told(server: ModelServer, tmp_path: Path) -> None:
    more = {"embeddings": "openai", "embedding_model": "text-embedding-3-small", "embedding_url": server.base_url}
    draft = run(server, tmp_path, provider="none", base_url=None, model=None, **more).draft
    assert draft is not None
    assert any("64 dimensions for text-embedding-3-small, which has 1536" in notice for notice in draft.notices)


def test_a_model_without_a_key_says_measured_mode(tmp_path: Path, server: ModelServer) -> None:
    draft = run(server, tmp_path, provider="auto", base_url=None, model="gpt-4o").draft
    assert draft is not None and not server.requests
    assert any(
        "No key is set" in notice and "gpt-4o" in notice and "measured mode" in notice for notice in draft.notices
    )
