"""Imports go down only: a module may import from its own floor and from those below, and every module has a floor."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "sovereign_kernel"
# From the ground up; a package's name stands for all that is in it, "" for sovereign_kernel itself.
FLOORS = (
    {"", "errors", "records", "project", "clock", "canonical", "text", "hidden", "screening", "suspicions", "within"}
    | {"languages", "stemming", "keys", "tracing", "transport"},
    {"ports", "settings", "atomic", "prompts", "serving", "serving_door", "plain_files", "found_file", "relevance"},
    {"sources", "models", "embeddings", "verification", "rhetoric", "prose", "index", "tribunal", "policy"}
    | {"ledger", "journal", "report", "limits"},
    {"goal", "runs", "checking", "signing", "trust", "rechecking", "gate"},
    {"roles", "toolkit", "state", "synthesis", "telling", "reviewing", "composition", "facts", "standing"}
    | {"answering", "writing"},
    {"stages", "auditing"},
    {"kernel"},
    {"progress", "doctor", "cli", "commands", "__main__"},
)
ENGINES = 2
AGENTS, GRAPH = 4, 5  # the floor on which agents/ and graph.py stand
SIDEWAYS = {
    ("embeddings", "models"),  # the same limits and doors to a server
    ("report", "prose"),  # LaTeX as signs
}
PROJECT = [ROOT / "graph.py", *sorted((ROOT / "agents").glob("*.py"))]
EVERY = sorted(path for path in PACKAGE.rglob("*.py") if "_project" not in path.parts)


def floor(name: str) -> int:
    found = [number for number, names in enumerate(FLOORS) if name in names]
    assert len(found) == 1, f"give {name!r} a floor in FLOORS"
    return found[0]


def part(path: Path) -> str:
    """The name by which FLOORS knows a file of the package."""
    first = path.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parts_imported(path: Path) -> set[str]:
    """The parts of the package that a file imports."""
    inside = [name.split(".")[1] for name in imported(path) if name.startswith("sovereign_kernel.")]
    return {name if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file() else "" for name in inside}


@pytest.mark.parametrize("path", EVERY, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    own = part(path)
    if own == "":  # the public face names everything, and loads it when it is asked for
        return
    for other in parts_imported(path) - {own}:
        assert floor(other) <= floor(own), f"{own} imports {other}, which stands above it"
        sideways = floor(other) == floor(own) == ENGINES
        assert not sideways or (own, other) in SIDEWAYS, f"the engine {own} imports the engine {other}"


@pytest.mark.parametrize("path", PROJECT, ids=lambda path: path.name)
def test_agents_and_graph_stand_on_their_floors(path: Path) -> None:
    highest = GRAPH if path.name == "graph.py" else AGENTS
    assert not {name for name in parts_imported(path) if floor(name) > highest}


@pytest.mark.parametrize("path", [*EVERY, *PROJECT], ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_imports_a_top_level_agents_or_graph(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] in ("agents", "graph", "prompts")}


def test_every_name_in_floors_exists() -> None:
    there = {part(path) for path in EVERY}
    assert {name for names in FLOORS for name in names} <= there | {"checking"}
