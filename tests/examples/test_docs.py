"""The pages that show code or the graph are true: their Python runs, their diagram is the graph's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from sovereign_kernel.pipeline.project import load_graph_module
from tests.graph.conftest import CORPUS

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(?P<kind>\w+)(?: title=(?P<title>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
EDGE = re.compile(r"^\t(\w+) (-->|-\.->) (\w+);$", re.MULTILINE)


def test_the_python_of_extending_runs(tmp_path: Path) -> None:
    script: list[str] = []
    for block in BLOCK.finditer((DOCS / "extending.md").read_text("utf-8")):
        if block["title"]:
            path = tmp_path / block["title"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(block["text"], "utf-8")
        elif block["kind"] == "python":
            script.append(block["text"])
    assert len(script) >= 6
    offline = {
        "SOVEREIGN_SOURCE": "corpus",
        "SOVEREIGN_PROVIDER": "none",
        "SOVEREIGN_CORPUS": str(CORPUS),
        "SOVEREIGN_CACHE_DIR": str(tmp_path / "cache"),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(script)],
        cwd=tmp_path,
        env=os.environ | offline,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_diagram_is_the_graphs() -> None:
    drawn = set(EDGE.findall((DOCS / "architecture.md").read_text("utf-8")))
    graph = load_graph_module().build_graph().get_graph()
    assert drawn == set(EDGE.findall(graph.draw_mermaid()))
