"""No command and no import of ours, or of what we depend on, leaves this machine unasked."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from sovereign_kernel.cli.main import COMMANDS
from tests.cli.front import write_corpus
from tests.network.watching import Watch, watching

ROOT = Path(__file__).resolve().parents[2]
NAMES = {name for group in COMMANDS.values() for name in group}
GOAL = "Does quantization lower the accuracy of small language models?"
CLAIM = "4-bit quantization lowers the accuracy by 2.1%."
EVERY_MODULE = """
import importlib, pkgutil, sovereign_kernel
for found in pkgutil.walk_packages(sovereign_kernel.__path__, "sovereign_kernel."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
from sovereign_kernel.pipeline.project import load_graph_module
load_graph_module()
"""


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """One home for all commands, as an owner has one; each test looks at what was added."""
    with watching(tmp_path_factory.mktemp("home")) as watch:
        write_corpus(watch.home / "corpus.jsonl")
        (watch.home / "source.txt").write_text("We find that 4-bit quantization lowers the accuracy by 2.1% on MMLU.\n")
        yield watch


SCRIPT: list[tuple[object, ...]] = [
    ("version",),
    ("research", GOAL, "--source", "corpus", "--corpus", "corpus.jsonl", "--provider", "none", "--out", "run"),
    ("show", "run"),
    ("runs", "--runs-dir", "."),
    ("resume", "run"),
    ("verify", "run"),
    ("review", "run", "--send-back", "look again at MMLU"),
    ("check", CLAIM, "--source", "source.txt"),
    ("doctor", "--source", "corpus", "--corpus", "corpus.jsonl", "--provider", "none"),
    ("roles",),
    ("corpus", "info", "--corpus", "corpus.jsonl"),
    ("corpus", "search", "quantization", "--corpus", "corpus.jsonl"),
    ("key", "key.pem"),
]


@pytest.mark.slow
def test_no_command_leaves_this_machine(watch: Watch) -> None:
    assert {str(arguments[0]) for arguments in SCRIPT} == NAMES, "a command is not watched"
    for arguments in SCRIPT:
        done = watch.sovereign(*arguments)
        assert "Traceback" not in done.stderr, done.stderr
        assert watch.attempts == [], arguments
    assert json.loads((watch.home / "run" / "draft.json").read_text("utf-8"))["claims"]


@pytest.mark.slow
def test_no_module_of_ours_leaves_this_machine(watch: Watch) -> None:
    done = watch.run(sys.executable, "-c", EVERY_MODULE)
    assert done.returncode == 0, done.stderr
    assert watch.attempts == []


@pytest.mark.slow
def test_nothing_that_we_depend_on_leaves_this_machine_when_it_is_loaded(watch: Watch) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    wanted = {word.split(">=")[0].split("[")[0].lower() for word in declared}
    owners = packages_distributions()
    modules = sorted(
        module
        for module, found in owners.items()
        if module.isidentifier() and not module.startswith("_") and wanted & {name.lower() for name in found}
    )
    assert {"onnxruntime", "faiss", "langgraph", "langchain_openai", "httpx"} <= set(modules)
    program = "import sovereign_kernel, importlib\n" + "".join(
        f"importlib.import_module({module!r})\n" for module in modules if module not in ("pkg_resources",)
    )
    done = watch.run(sys.executable, "-W", "ignore", "-c", program)
    assert done.returncode == 0, done.stderr
    assert watch.attempts == []


LEAVES = {
    "a connection": "import socket\ntry: socket.create_connection(('192.0.2.1', 80), 0.1)\nexcept BaseException: pass",
    "a look-up": "import socket\ntry: socket.getaddrinfo('example.org', 80)\nexcept BaseException: pass",
    "a request": "import urllib.request\ntry: urllib.request.urlopen('http://example.org')\nexcept OSError: pass",
    "telemetry": "import onnxruntime",
}


@pytest.mark.parametrize("name", LEAVES)
def test_the_guard_sees_what_it_is_for(name: str, tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        watch.run(sys.executable, "-c", LEAVES[name])
        assert watch.attempts


def test_the_native_recorder_sees_what_python_does_not(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        if watch.recorder is None:
            pytest.skip("no C compiler")
        call = (
            "import ctypes, socket, struct\n"
            "s = socket.socket(); s.settimeout(0)\n"
            "to = struct.pack('=HH4s8x', socket.AF_INET, socket.htons(9), socket.inet_aton('192.0.2.1'))\n"
            "ctypes.CDLL(None).connect(s.fileno(), to, len(to))\n"
        )
        watch.run(sys.executable, "-c", call)
        assert watch.attempts == ["native connect 192.0.2.1"]
