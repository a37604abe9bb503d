"""sovereign check: one claim against a file, an arXiv paper or standard input; or many pairs, streamed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from sovereign_kernel.cli.flags import CacheDir, Config, Corpus, Json, flag, settings_of
from sovereign_kernel.errors import BadInput, NothingFound, SourceUnavailable

if TYPE_CHECKING:
    from sovereign_kernel.ports import Verifier
    from sovereign_kernel.records import Verification
    from sovereign_kernel.settings import Settings

LARGEST = 50_000_000  # bytes of a source that are read


def check(
    ctx: typer.Context,
    claim: Annotated[str | None, typer.Argument(metavar="CLAIM", help="The claim, in quotation marks.")] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--source", "-s", metavar="FILE|ARXIV-ID|-", help="What the claim is checked against.", show_default=False
        ),
    ] = None,
    pairs: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.jsonl|-",
            help='Many: a line each {"claim": …, "source": …}; answers in order.',
            show_default=False,
        ),
    ] = None,
    provider: Annotated[
        str | None, flag("provider", help="A language model that entails too; none by default.")
    ] = None,
    model: Annotated[str | None, flag("model", metavar="NAME")] = None,
    base_url: Annotated[str | None, flag("base_url", metavar="URL")] = None,
    nli: Annotated[str | None, flag("nli", metavar="NAME|FOLDER")] = None,
    corpus: Corpus = None,
    cache_dir: CacheDir = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Check one claim, or many, against a source. Works without a key and without a network."""
    if pairs is not None:
        if claim is not None or against is not None:
            raise BadInput("--pairs takes no claim and no --source", help="put both into the pairs file, a line each")
        if bad := _many(ctx, pairs):
            typer.echo(
                f"error: {bad} line{'s' if bad > 1 else ''} could not be read; each has its error in its place",
                err=True,
            )
            raise typer.Exit(2)
        return
    if claim is None or against is None:
        raise BadInput("a claim and its source are needed", help='sovereign check "CLAIM" --source FILE|ARXIV-ID|-')
    settings = settings_of(ctx)
    found = _verifier(settings).verify(claim, _source(against, settings))
    if as_json:
        from sovereign_kernel.pipeline.checking import answer

        typer.echo(json.dumps(answer(found), indent=2, ensure_ascii=False))
    else:
        _show(found)


def _many(ctx: typer.Context, pairs: str) -> int:
    from sovereign_kernel.pipeline.checking import check_pairs

    verifier = _verifier(settings_of(ctx))

    def write(line: str) -> None:
        sys.stdout.write(line)
        sys.stdout.flush()

    if pairs == "-":
        return check_pairs(_decoded(sys.stdin.buffer), write, verifier)
    try:
        with Path(pairs).open("rb") as lines:
            return check_pairs(_decoded(lines), write, verifier)
    except OSError as error:
        raise BadInput(
            f"the pairs file {pairs} cannot be read: {error.strerror}", help="a JSONL file, or - for standard input"
        ) from error


def _decoded(lines: IO[bytes]) -> Iterator[str]:
    for line in lines:
        yield line.decode("utf-8", errors="replace")


def _verifier(settings: Settings) -> Verifier:
    """The verifier of these settings; a model takes part only when one is named on purpose."""
    from sovereign_kernel.pipeline.checking import default_verifier
    from sovereign_kernel.settings import address_of

    named_here = settings.base_url not in (None, address_of("openai"), address_of("nim"))
    if settings.provider in {"nim", "openai"} or named_here or settings.nli:
        from sovereign_kernel.pipeline.toolkit import Toolkit

        tools = Toolkit.open(settings)
        return (tools.second_opinion if settings.nli is None else None) or tools.verifier
    return default_verifier()


def _source(named: str, settings: Settings) -> str:
    """The text that `--source` names."""
    if named == "-":
        return _text(sys.stdin.buffer.read(LARGEST + 1), "standard input")
    path = Path(named)
    try:
        if path.is_file() or path.is_fifo():  # a pipe, as <(…) makes one
            with path.open("rb") as file:
                return _text(file.read(LARGEST + 1), named)
        if path.is_dir():
            raise BadInput(f"{named} is a folder", help="name a text file in it")
    except OSError as error:
        raise BadInput(
            f"the source {named[:200]} cannot be read: {error.strerror}", help="a text file, an arXiv id, or -"
        ) from error
    return _paper(named, settings)


def _text(raw: bytes, name: str) -> str:
    if len(raw) > LARGEST:
        raise BadInput(
            f"{name} is larger than {LARGEST // 1_000_000} MB", help="cut out the part that the claim is about"
        )
    if raw.startswith(b"%PDF") or b"\x00" in raw[:8192]:
        raise BadInput(f"{name} is not a text file", help="convert it to plain text first, for example with pdftotext")
    return raw.decode("utf-8", errors="replace").removeprefix("\ufeff")


def _paper(named: str, settings: Settings) -> str:
    from sovereign_kernel.pipeline.toolkit import Toolkit
    from sovereign_kernel.sources.arxiv_ids import arxiv_id

    id = arxiv_id(named)
    if id is None:
        raise BadInput(
            f"no file and no arXiv id: {named[:200]!r}",
            help="--source FILE, an id such as 2604.23996, or - for standard input",
        )
    tools = Toolkit.open(settings)
    found = tools.corpus.lookup([id]) if settings.source != "arxiv" else ()
    if not found and settings.source != "corpus":
        try:
            found = tools.arxiv.lookup([id])
        except SourceUnavailable as error:
            raise SourceUnavailable(
                f"{id} is not in the corpus, and arXiv does not answer: {error}", help=error.help
            ) from error
    if not found:
        raise NothingFound(f"no paper has the id {id}", help="look at the id again")
    return found[0].text


def _show(found: Verification) -> None:
    from rich.console import Console
    from rich.text import Text

    from sovereign_kernel.report.escape import visible

    console = Console(highlight=False)
    colour = {"SUPPORTED": "green", "REFUTED": "red"}.get(found.verdict, "yellow")
    head = Text(found.verdict, style=f"bold {colour}")
    if found.probabilities is not None and not found.verbatim:
        shares = found.probabilities.model_dump()
        head.append(
            "   " + " · ".join(f"{name} {share:.2f}" for name, share in shares.items()), style="default not bold"
        )
    if found.verbatim:
        head.append("   verbatim in the source", style="default not bold")
    console.print(head)
    for fact in found.facts:
        sure = "" if fact.probability is None else f" {fact.probability:.2f}"
        console.print(Text(f"  {fact.verdict}{sure}: {visible(fact.text)}"))
    for quote in found.evidence:
        console.print(Text(f'  "{visible(quote.text)}"  [{quote.start}:{quote.end}]', style="italic"))
    for reason in found.reasons:
        console.print(Text(f"  because {visible(reason)}"))
    for entry in found.checks:
        score = "" if entry.score is None else f"{entry.score:.2f}"
        console.print(Text(f"    {entry.name:<11}{entry.outcome:<10}{score:>5}  {visible(entry.reason)}", style="dim"))
