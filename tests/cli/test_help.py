"""--help teaches, and loads nothing heavy to do so."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from sovereign_kernel.cli.main import COMMANDS, main
from tests.cli.front import sovereign

NAMES = [name for group in COMMANDS.values() for name in group]
HEAVY = (
    "langgraph",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "langchain_nvidia_ai_endpoints",
    "sklearn",
    "faiss",
)
LOADED = """
import json, sys
from sovereign_kernel.cli.main import main
sys.argv = ["sovereign", *json.loads(sys.argv[1])]
try:
    main()
except SystemExit as end:
    print(json.dumps([end.code, sorted(sys.modules)]), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["research", "--help"], ["corpus", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(arguments)], capture_output=True, text=True, check=True
    )
    code, modules = json.loads(done.stderr)
    assert code in (0, None)
    assert done.stdout
    assert not {name for name in modules if name.split(".")[0] in HEAVY or name.startswith("langchain")}
    if arguments == ["--help"]:
        assert not {"pydantic", "numpy", "rich"} & set(modules)


def test_help_lists_every_command_and_teaches() -> None:
    shown = sovereign("--help").stdout
    for words in (
        *NAMES,
        "Examples:",
        "Exit codes:",
        "NVIDIA_API_KEY",
        "OPENAI_API_KEY",
        "SOVEREIGN_PAPERS",
        "sovereign.toml",
    ):
        assert words in shown


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str) -> None:
    done = sovereign(name, "--help")
    assert done.exit_code == 0
    assert "Usage:" in done.stdout
    assert "\\b" not in done.stdout


@pytest.mark.parametrize(
    ("typed", "hint"), [("resaerch", "'research'"), ("How does it work?", "sovereign research"), ("--nope", "--nope")]
)
def test_an_unknown_command_is_bad_input_with_a_hint(typed: str, hint: str) -> None:
    done = sovereign(typed)
    assert (done.exit_code, done.stdout) == (2, "")
    assert hint in done.stderr


def test_an_empty_home_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr(sys, "argv", ["sovereign", "version"])
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    with pytest.raises(SystemExit):
        main()
    assert "HOME" not in os.environ


def test_version() -> None:
    from sovereign_kernel import __version__

    assert sovereign("--version").stdout == sovereign("version").stdout == f"sovereign {__version__}\n"
