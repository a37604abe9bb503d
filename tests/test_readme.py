"""The README holds: its Python runs, its links lead somewhere, its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sovereign_kernel.cli.main import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("block", PYTHON)
def test_its_python_runs(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})  # the README's own code, as a reader would paste it


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README))))
def test_its_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"^sovereign (\w+)", README, re.MULTILINE))))
def test_its_commands_exist(name: str) -> None:
    assert any(name in group for group in COMMANDS.values())


def test_it_names_no_figure_without_a_command() -> None:
    measured = README.split("## How good is the checking?")[1].split("\n## ")[0]
    paragraphs = [part for part in measured.split("\n\n") if re.search(r"\d\.\d{2}|\d+%", part)]
    commands = re.findall(r"bench[./]\w+", measured)
    assert not paragraphs or commands
