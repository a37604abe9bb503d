"""The papers of a draft as BibTeX. Pure; letters stay Unicode, everything that TeX would act on is escaped."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from sovereign_kernel.records import Draft, Paper
from sovereign_kernel.report.escape import latex
from sovereign_kernel.report.reading import arxiv_url, versioned

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", re.ASCII)
_PRIMARY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?", re.ASCII)
_OUTSIDE_KEY = re.compile(r"[^A-Za-z0-9.-]+")


def to_bibtex(draft: Draft) -> str:
    """One @misc entry for each paper, in the draft's order."""
    return "\n".join(_entry(paper) for paper in draft.papers)


def key(paper: Paper) -> str:
    """Surname, year and id, ASCII: it depends on the paper alone, so it stays the same from draft to draft."""
    surname = paper.authors[0].split()[-1:] if paper.authors else []
    folded = unicodedata.normalize("NFKD", "".join(surname)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z]", "", folded.lower()) or "anonymous"
    date = _DATE.match(paper.published or "")
    clean = _OUTSIDE_KEY.sub("-", paper.id)
    if clean != paper.id:
        clean += "-" + hashlib.sha256(paper.id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name}{date[1] if date else ''}_{clean}"


def _entry(paper: Paper) -> str:
    fields = {"title": f"{{{{{latex(paper.title)}}}}}"}
    if paper.authors:
        fields["author"] = f"{{{' and '.join(_author(name) for name in paper.authors)}}}"
    date = _DATE.match(paper.published or "")
    if date:
        fields["year"] = f"{{{date[1]}}}"
        if date[2]:
            fields["month"] = _MONTHS[int(date[2]) - 1]
    url = arxiv_url(paper)
    if url:
        fields["eprint"] = f"{{{versioned(paper)}}}"
        fields["archivePrefix"] = "{arXiv}"
        if paper.categories and _PRIMARY.fullmatch(paper.categories[0]):
            fields["primaryClass"] = f"{{{paper.categories[0]}}}"
        fields["url"] = f"{{{url}}}"
    else:
        fields["note"] = f"{{{latex(paper.id)}}}"
    if paper.withdrawn:
        fields["note"] = "{Withdrawn}"
    body = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
    return f"@misc{{{key(paper)},\n{body}\n}}\n"


def _author(name: str) -> str:
    """A comma or an "and" inside of one name would make two of it: braces keep it whole."""
    escaped = latex(name)
    return f"{{{escaped}}}" if "," in escaped or re.search(r"\band\b", escaped, re.IGNORECASE) else escaped
