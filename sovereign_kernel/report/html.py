"""The draft as one HTML page: no outside request, a strict Content-Security-Policy, everything escaped. Pure."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sovereign_kernel.records import Draft
from sovereign_kernel.report import chart, reading
from sovereign_kernel.report.effects_chart import effects_chart
from sovereign_kernel.report.escape import visible
from sovereign_kernel.report.sources import sources
from sovereign_kernel.text.latex import readable

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def to_html(draft: Draft) -> str:
    css, script = _asset("draft.css"), _asset("draft.js")
    view = reading.Reading(draft)
    return (
        _environment()
        .get_template("draft.html.j2")
        .render(
            draft=draft,
            view=view,
            r=reading,
            sources=sources(view),
            chart=chart.scores(view),
            effects_chart=effects_chart(draft.effects),
            readable=readable,
            css=Markup(css),
            script=Markup(script),
            policy=policy(css, script),
        )
    )


def policy(css: str, script: str) -> str:
    """The page's Content-Security-Policy: its own style and script by hash, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(css)}'",
            f"script-src '{_hash(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def _finalize(value: Any) -> Any:
    """No unseen character and no None reaches the page, whatever a template prints."""
    if isinstance(value, Markup):
        return value
    return reading.UNKNOWN if value is None else visible(str(value))
