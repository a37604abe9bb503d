"""The pieces that the Markdown of a draft is made of. Pure; what they return is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.report import reading as r
from sovereign_kernel.report.escape import markdown as esc


def paragraph(lines: Sequence[r.Line]) -> str:
    if len(lines) == 1 and lines[0].leads:
        return f"**{esc(lines[0].text)}**"
    return " ".join(filter(None, (f"{esc(line.text)} {marks(line.marks)}".rstrip() for line in lines)))


def marks(all_marks: Sequence[r.Mark]) -> str:
    return "".join(f"[\\[{esc(m.label)}\\]](#{m.anchor})" if m.anchor else f"\\[{esc(m.label)}\\]" for m in all_marks)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A GFM table. Cells are escaped already: their pipes too."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
