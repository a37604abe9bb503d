"""SOVEREIGN: from a research goal to a draft that can be checked.

from sovereign_kernel import plan, research, resume, review, check
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# onnxruntime reports to its maker, and leaves a lasting device id, from the moment it is loaded: so this comes first.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"
__all__ = [
    "Draft",
    "Goal",
    "Outcome",
    "Settings",
    "SovereignError",
    "Verification",
    "check",
    "plan",
    "research",
    "resume",
    "review",
]

if TYPE_CHECKING:
    from sovereign_kernel.api import Outcome, plan, research, resume, review
    from sovereign_kernel.errors import SovereignError
    from sovereign_kernel.pipeline.checking import check
    from sovereign_kernel.records import Draft, Goal, Verification
    from sovereign_kernel.settings import Settings

_HOMES = {
    "Draft": "records",
    "Goal": "records",
    "Outcome": "kernel",
    "Settings": "settings",
    "SovereignError": "errors",
    "Verification": "records",
    "check": "checking",
    "plan": "kernel",
    "research": "kernel",
    "resume": "kernel",
    "review": "kernel",
}


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first asked for, so that `sovereign --help` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
