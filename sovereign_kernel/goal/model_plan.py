"""A language model's plan, and what of it counts: field by field, each checked against the goal; where a field is
missing or does not fit, what code read stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, Field

from sovereign_kernel.goal.dates import first_day, is_iso, last_day
from sovereign_kernel.goal.facets import stems_of
from sovereign_kernel.goal.named_papers import read_named_papers
from sovereign_kernel.goal.understanding import reread
from sovereign_kernel.records import Goal, NamedPaper, QuestionKind
from sovereign_kernel.screening.screen import objection
from sovereign_kernel.text.abbreviations import Lexicon
from sovereign_kernel.text.languages import language_of

_LONGEST_QUESTION, _LONGEST_PART, _MOST_PARTS = 600, 160, 8
_SHARED = 0.5  # of the goal's content stems that another wording of it must keep
_OPERATORS = re.compile(r'["()\[\]]|\b(?:AND|OR|NOT|ANDNOT)\b|\b(?:all|ti|abs|au|cat):')


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, str) and entry.strip()]


Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[list[str], BeforeValidator(_texts)]


class Plan(BaseModel):
    """The model's answer. A field of the wrong type is empty; without a query there is no plan."""

    question: Text = Field("", description="the question itself, in English, without chat and wishes of form")
    kind: Text = Field("", description="one of: " + ", ".join(get_args(QuestionKind)))
    sides: Texts = Field([], description="the things that are compared with each other")
    quantities: Texts = Field([], description="what a number is wanted for")
    conditions: Texts = Field([], description="what limits the question, with its preposition")
    datasets: Texts = Field([], description="data sets and benchmarks that are named")
    presupposition: Text = Field("", description='what the question takes for granted, as a statement; "" for nothing')
    sub_questions: Texts = Field([], description="the single questions, where the goal asks several")
    since: Text = Field(
        "", description='earliest date of a paper, if the goal sets one: YYYY or YYYY-MM or YYYY-MM-DD; else ""'
    )
    until: Text = Field("", description='latest date of a paper, likewise; else ""')
    papers: Texts = Field([], description="ids, DOIs or titles of papers that the goal names")
    queries: Texts = Field(
        min_length=1,
        description="search queries of two to eight English words, each about another side of the question",
    )


def with_plan(goal: Goal, plan: Plan, lexicon: Lexicon | None = None) -> Goal:
    """The goal as code read it, with what of the model's plan can be used."""
    question = _question(goal, plan.question)
    read = reread(goal, question, lexicon) if question != goal.question else goal
    given: dict[str, Any] = {"planned_by": "model", "queries": queries_of(plan.queries)}
    for name in ("sides", "quantities", "conditions", "datasets", "sub_questions"):
        parts = _parts(getattr(plan, name))
        if len(parts) >= (2 if name in ("sides", "sub_questions") else 1):
            given[name] = parts
    papers = tuple(dict.fromkeys((*goal.papers, *_papers(plan.papers, goal))))
    if plan.kind in get_args(QuestionKind) and (plan.kind != "paper" or papers) and goal.kind != "paper":
        given["kind"] = plan.kind
    if granted := _parts([plan.presupposition]):
        given["presupposition"] = granted[0]
    return read.model_copy(update=given | _dates(plan, goal) | {"papers": papers})


def queries_of(told: Sequence[str]) -> tuple[str, ...]:
    """Plain queries, each once, without the operators of search languages and without what speaks to a machine."""
    plain = (" ".join(_OPERATORS.sub(" ", query).split())[:_LONGEST_PART] for query in told)
    honest = (query for query in plain if query and objection(query, prose=False) is None)
    return tuple({query.lower(): query for query in honest}.values())[:_MOST_PARTS]


def _question(goal: Goal, told: str) -> str:
    """The model's wording, if it is English and asks the same; an English goal's must keep half of its words."""
    told = " ".join(told.split())
    if not told or len(told) > _LONGEST_QUESTION or language_of(told) != "en" or objection(told) is not None:
        return goal.question
    if not any(char.isalpha() for char in told):
        return goal.question
    asked = {stem for facet in goal.facets for stem in stems_of(facet.name)}
    kept = asked & set(stems_of(told))
    if asked and len(kept) < _SHARED * len(asked):
        return goal.question
    return goal.question if goal.language_ok and goal.papers else told


def _parts(told: Sequence[str]) -> tuple[str, ...]:
    short = (" ".join(part.split()) for part in told)
    honest = (part for part in short if part and len(part) <= _LONGEST_PART and objection(part, prose=False) is None)
    return tuple(dict.fromkeys(honest))[:_MOST_PARTS]


def _papers(told: Sequence[str], goal: Goal) -> Iterator[NamedPaper]:
    """What the model took for named papers, as far as they stand in the goal; a paper of its own does not count."""
    text = goal.text.casefold()
    known = {paper.id for paper in goal.papers} | {paper.doi for paper in goal.papers}
    for part in _parts(told):
        found = read_named_papers(part).papers
        for paper in found or (NamedPaper(title=part.strip("\"“”'")),):
            mark = paper.id or paper.doi or paper.title or paper.author or ""
            named = bool(mark) and str(mark).casefold() in text
            if (
                named
                and mark not in known
                and not any(other.title and str(mark) in other.title for other in goal.papers)
            ):
                yield paper


def _dates(plan: Plan, goal: Goal) -> dict[str, str]:
    """Dates that code did not read; one whose year an English goal does not have is the model's own, and does not
    count."""
    found: dict[str, str] = {}
    for name, told in (("since", plan.since.strip()), ("until", plan.until.strip())):
        named = told[:4] in goal.text or goal.language != "en"
        if told and is_iso(told) and named and getattr(goal, name) is None:
            found[name] = told
    since, until = (found.get(name, getattr(goal, name)) for name in ("since", "until"))
    return {} if since and until and first_day(since) > last_day(until) else found
