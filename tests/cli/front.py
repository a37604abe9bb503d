"""The front door as tests use it: in this process, or as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from sovereign_kernel.cli import app

PAPERS = (
    (
        "2401.00001",
        "Quantisation of small language models",
        "We study quantisation. Four-bit weights lower accuracy by 2%.",
    ),
    ("2401.00002", "Sparse experts", "Mixture of experts lowers the cost of inference. Routing is learned end to end."),
    ("2401.00003", "Baking bread", "We knead dough. Longer fermentation improves the taste of sourdough bread."),
)


def sovereign(*arguments: object, input: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=input)


def start(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sovereign_kernel", *map(str, arguments)]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def write_corpus(path: Path) -> Path:
    rows = ({"id": id, "title": title, "abstract": abstract} for id, title, abstract in PAPERS)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path
