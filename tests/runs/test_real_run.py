"""Runs of the whole graph, checked again by `audit`; and what they leave is searched for the key they were given."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel import research, resume, review
from sovereign_kernel.audit import audit
from sovereign_kernel.audit.measurements import dossier_of
from sovereign_kernel.errors import Refused
from sovereign_kernel.goal import analyse
from sovereign_kernel.records import OwnerAnswer
from sovereign_kernel.runs import RunFolder
from sovereign_kernel.runs.signing import make_key, sign_approval
from sovereign_kernel.testing.openai import ModelServer
from sovereign_kernel.testing.scholar import make_scholar
from tests.graph.conftest import GOAL
from tests.graph.conftest import options as options

CANARY = "sk-canary-3f81e0c2"
Options = Callable[..., dict[str, Any]]


def broken(path: Path, key: Path | None = None) -> list[tuple[str, str]]:
    return [(found.name, found.detail) for found in audit(path, key).findings if not found.holds]


def leaks(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def test_a_measured_run_holds_before_and_after_approval_and_signed(options: Options, tmp_path: Path) -> None:
    run = research(GOAL, **options(require_owner=True)).run
    assert broken(run) == []
    review(run, OwnerAnswer(action="approve", owner="Ada"))
    public = make_key(tmp_path / "ada")
    sign_approval(RunFolder.open(run), tmp_path / "ada")
    assert broken(run, public) == []
    rng = random.Random(7)
    for path in sorted(path for path in run.rglob("*") if path.is_file() and path.stat().st_size):
        whole = path.read_bytes()
        at = rng.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << rng.randrange(8))]) + whole[at + 1 :])
        assert broken(run, public), f"byte {at} of {path.name}"
        path.write_bytes(whole)
    assert broken(run, public) == []


def test_the_audit_measures_the_subject_that_the_run_took(options: Options) -> None:
    draft = research(GOAL, **options()).draft
    assert draft is not None
    told = {entry.detail for review in draft.tribunal.rounds[-1].reviews for entry in review.criteria}
    assert dossier_of(draft).goal.subject in told and analyse(GOAL).subject not in told


def test_a_run_with_a_model_holds_and_keeps_no_key(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    with make_scholar(ModelServer(key=CANARY)) as server:
        chosen = {"provider": "openai", "base_url": server.base_url, "model": "scholar", "requests_per_minute": 10_000}
        outcome = research(GOAL, **options(**chosen, require_owner=True))
        asked = len(server.requests)
        assert asked
        assert broken(outcome.run) == []
        resume(outcome.run)
        assert len(server.requests) == asked
    assert leaks(tmp_path) == []


def test_a_run_that_is_refused_for_its_key_does_not_keep_it(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    with make_scholar(ModelServer(key="another")) as server:
        chosen = {"provider": "openai", "base_url": server.base_url, "model": "scholar", "requests_per_minute": 10_000}
        with pytest.raises(Refused) as caught:
            research(GOAL, **options(**chosen))
    assert CANARY not in f"{caught.value}{caught.value.help}"
    assert (tmp_path / "run" / "run.json").is_file()
    assert leaks(tmp_path) == []
