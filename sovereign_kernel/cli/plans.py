"""The plan on the command line: printed, asked about, edited, read from a file."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import typer

from sovereign_kernel.errors import BadInput

if TYPE_CHECKING:
    from sovereign_kernel.records import Goal
    from sovereign_kernel.settings import Settings

ASKED = "[Enter] go on   [e] edit   [q] stop: "
_LARGEST = 200_000  # bytes of a plan


def print_plan(goal: str, settings: Settings, file: Path | None = None) -> None:
    """The plan as the one JSON document on standard output."""
    from sovereign_kernel.api import plan
    from sovereign_kernel.goal.plan import editable

    found = plan_in(file, goal, settings) if file else plan(goal, settings=settings)
    typer.echo(json.dumps(editable(found, settings.queries), indent=2, ensure_ascii=False))


def plan_in(file: Path, goal: str, settings: Settings) -> Goal:
    """The goal as a file says it is to be read. Raises BadInput for a file that is no plan of this goal."""
    from sovereign_kernel.goal import clean_goal
    from sovereign_kernel.goal.plan import amended
    from sovereign_kernel.pipeline.toolkit import Toolkit

    tools = Toolkit.open(settings.model_copy(update={"out": None}))
    try:
        with file.open("rb") as opened:
            raw = opened.read(_LARGEST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise BadInput(f"the plan {file} cannot be read: {exc}", help="--plan-only prints one") from exc
    return amended(tools.goal(clean_goal(goal)), parsed(raw, file.suffix), tools.lexicon)


def parsed(text: str, suffix: str = ".json") -> dict[str, Any]:
    """The fields of a plan in JSON or TOML. Raises BadInput."""
    try:
        found = tomllib.loads(text) if suffix.lower() == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise BadInput(
            f"the plan is not {'TOML' if suffix.lower() == '.toml' else 'JSON'}: {exc}", help="--plan-only prints one"
        ) from exc
    if not isinstance(found, dict):
        raise BadInput("the plan is no object with fields", help="--plan-only prints one")
    return found


def confirm_on_terminal(settings: Settings) -> Callable[[Goal], Goal]:
    """Shows a plan on standard error and asks until it is taken, edited or refused. Raises BadInput without a terminal,
    before anything is done."""
    if not sys.stdin.isatty():
        raise BadInput(
            "--plan asks before it goes on, and there is no terminal to ask on",
            help="--plan-only prints the plan; --plan-from FILE takes it back, changed or not",
        )
    return lambda goal: _asked(goal, settings)


def _asked(goal: Goal, settings: Settings) -> Goal:
    from sovereign_kernel.goal.plan import amended, editable, plan_lines
    from sovereign_kernel.pipeline.toolkit import Toolkit
    from sovereign_kernel.report.escape import line

    while True:
        for told in plan_lines(goal, settings.queries):
            typer.echo(f"  {line(told)}", err=True)
        typer.echo(ASKED, nl=False, err=True)
        answer = sys.stdin.readline()
        if answer.strip().lower() in ("q", "quit", "n", "no") or not answer:
            raise typer.Abort
        if answer.strip().lower() not in ("e", "edit"):
            return goal
        before = json.dumps(editable(goal, settings.queries), indent=2, ensure_ascii=False)
        edited = click.edit(before, extension=".json")
        if edited is None or edited.strip() == before.strip():
            continue
        try:
            lexicon = Toolkit.open(settings.model_copy(update={"out": None})).lexicon
            goal = amended(goal, parsed(edited), lexicon)
        except BadInput as exc:
            typer.echo(f"error: {exc}\nnext: {exc.help}", err=True)
