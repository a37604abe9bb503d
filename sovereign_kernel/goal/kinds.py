"""What kind of question is asked, and the single questions of which a goal is made. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sovereign_kernel.goal.tagging import tagged
from sovereign_kernel.goal.words import AUXILIARIES, COPULAS, third_person
from sovereign_kernel.records import QuestionKind

_I = re.IGNORECASE
_KINDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (
        "conditions",
        re.compile(
            r"\b(?:under|in|for|on|with) (?:which|what) (?:\w+ )?(?:conditions?|circumstances?|settings?"
            r"|cases?|situations?|regimes?|assumptions?|scenarios?|tasks?|workloads?)\b"
            r"|\bconditions? (?:under|in) which\b|^(?:and |but )?when (?:does|do|is|are|can|should|will|would"
            r"|did|exactly)\b|\bcircumstances under which\b"
            r"|\bwhat conditions\b",
            _I,
        ),
    ),
    (
        "how_much",
        re.compile(
            r"\bhow (?:much|many|large|big|small|high|low|often|long|fast|quickly|far|strongly|severely|strong"
            r"|deep|accurate|expensive|costly|well)\b"
            r"|\b(?:to|by) what (?:extent|degree|factor|percentage|share|amount|margin)\b|\bwhat (?:is|are)"
            r" the (?:[\w-]+ ){0,3}(?:magnitude|size of the (?:effect|gain|gap))\b"
            r"|\bwhat (?:percentage|fraction|proportion|share|number|factor|amount|rate|speedup|reduction"
            r"|improvement)\b",
            _I,
        ),
    ),
    (
        "compare",
        re.compile(
            r"\bcompar(?:e|es|ed|ing|ison)\b|\bversus\b|\bvs\b|\bdifferences? between\b|\b(?:differ|differs) from\b"
            r"|\b(?:better|worse|faster|slower|cheaper|stronger|weaker|larger|smaller|higher|lower|safer"
            r"|easier|harder|greater|\w+er|more [\w-]+|less [\w-]+)(?: [\w-]+){0,5} than\b"
            r"|\b(?:outperform|beat|surpass|exceed)s?\b|^(?:is|are|does|do|should|which)\b.*\w (?:or)"
            r" (?:rather )?\w|\brather than\b|\btrade-?offs? between\b",
            _I,
        ),
    ),
    (
        "why",
        re.compile(
            r"^(?:and |but |so )?why\b|\bwhat (?:causes?|explains?|makes|drives?|leads? to|is the (?:reason"
            r"|cause)|are the (?:reasons|causes))\b|\bhow come\b"
            r"|^(?:the )?(?:reasons?|causes?) (?:why|for|of|that)\b|\bwhy\b",
            _I,
        ),
    ),
    (
        "survey",
        re.compile(
            r"\bwhat is (?:currently |already |so far )?known\b|\b(?:summari[sz]e|survey|review|overview"
            r"|discuss|outline|list|state of the art|recent advances|"
            r"literature (?:on|about|review))\b|^(?:tell|describe)\b|\bwhat do we know\b|\bwhat follows\b"
            r"|\bwhat has been (?:done|tried|written|found)\b",
            _I,
        ),
    ),
    ("whether", re.compile(r"^(?:and |but )?(?:whether|if)\b|\bis it (?:true|the case)\b", _I)),
    (
        "define",
        re.compile(r"^(?:define|what (?:does .{1,60} mean|is meant by)|(?:the )?(?:definition|meaning) of)\b", _I),
    ),
    (
        "which",
        re.compile(
            r"^(?:and |but |in |for |on |with |of |from )?(?:which|who|whose|where)\b|^what (?:is|are) the"
            r" (?:[\w-]+ )?(?:best|most [\w-]+|fastest|cheapest)\b"
            r"|^what (?!(?:is|are|was|were|do|does|did|can|could|would|will|has|have|happens|about|effects?"
            r"|impacts?|influence|role|consequences)\b)[\w-]+",
            _I,
        ),
    ),
    ("how", re.compile(r"^(?:and |but )?how\b|\b(?:effects?|impact|influence|role|consequences) of\b", _I)),
)
_WHAT_IS = re.compile(r"^what(?: exactly)? (?:is|are) (?:an? |the )?(?P<rest>[^,;]+?)\W*$", _I)
_RELATION = frozenset(["of", "on", "in", "between", "from", "with", "for", "that", "which", "to"])
_NEXT = re.compile(
    r"(?:[,;]\s*(?:and|but|or)?\s*|\s+(?:and|but)\s+)(?:also |then |if so,? )?(?=(?:why|how|what|which|whether"
    r"|who|where|under (?:which|what)|when (?:do|does|is|are|should)|"
    r"to what extent|in which)\b)|(?<=[?;])\s+|;\s*",
    _I,
)
_LEAST_WORDS = 3
_THAT_NOT = re.compile(r"^(?P<subject>.+?) (?P<aux>do|does|did|can|will) not (?P<rest>.+)$", _I)
_MOST_QUESTIONS = 6


def kind_of(question: str, asked_as: str = "") -> QuestionKind:
    """The kind of a single question. `asked_as` is the goal before the request around it was taken off: "give me an
    overview of X" leaves X."""
    said = question.strip()
    for kind, form in _KINDS:
        if form.search(said) and not (
            kind == "survey" and said.lower().startswith(("how", "why", "which", "does", "do"))
        ):
            return kind
    first = said.split(maxsplit=1)[0].lower() if said else ""
    if first in AUXILIARIES or first in COPULAS:
        return "whether"
    if match := _WHAT_IS.match(said):
        return "how" if _RELATION & set(match["rest"].lower().split()) else "define"
    if re.search(r"\b(?:whether|if it is true|is it true)\b", asked_as, _I):
        return "whether"
    return "how" if first == "what" else "survey"


