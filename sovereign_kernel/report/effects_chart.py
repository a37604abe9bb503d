"""Reported changes in percent as a picture: a bar for each, to the left for a reduction, to the right for a rise. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from sovereign_kernel.records import Effect
from sovereign_kernel.report.escape import visible

MOST = 14
ROW, WIDTH, MIDDLE, REACH = 22, 640, 400, 180
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def effects_chart(effects: Sequence[Effect]) -> Markup:
    """An SVG (currentColor) of the changes in percent or points; empty where fewer than two are reported."""
    shown = [(entry, span) for entry in effects if entry.direction and (span := _span(entry))][:MOST]
    if len(shown) < 2:
        return Markup("")
    scale = REACH / max(high for _, (_, high) in shown)
    rows = [_row(place, entry, span, scale) for place, (entry, span) in enumerate(shown)]
    height = ROW * len(shown) + 8
    axis = f'<line x1="{MIDDLE}" y1="0" x2="{MIDDLE}" y2="{height}" stroke="currentColor" stroke-width="1"/>'
    return Markup(
        f'<svg class="effects" viewBox="0 0 {WIDTH} {height}" width="100%" role="img" '
        f'aria-label="Reported changes, a reduction to the left, a rise to the right">{axis}{"".join(rows)}</svg>'
    )


def _row(place: int, entry: Effect, span: tuple[float, float], scale: float) -> str:
    low, high = span[0] * scale, span[1] * scale
    left = MIDDLE - high if entry.direction == "down" else MIDDLE
    y = 4 + place * ROW
    label = escape(visible(f"{entry.measure[:46]} ({entry.claim_id})"))
    sign = "−" if entry.direction == "down" else "+"
    figure = escape(visible(f"{sign}{entry.value} {entry.unit}"))
    at = MIDDLE - high - 6 if entry.direction == "down" else MIDDLE + high + 6
    anchor = "end" if entry.direction == "down" else "start"
    inner = MIDDLE - low if entry.direction == "down" else MIDDLE + low
    mark = (
        f'<line x1="{inner:.1f}" y1="{y}" x2="{inner:.1f}" y2="{y + 14}" stroke="currentColor"/>' if low < high else ""
    )
    return (
        f'<text x="0" y="{y + 11}" font-size="11" fill="currentColor">{label}</text>'
        f'<rect x="{left:.1f}" y="{y}" width="{high:.1f}" height="14" fill="currentColor" opacity="0.35"/>{mark}'
        f'<text x="{at:.1f}" y="{y + 11}" font-size="11" fill="currentColor" text-anchor="{anchor}">{figure}</text>'
    )


def _span(entry: Effect) -> tuple[float, float] | None:
    """The figure's bounds; None for what is not in percent or points, or beyond what a picture can show."""
    values = [float(number) for number in _NUMBER.findall(entry.value.replace(",", ""))]
    if entry.unit not in ("%", "points") or not values or max(values) > 1000:
        return None
    return min(values), max(values)
