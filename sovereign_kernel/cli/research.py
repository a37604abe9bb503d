"""sovereign research"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sovereign_kernel.cli.flags import CacheDir, Config, ExtraBody, Json, Quiet, RunsDir, flag, settings_of
from sovereign_kernel.cli.outcomes import conduct
from sovereign_kernel.cli.plans import confirm_on_terminal, plan_in, print_plan
from sovereign_kernel.cli.progress import Show

if TYPE_CHECKING:
    from sovereign_kernel.api import Outcome


def research(
    ctx: typer.Context,
    goal: Annotated[
        list[str],
        typer.Argument(metavar="GOAL", help="What to find out, as a question; - reads it from standard input."),
    ],
    source: Annotated[Literal["auto", "arxiv", "corpus"] | None, flag("source")] = None,
    papers: Annotated[int | None, flag("papers")] = None,
    queries: Annotated[int | None, flag("queries")] = None,
    corpus: Annotated[Path | None, flag("corpus", metavar="FILE")] = None,
    provider: Annotated[Literal["auto", "nim", "openai", "none"] | None, flag("provider")] = None,
    model: Annotated[str | None, flag("model", metavar="NAME")] = None,
    base_url: Annotated[str | None, flag("base_url", metavar="URL")] = None,
    extra_body: ExtraBody = None,
    embeddings: Annotated[Literal["auto", "nim", "openai", "offline"] | None, flag("embeddings")] = None,
    nli: Annotated[str | None, flag("nli", metavar="NAME|DIR")] = None,
    rounds: Annotated[int | None, flag("rounds")] = None,
    threshold: Annotated[float | None, flag("threshold")] = None,
    roles: Annotated[Path | None, flag("roles", metavar="DIR")] = None,
    require_owner: Annotated[bool | None, flag("require_owner", "--require-owner/--no-require-owner")] = None,
    policy: Annotated[Path | None, flag("policy", metavar="FILE")] = None,
    max_seconds: Annotated[float | None, flag("max_seconds")] = None,
    max_calls: Annotated[int | None, flag("max_calls")] = None,
    max_cost: Annotated[float | None, flag("max_cost")] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Show how GOAL is read, and ask before anything is searched for.")
    ] = False,
    plan_from: Annotated[
        Path | None, typer.Option("--plan-from", metavar="FILE", help="Read GOAL as this plan says (JSON or TOML).")
    ] = None,
    plan_only: Annotated[
        bool, typer.Option("--plan-only", help="Print how GOAL is read as JSON, for --plan-from, and stop.")
    ] = False,
    out: Annotated[
        Path | None,
        flag("out", metavar="DIR", help="The run's own folder, new or empty [default: runs/DATE-GOAL]."),
    ] = None,
    runs_dir: RunsDir = None,
    cache_dir: CacheDir = None,
    config: Config = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Research GOAL: search, extract claims, check every one, hold the tribunal, decide, and write the draft.

    Without a key it runs in measured mode: every claim is the source's own words, and nothing is asked of a model.

    \b
    Examples:
      sovereign research "Does quantization hurt the accuracy of small language models?"
      sovereign research "…" --source corpus --provider none --out my-run
      sovereign research "…" --provider openai --base-url http://127.0.0.1:8080/v1 --model local
      sovereign research "…" --json 2>/dev/null > draft.json
      sovereign research "…" --plan-only > plan.json;  sovereign research "…" --plan-from plan.json

    \b
    Exit codes: 0 approved, 3 the owner's review is pending, 4 rejected, 5 nothing found,
    2 bad input, 6 a service is unreachable or refuses, 130 interrupted (`sovereign resume` goes on).
    """
    settings = settings_of(ctx)
    text = sys.stdin.read() if goal == ["-"] else " ".join(goal)

    if plan_only:
        print_plan(text, settings, plan_from)
        return
    confirm = confirm_on_terminal(settings) if plan or settings.confirm_plan else None
    given = plan_in(plan_from, text, settings) if plan_from else None

    def work(show: Show, stop: threading.Event) -> Outcome:
        from sovereign_kernel.api import research as run_research

        return run_research(text, plan=given, confirm=confirm, on_event=show, settings=settings, stop=stop)

    conduct(work, as_json, quiet)
