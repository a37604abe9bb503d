"""sovereign corpus search, sovereign corpus info"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from sovereign_kernel.cli.flags import CacheDir, Config, Corpus, Json, settings_of

if TYPE_CHECKING:
    from sovereign_kernel.sources.corpus import CorpusSource

app = typer.Typer(
    help="Search the offline corpus, or describe it. The first use builds an index in the cache.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)


@app.command()
def search(
    ctx: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="Plain words.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many papers at most.")] = 10,
    corpus: Corpus = None,
    cache_dir: CacheDir = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Search the corpus as a run does offline: by words and meaning of titles and abstracts."""
    from sovereign_kernel.report.escape import line

    words = " ".join(query)
    page = _open(ctx).search(words, limit)
    if as_json:
        papers = [paper.model_dump(mode="json") for paper in page.papers]
        typer.echo(json.dumps({"query": words, "total": page.total, "papers": papers}, indent=2, ensure_ascii=False))
        return
    for paper in page.papers:
        typer.echo(f"{paper.id:<17} {(paper.published or '')[:7]:<8} {line(paper.title)}")
    if not page.papers:
        typer.echo("nothing found: try fewer or other words", err=True)


@app.command()
def info(
    ctx: typer.Context, corpus: Corpus = None, cache_dir: CacheDir = None, config: Config = None, as_json: Json = False
) -> None:
    """Describe the corpus: how many records, from when to when, under which licence."""
    facts = asdict(_open(ctx).info())
    if as_json:
        typer.echo(json.dumps(facts, indent=2, default=str))
        return
    for name, value in facts.items():
        typer.echo(f"{name:<10} {'unknown' if value is None else value}")


def _open(ctx: typer.Context) -> CorpusSource:
    from sovereign_kernel.pipeline.toolkit import cache_dir
    from sovereign_kernel.sources.corpus import CorpusSource

    settings = settings_of(ctx)
    return CorpusSource(settings.corpus, cache_dir(settings))
