"""The wheel is whole, owns one top-level name, and works from an empty directory, also beside openai-agents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from sovereign_kernel.pipeline import project
from tests.cli.front import write_corpus

ROOT = Path(__file__).resolve().parents[1]
STUB = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "openai-agents"
version = "99"
[tool.hatch.build.targets.wheel]
packages = ["agents"]
"""


def build(kind: str, source: Path, target: Path) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", target, cwd=source)
    (built,) = target.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


def run(*command: object, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_is_whole_and_owns_one_name(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"sovereign_kernel", wheel.name.split("-py3")[0] + ".dist-info"}
    tracked = run("git", "ls-files", "sovereign_kernel", "graph.py", "agents", "prompts", cwd=ROOT).splitlines()
    assert tracked
    inside = {path if path.startswith("sovereign_kernel/") else f"sovereign_kernel/_project/{path}" for path in tracked}
    assert inside <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


@pytest.mark.slow
def test_the_sdist_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(build("sdist", ROOT, tmp_path)) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = (path for path in tmp_path.iterdir() if path.is_dir())
    again = build("wheel", unpacked, tmp_path / "again")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


@pytest.mark.slow
def test_the_wheel_works_from_an_empty_directory_beside_openai_agents(wheel: Path, tmp_path: Path) -> None:
    """Dependencies are borrowed from the environment that runs the tests; the kernel comes from the wheel alone."""
    stub, home, empty = tmp_path / "stub", tmp_path / "venv", tmp_path / "empty"
    (stub / "agents").mkdir(parents=True)
    (stub / "agents" / "__init__.py").write_text("owner = 'openai'\n")
    (stub / "pyproject.toml").write_text(STUB)
    empty.mkdir()
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=empty).strip())
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    wheels = (wheel, build("wheel", stub, tmp_path / "stub-wheel"))
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-index", "--no-deps", *wheels, cwd=empty)

    records = [set(record.read_text().splitlines()) for record in site.glob("*.dist-info/RECORD")]
    files = [{row.split(",")[0] for row in rows} for rows in records]
    assert len(files) == 2
    assert not files[0] & files[1]
    alone = {"PYTHONPATH": str(ROOT / "tests" / "guard"), "VIRTUAL_ENV": str(home)}
    whose = "import agents, sovereign_kernel; print(agents.owner, sovereign_kernel.__file__)"
    assert run(python, "-c", whose, cwd=empty, **alone).split() == [
        "openai",
        str(site / "sovereign_kernel/__init__.py"),
    ]

    roles = json.loads(run(home / "bin" / "sovereign", "roles", "--json", cwd=empty, **alone))
    assert {Path(role["file"]).parent for role in roles} == {site / "sovereign_kernel" / "_project" / "agents"}
    corpus = write_corpus(tmp_path / "corpus.jsonl")
    goal = ("research", "Does quantization lower the accuracy of small language models?", "--no-require-owner")
    offline = ("--source", "corpus", "--corpus", corpus, "--threshold", "0", "--json", "--quiet", "--out", "run")
    command = [str(word) for word in (home / "bin" / "sovereign", *goal, *offline)]
    done = subprocess.run(command, cwd=empty, env=os.environ | alone, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3, 4), done.stderr
    assert json.loads(done.stdout) == json.loads((empty / "run" / "draft.json").read_text("utf-8"))
    assert [path.name for path in empty.iterdir()] == ["run"]


def test_the_graph_is_loaded_once_under_a_private_name() -> None:
    module = project.load_graph_module()
    assert project.load_graph_module() is module
    assert module.__name__ == project.GRAPH_MODULE
    assert Path(module.__file__) == project.project_root() / "graph.py"


def test_constraints_pin_what_pyproject_asks_for() -> None:
    """One exact version a line, no hosts; every direct dependency, also of the tests, is among them."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    assert all(line.count("==") == 1 and not {" ", "/", "@"} & set(line) for line in lines)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*declared["dependencies"], *declared["optional-dependencies"]["dev"]]
    names = {word.split(">=")[0].split("[")[0].lower() for word in wanted} - {"sovereign-kernel"}
    assert names <= pinned
