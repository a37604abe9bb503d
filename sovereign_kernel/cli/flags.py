"""Command-line flags that are settings: names, help and defaults come from Settings, so the two cannot drift apart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sovereign_kernel.errors import BadSetting
from sovereign_kernel.settings import Settings, resolve


def flag(name: str, *declarations: str, metavar: str | None = None, help: str = "") -> Any:
    """The option of one setting. Its default is None on the command line: only what was typed is explicit."""
    field = Settings.model_fields[name]
    default = "" if field.default in (None, {}) or isinstance(field.default, bool) else f" [default: {field.default}]"
    return typer.Option(
        *(declarations or ("--" + name.replace("_", "-"),)),
        help=(help or f"{describe(name)}.{default}"),
        metavar=metavar,
        show_default=False,
    )


def explicit(params: dict[str, Any]) -> dict[str, Any]:
    """The settings among a command's parameters that were typed."""
    untyped: tuple[Any, ...] = (None, [], ())
    return {name: value for name, value in params.items() if name in Settings.model_fields and value not in untyped}


def settings_of(ctx: typer.Context) -> Settings:
    """The settings of this command: its flags over the environment, the file, and the defaults.

    Raises BadSetting, also for files that are not there: a run says so before it begins.
    """
    settings = resolve(explicit(ctx.params), file=ctx.params.get("config"))
    refuse_missing(settings)
    return settings


def refuse_missing(settings: Settings) -> None:
    """Raises BadSetting for a file or folder that is not there."""
    for name in ("corpus", "roles", "policy"):
        path: Path | None = getattr(settings, name)
        if path is not None and not _is_there(name, path):
            raise BadSetting(f"setting {name!r}: {path} is not there", help=f"{name}: {describe(name)}")


def _is_there(name: str, path: Path) -> bool:
    try:
        return path.exists()
    except OSError as exc:
        raise BadSetting(f"setting {name!r}: {path}: {exc.strerror}", help=f"{name}: {describe(name)}") from exc


def describe(name: str) -> str:
    """What a setting does, in its own words."""
    return Settings.model_fields[name].description or name


def remember_json(ctx: typer.Context, value: bool) -> bool:
    """Lets the front door know that an error, too, is wanted as JSON."""
    ctx.meta["json"] = value
    return value


Config = Annotated[
    Path | None, typer.Option(help="A TOML file of settings, in place of ./sovereign.toml.", metavar="FILE")
]
Json = Annotated[
    bool, typer.Option("--json", callback=remember_json, help="Exactly one JSON document on standard output.")
]
Trust = Annotated[
    bool,
    typer.Option(
        "--trust", help="Use the code, addresses, files and keys that a run names which was not started here."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only the result.")]
CacheDir = Annotated[Path | None, flag("cache_dir", metavar="DIR")]
Corpus = Annotated[Path | None, flag("corpus", metavar="FILE")]
ExtraBody = Annotated[list[str] | None, flag("extra_body", metavar="NAME=VALUE")]
Roles = Annotated[Path | None, flag("roles", metavar="DIR")]
RunsDir = Annotated[Path | None, flag("runs_dir", metavar="DIR")]
