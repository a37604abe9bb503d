"""The front door as tests use it: in this process, or as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from sovereign_kernel.cli.main import app

PAPERS = (
    (
        "2401.00001",
        "Quantization of small language models: what it costs",
        "Small language models run on phones when their weights are quantized. We study how quantization "
        "changes the accuracy of small language models. We find that 4-bit quantization lowers the accuracy "
        "of small language models by 2.1% on MMLU. In contrast, 8-bit quantization does not change accuracy "
        "by more than 0.2% on MMLU.",
    ),
    (
        "2401.00002",
        "Calibration data for quantized language models",
        "Post-training quantization needs calibration data. We compare five calibration sets for language "
        "models with 1B parameters. Our results show that task-specific calibration data improves the "
        "accuracy of quantized language models by 1.4% over random text. Quantization of activations reduces "
        "accuracy more than quantization of weights.",
    ),
    (
        "2401.00003",
        "Baking sourdough bread",
        "We knead dough with wild yeast. Results show that longer fermentation improves the taste of "
        "sourdough bread for 78% of 120 tasters. Higher hydration increases the volume of the loaf by 12%.",
    ),
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
