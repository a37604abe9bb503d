"""What a role is, and how roles are found.

A role is one Python file that defines `role`, and, if it argues, one Markdown prompt of the same name: beside it, or in
a folder `prompts` beside its folder. All roles of a stage run side by side and join before the next stage.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sovereign_kernel.errors import BadRole
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.text.prompts import PromptTemplate, load_prompt

if TYPE_CHECKING:
    from sovereign_kernel.pipeline.toolkit import Toolkit


class Stage(StrEnum):
    """Where a role works, and so what it returns."""

    SEARCH = "search"
    EXTRACT = "extract"
    WRITE = "write"
    REVIEW = "review"


Run = Callable[[Dossier, "Toolkit"], Any]


@dataclass(frozen=True)
class Role:
    """A role: `run(dossier, tools)` returns what its stage asks for (SearchReport, Extraction, Manuscript or
    Review)."""

    name: str
    stage: Stage
    about: str
    run: Run
    origin: Path | None = None
    prompt: PromptTemplate | None = field(default=None, repr=False)


def load_roles(folders: Iterable[Path]) -> tuple[Role, ...]:
    """The roles in these folders, by stage and name. Raises BadRole with the file, the line and the mend."""
    roles: dict[str, Role] = {}
    for folder in folders:
        if not folder.is_dir():
            raise BadRole(f"the roles folder {folder} is not there", help="name a folder that holds role files")
        for path in sorted(folder.glob("*.py")):
            if path.name.startswith("_"):
                continue
            role = _load(path)
            if role.name in roles:
                raise BadRole(
                    f"two roles are named {role.name!r}: {roles[role.name].origin} and {path}",
                    help="rename one of them",
                )
            roles[role.name] = role
    order = list(Stage)
    return tuple(sorted(roles.values(), key=lambda role: (order.index(role.stage), role.name)))


def _load(path: Path) -> Role:
    if not path.stem.isidentifier():
        raise BadRole(f"{path} cannot name a role", help="use letters, digits and underscores in the file's name")
    module_name = f"_sovereign_role_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]}_{path.stem}"
    spec = importlib.util.spec_from_file_location(module_name, path.resolve())
    if spec is None or spec.loader is None:
        raise BadRole(f"{path} is not a Python file", help="a role is one Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as exc:
        frames = [frame for frame in traceback.extract_tb(exc.__traceback__) if Path(frame.filename) == path.resolve()]
        line = exc.lineno if isinstance(exc, SyntaxError) else frames[-1].lineno if frames else None
        where = f"{path}, line {line}" if line else str(path)
        raise BadRole(f"{where}: {type(exc).__name__}: {exc}", help="mend this line, or move the file away") from exc
    role = getattr(module, "role", None)
    if not isinstance(role, Role):
        raise BadRole(f"{path} defines no `role`", help="end the file with `role = Role(...)`; see docs/extending.md")
    if role.name != path.stem:
        raise BadRole(f"{path} defines the role {role.name!r}", help="a role has the name of its file")
    prompt = next((load_prompt(found) for found in _prompt_places(path) if found.is_file()), None)
    return replace(role, origin=path, prompt=prompt)


def _prompt_places(path: Path) -> tuple[Path, Path]:
    return path.with_suffix(".md"), path.parent.parent / "prompts" / f"{path.stem}.md"
