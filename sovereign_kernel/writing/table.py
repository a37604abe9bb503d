"""The table of papers and aspects: each cell words of the paper, with their offsets, or empty. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sovereign_kernel.records import AspectName, Cell, Claim, EvidenceRow, EvidenceTable, Goal, Paper, Quote
from sovereign_kernel.relevance.rarity import covered_share
from sovereign_kernel.text.sentence_roles import sentence_roles
from sovereign_kernel.text.sentences import split_sentences
from sovereign_kernel.writing.aspects import as_quote, aspect
from sovereign_kernel.writing.selection import asks_for_effect
from sovereign_kernel.writing.stance import said_in

_DOES = re.compile(
    r"\b(?:we|this (?:paper|work|study)|it)\s(?:\w+ly\s)?(?:propose|present|introduce|develop|design|explore"
    r"|investigate|study|show|train"
    r"|evaluate|compare|analy[sz]e|conduct)s?\b",
    re.I,
)
_FINDING, _FIGURE, _CONDITION, _METHOD = "Finding", "Figure", "Condition", "Method"
_COLUMNS: dict[str, tuple[str, ...]] = {
    "how_much": (_METHOD, "Measure", "Result", _CONDITION),
    "compare": ("Result", _FIGURE, "Compared with", _CONDITION),
    "conditions": (_CONDITION, "Effect", _FIGURE),
    "why": ("Mechanism", _FINDING, _FIGURE),
    "how": ("Mechanism", _FINDING, _FIGURE),
    "whether": (_FINDING, "Says", _FIGURE, _CONDITION),
    "which": (_METHOD, _FINDING, _FIGURE, "Data"),
    "define": (_FINDING, _METHOD),
    "survey": (_METHOD, _FINDING, _FIGURE, "Limit"),
}
_ASPECTS: dict[str, AspectName] = {
    "Measure": "metric",
    "Data": "data",
    _CONDITION: "condition",
    "Compared with": "comparison",
    "Mechanism": "mechanism",
    "Limit": "limit",
    _FIGURE: "value",
}
LONGEST = 260
MOST = 12
"""Papers in the table: those that bear on the question most."""

SIDE = 0.5
"""A side of a comparison is named by a text that has half of its words, by rarity."""

_BOTH, _SIDES = "Both sides", 2


def evidence_table(goal: Goal, papers: Sequence[Paper], claims: Sequence[Claim]) -> EvidenceTable:
    """A row for each paper that a claim of `claims` (best first) comes from, in that order.

    Columns that no row has anything for are left out, but the first two.
    """
    columns = columns_of(goal)
    if _BOTH in columns and 2 * len(_naming_a_side(goal, claims)) < len({claim.paper_id for claim in claims}):
        columns = _COLUMNS["compare"]
    by_id = {paper.id: paper for paper in papers}
    rows = []
    for paper_id in list(dict.fromkeys(claim.paper_id for claim in claims))[:MOST]:
        own = _findings_first([claim for claim in claims if claim.paper_id == paper_id])
        cells = tuple(Cell(column=column, quote=_cell(column, goal, by_id[paper_id], own)) for column in columns)
        rows.append(EvidenceRow(paper_id=paper_id, cells=cells))
    kept = [at for at in range(len(columns)) if at < _SIDES or any(row.cells[at].quote for row in rows)]
    return EvidenceTable(
        columns=tuple(columns[at] for at in kept),
        rows=tuple(row.model_copy(update={"cells": tuple(row.cells[at] for at in kept)}) for row in rows),
    )


def _naming_a_side(goal: Goal, claims: Sequence[Claim]) -> set[str]:
    """The papers of claims that name a side of the comparison."""
    return {
        claim.paper_id for claim in claims if any(covered_share(side, claim.quote.text) >= SIDE for side in goal.sides)
    }


def _findings_first(claims: Sequence[Claim]) -> list[Claim]:
    """What says yes or no first, then what the paper found or did, then what it starts from."""

    def place(claim: Claim) -> tuple[bool, bool]:
        return not (claim.bearing and claim.bearing.stance), claim.kind in ("background", "other")

    return sorted(claims, key=place)


def columns_of(goal: Goal) -> tuple[str, ...]:
    """What is asked of each paper, by the kind of question; of a comparison its two sides."""
    if goal.kind == "compare" and len(goal.sides) == _SIDES:
        first, second = (side[:1].upper() + side[1:] for side in goal.sides)
        if first.lower() != second.lower():
            return (_BOTH, first, second, _FIGURE, _CONDITION)
    kind = "how_much" if goal.kind in ("how", "survey") and goal.quantities and asks_for_effect(goal) else goal.kind
    return _COLUMNS.get(kind, _COLUMNS["survey"])


def _cell(column: str, goal: Goal, paper: Paper, claims: Sequence[Claim]) -> Quote | None:
    if column in (_FINDING, "Effect"):
        return claims[0].quote
    if column == "Result":
        return next((claim.quote for claim in claims if aspect(claim, "value")), claims[0].quote)
    if column == _METHOD:
        return _method(paper, {claim.quote.start for claim in claims[:1]})
    if column == "Says":
        return next(filter(None, (_says(goal, paper, claim) for claim in claims)), None)
    if (name := _ASPECTS.get(column)) is not None:
        named = [aspect(claim, name) for claim in claims]
        told = [entry for entry in named if entry and entry.text != claims[0].quote.text]
        return as_quote(told[0]) if told else None
    return _of_side(column, goal, claims)


def _of_side(column: str, goal: Goal, claims: Sequence[Claim]) -> Quote | None:
    """The first claim that names both sides; or this side and not the other."""
    named = {claim.id: tuple(covered_share(side, claim.quote.text) >= SIDE for side in goal.sides) for claim in claims}
    for claim in claims:
        both = all(named[claim.id])
        if column == _BOTH and both:
            return claim.quote
        place = next((at for at, side in enumerate(goal.sides) if side.lower() == column.lower()), None)
        if place is not None and named[claim.id][place] and not both:
            return claim.quote
    return None


def _says(goal: Goal, paper: Paper, claim: Claim) -> Quote | None:
    """The words that say yes or no to the question."""
    said = said_in(goal, claim.quote.text, paper.title) if claim.bearing and claim.bearing.stance else None
    if said is None:
        return None
    start, end = claim.quote.start + said.start, claim.quote.start + said.end
    return Quote(text=paper.text[start:end], start=start, end=end)


def _method(paper: Paper, told: set[int]) -> Quote | None:
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
