"""The front door: `sovereign`. Finds the command that was named, runs it, and says plainly what went wrong.

Nothing but typer is imported before a command is known; sovereign_kernel/commands holds one command a module.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from difflib import get_close_matches
from importlib import import_module
from types import TracebackType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sovereign_kernel import __version__
from sovereign_kernel.cli import streams
from sovereign_kernel.errors import SovereignError
from sovereign_kernel.storage.atomic import of_the_machine

COMMANDS = {
    "Research": {
        "research": "From a research goal to a draft in which every sentence can be checked",
        "resume": "Go on with an interrupted run; no finished model call is repeated",
        "review": "Give the owner's answer: approve a draft, or send it back",
    },
    "Look and check": {
        "show": "Show a run's draft",
        "runs": "List the runs",
        "verify": "Re-check a finished run without trusting the kernel: no key, no network",
        "check": "Check one claim, or many, against a source",
    },
    "Set up": {
        "doctor": "What is configured, what answers, and what to do about what does not",
        "roles": "List the roles that take part, and where each comes from",
        "corpus": "Search the offline corpus, or describe it",
        "key": "Make a key that signs approvals",
        "version": "Print the version",
    },
}

HELP = """SOVEREIGN: from a research goal to a draft that can be checked. Works without any key, and without a network.

\b
Examples:
  sovereign research "Does quantization hurt the accuracy of small language models?"
  sovereign research "…" --source corpus --provider none     offline, no model
  sovereign review runs/2026-11-22-… --approve --owner "Ada"
  sovereign check "Method A is 12% faster than B" --source paper.txt
"""

EPILOG = """\b
Settings come from flags, then SOVEREIGN_* variables, then sovereign.toml (or the file that SOVEREIGN_CONFIG
names), then defaults: SOVEREIGN_PAPERS=20 is --papers 20. docs/settings.md lists them all.

\b
Keys:
  NVIDIA_API_KEY   NIM, for the language model and embeddings
  OPENAI_API_KEY   any OpenAI-compatible server (--base-url)

\b
Exit codes:
  0  approved, or done          4  rejected by policy
  1  a defect of ours           5  nothing found
  2  bad input                  6  a service is unreachable or refuses
  3  the owner's review is pending: the draft is there
  7  verify found something that does not hold                130  interrupted
"""


class Commands(TyperGroup):
    """The commands by name; a module is imported when its command is run, and not for the list."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for group in COMMANDS.values() for name in group]

    def get_command(self, ctx: Any, name: str) -> Any:
        if name not in self.list_commands(ctx):
            return None
        module = import_module(f"sovereign_kernel.cli.{name}")
        app = getattr(module, "app", None)
        if app is None:
            app = typer.Typer(rich_markup_mode=None, add_completion=False)
            app.command(name)(getattr(module, name))
        command = typer.main.get_command(app)
        command.name = name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            near = get_close_matches(args[0], known, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}?" if near else 'A goal is researched by: sovereign research "GOAL"'
            ctx.fail(f"No such command {args[0]!r}. {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for heading, commands in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl(list(commands.items()))

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; an error of ours becomes two lines and its exit code."""
        try:
            return super().invoke(ctx)
        except (SovereignError, OSError) as failure:
            if isinstance(failure, BrokenPipeError):
                raise
            error = failure if isinstance(failure, SovereignError) else of_the_machine(failure)
            if error is None:
                raise
            if ctx.params.get("debug"):
                traceback.print_exc()
            tell(error, as_json=bool(ctx.meta.get("json")))
            raise typer.Exit(error.exit_code) from failure


app = typer.Typer(
    cls=Commands,
    help=HELP,
    epilog=EPILOG,
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"max_content_width": 110},
)


def show_version(value: bool) -> None:
    if value:
        typer.echo(f"sovereign {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if debug:
        sys.excepthook = sys.__excepthook__


def main() -> None:
    """The `sovereign` command."""
    streams.prepare()
    sys.excepthook = tell_defect
    if os.environ.get("HOME") == "":
        del os.environ["HOME"]  # an empty HOME would mean the root of the disk; without one the user's own is looked up
    try:
        try:
            typer.main.get_command(app)(prog_name="sovereign")  # app() itself would set typer's own excepthook
        finally:
            streams.finish()
    except BrokenPipeError:
        streams.forget_output()
        sys.exit(1)
    except SovereignError as error:
        tell(error, as_json=False)
        sys.exit(error.exit_code)


def tell(error: SovereignError, as_json: bool) -> None:
    """What was wrong and what to do next, on standard error; with --json also as the document on standard output."""
    what, help = (without_keys(text) for text in (str(error), error.help))
    if as_json and not isinstance(error, streams.OutputLost):
        kind = type(error).__name__
        typer.echo(json.dumps({"error": what, "next": help, "kind": kind, "exit_code": error.exit_code}, indent=2))
    typer.echo(f"error: {what}", err=True)
    if help:
        typer.echo(f"next: {help}", err=True)


def tell_defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The excepthook: whatever nobody expected is a defect of ours (exit 1), told without a traceback."""
    typer.echo(without_keys(f"error: a defect of ours: {kind.__name__}: {error}"), err=True)
    typer.echo("next: run `sovereign --debug …` for the traceback, and report it with that", err=True)


def without_keys(text: str) -> str:
    """`text` on visible lines, without the value of any variable that is named like a key."""
    from sovereign_kernel.report.escape import visible

    for name, value in os.environ.items():
        if name.endswith(("_KEY", "_TOKEN", "_SECRET")) and value:
            for form in (value, value.strip(" \t\r\n\ufeff\"'")):  # as it was pasted, and as it is sent
                text = text.replace(form, f"[{name}]") if form else text
    return visible(text)
