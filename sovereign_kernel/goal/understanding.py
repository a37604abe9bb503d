"""A goal read by code alone: what is asked, of which kind, by which words, within which limits. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from sovereign_kernel.goal.chat import without_chat
from sovereign_kernel.goal.contractions import written_out
from sovereign_kernel.goal.dates import read_dates
from sovereign_kernel.goal.facets import Reading, read_facets
from sovereign_kernel.goal.foreign import latin_terms
from sovereign_kernel.goal.kinds import as_question, kind_of, single_questions
from sovereign_kernel.goal.named_papers import read_named_papers
from sovereign_kernel.goal.parts import conditions_of, datasets_of, presupposition_of, quantities_of, sides_of
from sovereign_kernel.goal.words import OF_A_PAPER
from sovereign_kernel.records import Goal
from sovereign_kernel.text.abbreviations import Lexicon
from sovereign_kernel.text.languages import language_of


def analyse(goal: str, lexicon: Lexicon | None = None, today: date | None = None) -> Goal:
    """Reads a goal. Never raises; a goal without content words has no terms and no facets.

    `lexicon` knows abbreviations; "in the last two years" is read only with `today`.
    """
    text = " ".join(goal.split())
    language = language_of(text)
    if language != "en":
        return _foreign(text, language, lexicon or Lexicon(), today)
    plain = written_out(text)
    named = read_named_papers(plain)
    dates = read_dates(named.rest, today)
    questions = tuple(map(as_question, single_questions(without_chat(dates.rest))))
    question = " ".join(_begun(entry, number) for number, entry in enumerate(questions)) or text
    conditions = conditions_of(question)
    sides = sides_of(question)
    read = read_facets(question, lexicon)
    about = [name for name in (facet.name for facet in read.facets) if not set(name.lower().split()) <= OF_A_PAPER]
    main = questions[0] if questions else question
    kind = kind_of(main, plain)
    if kind in ("whether", "which", "how") and sides_of(main):
        kind = "compare"
    if named.papers and not about:
        kind, read = "paper", _of_papers(text, " ".join(paper.title or "" for paper in named.papers), lexicon)
    return Goal(
        text=text,
        question=plain if named.papers else question,
        kind=kind,
        topic=read.topic,
        subject=read.subject,
        terms=read.terms,
        phrases=read.phrases,
        abbreviations=read.abbreviations,
        facets=read.facets,
        quantities=quantities_of(kind, [facet.name for facet in read.facets], conditions),
        sides=sides,
        conditions=conditions,
        datasets=datasets_of(question),
        presupposition=presupposition_of(question),
        since=dates.since,
        until=dates.until,
        papers=named.papers,
        sub_questions=questions if len(questions) > 1 else (),
        language=language,
    )


def _begun(sentence: str, number: int) -> str:
    """A sentence after the first begins with a capital."""
    return sentence[:1].upper() + sentence[1:] if number else sentence


def titled(goal: Goal, titles: tuple[str, ...], lexicon: Lexicon | None = None) -> Goal:
    """The goal that asks about papers by name alone, with their titles as its subject."""
    read = read_facets(". ".join(titles), lexicon)
    return goal.model_copy(update=_words(read) | {"topic": titles[0]}) if read.facets else goal


def reread(goal: Goal, question: str, lexicon: Lexicon | None = None) -> Goal:
    """The goal with another wording of its question: what hangs on words is read anew from that."""
    other = analyse(question, lexicon)
    words = {name: getattr(other, name) for name in Reading.__dataclass_fields__}
    parts = ("kind", "quantities", "sides", "conditions", "datasets", "presupposition", "sub_questions")
    read = {name: getattr(other, name) for name in parts}
    if goal.kind == "paper":
        read["kind"] = "paper"
    return goal.model_copy(update=words | read | {"question": question, "language_ok": other.language_ok})


def _foreign(text: str, language: str, lexicon: Lexicon, today: date | None) -> Goal:
    named = read_named_papers(text)
    dates = read_dates(named.rest, today)
    terms = latin_terms(dates.rest, language, lexicon)
    read = read_facets(terms, lexicon)
    goal = Goal(
        text=text,
        question=terms or text,
        kind="paper" if named.papers and not terms else "survey",
        since=dates.since,
        until=dates.until,
        papers=named.papers,
        datasets=datasets_of(terms),
        language=language,
        language_ok=False,
    )
    return goal.model_copy(update=_words(read))


def _of_papers(text: str, titles: str, lexicon: Lexicon | None) -> Reading:
    return read_facets(titles or text, lexicon) if titles.strip() else Reading(text[:80], "", (), (), (), ())


def _words(read: Reading) -> dict[str, Any]:
    return {name: getattr(read, name) for name in Reading.__dataclass_fields__}
