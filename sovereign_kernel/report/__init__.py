"""Pure renderings of a Draft. Nothing heavy is imported before the first call."""

from __future__ import annotations

from sovereign_kernel.records import Draft

FILES = ("draft.md", "draft.html", "draft.json", "references.bib")


def render_all(draft: Draft) -> dict[str, str]:
    """The text of each of FILES, by name. The same draft gives the same text."""
    from sovereign_kernel.report.bibtex import to_bibtex
    from sovereign_kernel.report.html import to_html
    from sovereign_kernel.report.json import to_json
    from sovereign_kernel.report.markdown import to_markdown

    texts = (to_markdown(draft), to_html(draft), to_json(draft), to_bibtex(draft))
    return dict(zip(FILES, texts, strict=True))
