"""A model that copies sentences and gives full marks: nonsense is not answered, not above the line, not approved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sovereign_kernel import research
from sovereign_kernel.testing.openai import ModelServer
from sovereign_kernel.testing.scholar import make_scholar

RECORDS = (
    (
        "2601.10001",
        "PASTA: Parametric Stealthy Attacks on Transformers",
        "Backdoors threaten vision models. We show that PASTA achieves an attack success rate of 98%. Our attack "
        "improves stealth at a high poisoning rate for a long training.",
        ["Ada Marsh"],
    ),
    (
        "2601.10002",
        "Dropout as a Regularizer for Deep Networks",
        "Overfitting is common. We show that dropout improves the accuracy of deep networks by 2 points. It reduces "
        "the co-adaptation of neurons.",
        ["Bo Li"],
    ),
    (
        "2601.10003",
        "LLaMA at Long Context",
        "Long documents are hard. We show that LLaMA achieves 81% on long documents. Long training increases cost.",
        ["Chen Wei"],
    ),
    (
        "2601.10004",
        "Altitude Estimation for Drones at High Resolution",
        "Drones need their altitude. We show that our estimator reduces the altitude error by 12%. It improves safety.",
        ["Dana Ruiz"],
    ),
)


@pytest.mark.parametrize(
    "goal",
    [
        "How long should pasta be boiled at high altitude?",
        "Does dropout cause cancer?",
        "How long is a llama pregnant?",
    ],
)
def test_nonsense_is_never_answered(goal: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        "".join(
            json.dumps({"id": id, "title": title, "abstract": text, "authors": names, "categories": ["cs.LG"]}) + "\n"
            for id, title, text, names in RECORDS
        ),
        "utf-8",
    )
    with make_scholar(ModelServer()) as server:
        server.answers["Argument"] = lambda _: {"rationale": "Flawless.", "objections": [], "score": 10}
        outcome = research(
            goal,
            source="corpus",
            corpus=corpus,
            cache_dir=tmp_path / "cache",
            provider="openai",
            base_url=server.base_url,
            model="yes-man",
            requests_per_minute=100_000,
            rounds=1,
            out=tmp_path / "run",
        )
    draft = outcome.draft
    assert draft is not None
    assert draft.status != "ANSWERED"
    assert draft.decision.policy != "AUTO_APPROVE"
    assert all(entry.score is None or entry.score < 6.5 for entry in draft.tribunal.rounds[-1:])