def single_questions(sentences: Sequence[str]) -> tuple[str, ...]:
    """The questions that stand in these sentences, each by itself, at most six."""
    found: list[str] = []
    for sentence in sentences:
        parts = [part.strip(" ,;") for part in _NEXT.split(sentence)]
        whole: list[str] = []
        for part in parts:
            if not part:
                continue
            if whole and len(re.findall(r"\w+", part)) < _LEAST_WORDS:
                whole[-1] = f"{whole[-1]} {part}"
            else:
                whole.append(part)
        if len(whole) > 1 and len(re.findall(r"\w+", whole[0])) < _LEAST_WORDS:
            whole = [sentence]
        found += whole
    return tuple(dict.fromkeys(entry for entry in found if any(char.isalnum() for char in entry)))[:_MOST_QUESTIONS]


def as_question(sentence: str) -> str:
    """ "whether RAG reduces hallucinations" as "Does RAG reduce hallucinations?"; a part as a whole sentence."""
    told = sentence.strip().rstrip("?.! ")
    lowered = told.lower()
    if lowered.startswith(("whether ", "if ")):
        told = _asked_directly("whether", told.split(maxsplit=1)[1]) or told
    elif (indirect := _INDIRECT.match(told)) and (asked := _asked_directly("whether", indirect["rest"])):
        told = f"{indirect['opener']} {asked}"
    elif (match := _THAT_NOT.match(told)) and lowered.split(maxsplit=1)[0] not in _QUESTION_WORDS:
        told = f"{match['aux'].lower()} {match['subject']} {match['rest']}"
    asks = bool(told) and told.lower().split(maxsplit=1)[0] in _QUESTION_WORDS
    end = "?" if asks or sentence.strip().endswith("?") else "."
    return f"{told[:1].upper()}{told[1:]}{end}" if asks or sentence[:1].isupper() else f"{told}{end}"


_INDIRECT = re.compile(
    r"^(?P<opener>how|why|when) (?P<rest>(?!(?:much|many|do|does|did|is|are|was|were|can|could|will|would"
    r"|should|may|might|must|has|have|had|"
    r"well|often|long|far|large|big|small|to|come|not)\b).+)$",
    _I,
)
_QUESTION_WORDS = (
    AUXILIARIES
    | COPULAS
    | frozenset(["why", "how", "what", "which", "who", "whose", "where", "when", "whether", "to", "under", "in"])
)


def _asked_directly(opener: str, statement: str) -> str | None:
    """ "RAG reduces hallucinations" as "does RAG reduce hallucinations"; None where the verb cannot be told."""
    words = tagged(f"{opener} {statement}")[1:]
    for at, word in enumerate(words):
        if word.kind == "verb" and word.base and at and words[at - 1].kind == "content":
            place = statement.find(f" {word.text}")
            if place > 0 and word.lower in (word.base, third_person(word.base)):
                aux = "do" if word.lower == word.base else "does"
                return f"{aux} {statement[:place]} {word.base}{statement[place + 1 + len(word.text) :]}"
        if word.lower in COPULAS | AUXILIARIES and at:
            place = statement.find(f" {word.text} ")
            if place > 0:
                return f"{word.text} {statement[:place]}{statement[place + 1 + len(word.text) :]}"
    return None
