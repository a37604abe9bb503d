"""The table of papers and aspects: each cell words of the paper, with their offsets, or empty. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sovereign_kernel.records import Cell, Claim, Effect, EvidenceRow, EvidenceTable, Goal, Paper, Quote
from sovereign_kernel.rhetoric import sentence_roles
from sovereign_kernel.text import split_sentences
from sovereign_kernel.writing.selection import asks_for_effect

_CONDITION = re.compile(
    r"\b(?:on (?:the )?[A-Z][\w-]+(?:(?:,| and|, and) [A-Z][\w-]+)*|under [\w\s-]{3,50}?(?=[,.;]| while| and )|when [\w\s-]{5,60}?(?=[,.;])"
    r"|with only [\w\s%.-]{3,40}?(?=[,.;])|without [\w\s-]{3,40}?(?=[,.;]| while)|for [\w-]+ models?\b|at (?:equal|the same|matched) [\w\s-]{3,30}?(?=[,.;])"
    r"|across [\w\s-]{3,40}?(?=[,.;:]| demonstrate| show))"
)
_LIMIT = re.compile(
    r"\b(?:however|but|although|only|limited|fails?|does not|do not|cannot|degrad\w+|at the cost|trade-?off|remain\w*|still|not guarantee)\b",
    re.I,
)
_DOES = re.compile(
    r"\b(?:we|this (?:paper|work|study)|it)\s(?:\w+ly\s)?(?:propose|present|introduce|develop|design|explore|investigate|study|show|train"
    r"|evaluate|compare|analy[sz]e|conduct)s?\b",
    re.I,
)
_CAUSE = re.compile(
    r"\b(?:because|due to|by \w+ing|caus\w+|attribut\w+|arises? from|stems? from|driven by|result\w* from|explain\w*)\b",
    re.I,
)
COLUMNS = {
    "why": ("Approach", "Explanation", "Figures", "Conditions"),
    "how": ("Approach", "Explanation", "Figures", "Conditions"),
    "conditions": ("Approach", "Finding", "Conditions", "Limits"),
}
DEFAULT = ("Approach", "Finding", "Figures", "Conditions")
LONGEST = 260


def evidence_table(
    goal: Goal, papers: Sequence[Paper], claims: Sequence[Claim], effects: Sequence[Effect]
) -> EvidenceTable:
    """A row for each paper that a claim of `claims` (best first) comes from, in that order."""
    columns = DEFAULT if asks_for_effect(goal) and goal.kind != "conditions" else COLUMNS.get(goal.kind, DEFAULT)
    by_id = {paper.id: paper for paper in papers}
    rows = []
    for paper_id in dict.fromkeys(claim.paper_id for claim in claims):
        own = [claim for claim in claims if claim.paper_id == paper_id]
        figures = [effect for effect in effects if effect.paper_id == paper_id]
        cells = tuple(Cell(column=column, quote=_cell(column, by_id[paper_id], own, figures)) for column in columns)
        rows.append(EvidenceRow(paper_id=paper_id, cells=cells))
    return EvidenceTable(columns=columns, rows=tuple(rows))


def _cell(column: str, paper: Paper, claims: Sequence[Claim], effects: Sequence[Effect]) -> Quote | None:
    best = claims[0]
    match column:
        case "Approach":
            return _approach(paper, {claim.quote.start for claim in claims[:1]})
        case "Explanation":
            told = [claim for claim in claims if _CAUSE.search(claim.quote.text)]
            return (told or claims)[0].quote
        case "Figures":
            return _figure(effects)
        case "Conditions":
            return next((found for claim in claims if (found := _within(_CONDITION, claim.quote))), None)
        case "Limits":
            return next(
                (claim.quote for claim in claims if claim is not best and _LIMIT.search(claim.quote.text)), None
            )
    return best.quote


def _approach(paper: Paper, told: set[int]) -> Quote | None:
    """The sentence that says what the paper does: by its verb, or by its role; not one that another cell holds."""
    spans = [span for span in split_sentences(paper.text) if span[0] > len(paper.title)]
    sentences = [paper.text[start:end] for start, end in spans]
    roles = sentence_roles(sentences)
    worth = [
        role.objective + 0.8 * role.method + bool(_DOES.search(s)) for s, role in zip(sentences, roles, strict=True)
    ]
    for place in sorted(range(len(spans)), key=lambda at: (-worth[at], at)):
        start, end = spans[place]
        if start not in told and end - start <= LONGEST and worth[place] > 0.5:
            return Quote(text=paper.text[start:end], start=start, end=end)
    return None


def _figure(effects: Sequence[Effect]) -> Quote | None:
    """A change before a level."""
    first = next((effect for effect in effects if effect.direction), effects[0] if effects else None)
    return Quote(text=first.text, start=first.start, end=first.end) if first else None


def _within(pattern: re.Pattern[str], quote: Quote) -> Quote | None:
    found = pattern.search(quote.text)
    if found is None:
        return None
    return Quote(text=found.group(), start=quote.start + found.start(), end=quote.start + found.end())
