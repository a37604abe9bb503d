"""Where graph.py, agents/ and prompts/ are, in a checkout or in an installed wheel; the graph is loaded by path.

By path, because a top-level `agents` or `graph` may belong to another distribution. Imports nothing of the engines.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
from pathlib import Path
from types import ModuleType

from sovereign_kernel.errors import BadInput

GRAPH_MODULE = "_sovereign_graph"
_loading = threading.RLock()


def project_root() -> Path:
    """The folder that holds graph.py, agents/ and prompts/. Raises BadInput when the installation lacks them."""
    package = Path(__file__).resolve().parent
    for root in (package / "_project", package.parent):
        if (root / "graph.py").is_file() and (root / "agents").is_dir() and (root / "prompts").is_dir():
            return root
    raise BadInput(
        f"graph.py, agents/ and prompts/ are neither in {package / '_project'} nor beside {package}",
        help="the installation is incomplete: install sovereign-kernel again",
    )


def load_graph_module() -> ModuleType:
    """graph.py as a module, loaded once and registered under a name that no other distribution can own."""
    with _loading:
        if GRAPH_MODULE in sys.modules:
            return sys.modules[GRAPH_MODULE]
        path = project_root() / "graph.py"
        spec = importlib.util.spec_from_file_location(GRAPH_MODULE, path)
        if spec is None or spec.loader is None:
            raise BadInput(f"{path} cannot be loaded as a Python module", help="install sovereign-kernel again")
        module = importlib.util.module_from_spec(spec)
        sys.modules[GRAPH_MODULE] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[GRAPH_MODULE]
            raise
        return module
