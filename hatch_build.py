"""Ships graph.py, agents/ and prompts/ inside the package: a top-level `agents` may belong to somebody else.

An editable install takes them from the checkout, so no copy of them is made that could go stale.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ProjectFiles(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"] |= {
                name: f"sovereign_kernel/_project/{name}" for name in ("graph.py", "agents", "prompts")
            }
