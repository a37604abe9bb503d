"""The layers are a contract in pyproject.toml; here is what a contract cannot say of graph.py and agents/."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "sovereign_kernel"
PROJECT = [ROOT / "graph.py", *sorted((ROOT / "agents").glob("*.py"))]
EVERY = sorted(path for path in PACKAGE.rglob("*.py") if "_project" not in path.parts)
ABOVE = {"api", "cli", "audit"}
"""What stands above graph.py and agents/."""
LOOSE = {"__init__", "__main__", "api", "errors", "settings", "ports"}
"""The only modules at the package's root; all else is in a package named by a noun of the field."""


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_go_down_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_root_holds_no_loose_modules() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == LOOSE


@pytest.mark.parametrize("path", PROJECT, ids=lambda path: path.name)
def test_agents_and_graph_import_nothing_above_them(path: Path) -> None:
    inside = {name.split(".")[1] for name in imported(path) if name.startswith("sovereign_kernel.")}
    assert not inside & ABOVE


@pytest.mark.parametrize("path", [*EVERY, *PROJECT], ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_imports_a_top_level_agents_or_graph(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] in ("agents", "graph", "prompts")}
