"""Writes docs/settings.md and docs/cli.md from the code, so that they cannot drift: `make docs`; a test compares."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import typer

from sovereign_kernel.cli.main import COMMANDS, app
from sovereign_kernel.settings import OWNERS_ONLY, PREFIX, SERVE, Settings

HERE = Path(__file__).parent
SIGNS = (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<"))

SETTINGS_HEAD = """# Settings

Made from `sovereign_kernel/settings.py` by `make docs`; a test holds it true.

Every setting can be given in four places; the first that has it wins:

1. explicitly: a flag of the command line, an argument of `research(...)`, or the graph's `context=`;
2. the environment: `SOVEREIGN_` and the name in capitals, for example `SOVEREIGN_PAPERS=20`;
3. a TOML file: `sovereign.toml` in the working directory, or the file that `--config` or `SOVEREIGN_CONFIG` names. One
   that only lies there may be a stranger's: what it sets is told on standard error, and it may not name roles, models
   to load, addresses, a cache or paths out of its folder, nor lower a threshold (see security.md);
4. the default.

An unknown name is refused, with the nearest known one. Keys are not settings: `NVIDIA_API_KEY` and `OPENAI_API_KEY` are
read from the environment where a client is made, and are written nowhere.

```toml
# sovereign.toml
source = "corpus"
papers = 20
require_owner = true

[role_models]
skeptic = "a-larger-model"
```

| Setting | Type | Default | Flag | What it does |
|---|---|---|---|---|
"""

OWNERS = ", ".join(f"`{name}`" for name in OWNERS_ONLY)
SETTINGS_END = f"""

Not taken from the context of a served graph ([security.md](security.md)): {OWNERS}.

No settings, but variables of their own: `{PREFIX}CONFIG` names the settings file; `{PREFIX}TRACING=1` leaves tracing to
LangSmith's variables, which otherwise count for nothing here; `{SERVE}TRUSTS_CONTEXT`, `{SERVE}ORIGINS` and
`{SERVE}HOSTS` are about the served graph.
"""

CLI_HEAD = """# The command line

Made from the commands' own help by `make docs`; a test holds it true. `sovereign COMMAND --help` says the same.

"""


def settings_page() -> str:
    flags = {param.name for param in typer.main.get_command(app).get_command(None, "research").params}
    rows = [
        f"| `{name}` | {_type(field.annotation)}{_bounds(field.metadata)} | {_default(field.default)} "
        f"| {_flag(name) if name in flags else ''} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return SETTINGS_HEAD + "\n".join(rows) + SETTINGS_END


def cli_page() -> str:
    group = typer.main.get_command(app)
    parts = [CLI_HEAD, "```text\n", _help(group, "sovereign"), "```\n"]
    for names in COMMANDS.values():
        for name in names:
            command = group.get_command(None, name)
            for path, entry in _leaves(command, f"sovereign {name}"):
                parts += [f"\n## {path}\n\n", "```text\n", _help(entry, path), "```\n"]
    return "".join(parts)


def _leaves(command: Any, path: str) -> list[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    return [(f"{path} {name}", entry) for name, entry in inner.items()] if inner else [(path, command)]


def _help(command: Any, path: str) -> str:
    """The plain help of a command, at a fixed width: the terminal's size and colours do not show."""
    context = command.make_context(path, [], resilient_parsing=True, max_content_width=110, terminal_width=110)
    text = command.get_help(context)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _flag(name: str) -> str:
    return f"`--{name.replace('_', '-')}`"


def _default(value: Any) -> str:
    if value in (None, {}):
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(part) for part in inner if part is not type(None))
    if origin is dict:
        return "table"
    return {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}[annotation]


def _bounds(metadata: list[Any]) -> str:
    found = [f"{sign} {getattr(bound, name):g}" for bound in metadata for name, sign in SIGNS if hasattr(bound, name)]
    return f", {' and '.join(found)}" if found else ""


PAGES = {"settings.md": settings_page, "cli.md": cli_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), "utf-8")
