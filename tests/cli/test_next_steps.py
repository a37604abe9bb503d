"""What the owner is told to type next can be typed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sovereign_kernel.api import Outcome
from sovereign_kernel.cli.outcomes import next_steps
from tests.report.samples import answered


@pytest.mark.parametrize(("on_path", "said"), [(True, "then: sovereign review"), (False, "bin/sovereign review")])
def test_the_command_is_named_so_that_a_shell_finds_it(
    on_path: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "sovereign"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(program), "research", "goal"])
    monkeypatch.setenv("PATH", str(program.parent) if on_path else str(tmp_path))
    steps = next_steps(Outcome(draft=answered(), run=tmp_path / "run", status="owner_review"))
    assert said in steps[0]
