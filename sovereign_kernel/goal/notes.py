"""What an owner's note asks for: what to drop, what to put first, what to search for; the rest is for a model. Pure.

Only the owner's words are read here. What a paper, a model or a reviewer says never becomes an order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sovereign_kernel.goal.facets import stems_of
from sovereign_kernel.goal.tagging import tagged
from sovereign_kernel.records import Claim, Paper
from sovereign_kernel.sources.arxiv_ids import find_arxiv_ids
from sovereign_kernel.text.sentences import split_sentences

_I = re.IGNORECASE
_POLITE = (
    r"(?:please |kindly |(?:can|could|would) you (?:please )?|i (?:want|would like) you to |let us |you should |also "
    r"|then |and )*"
)
_DROP = re.compile(
    rf"^{_POLITE}(?:drop|remove|delete|exclude|omit|skip|ignore|discard|cut|leave out|take out|throw out|get"
    r" rid of|do without|no more|without)\s+(?P<what>.+)$",
    _I,
)
_FIRST = (
    re.compile(
        rf"^{_POLITE}(?:put|move|place|bring|show|list|mention|set)\s+(?P<what>.+?)\s+(?:first|at the (?:top"
        r"|beginning|start|front)|to the (?:top|front|beginning|start)|up front)\b",
        _I,
    ),
    re.compile(rf"^{_POLITE}(?:start|begin|open|lead)\s+(?:the answer )?with\s+(?P<what>.+)$", _I),
    re.compile(
        rf"^{_POLITE}(?P<what>C\d+(?:\s*(?:,|and)\s*C\d+)*)\s+(?:first|should (?:come|go|be|stand) first|goes"
        r" first|comes first)\b",
        _I,
    ),
)
_SEARCH = re.compile(
    rf"^{_POLITE}(?:search(?: again| also)? for|search|look(?: also)? for|look up|look into|find(?: me)?(?:"
    r" (?:some|more|further|other|newer|recent))?(?: (?:papers?|studies|evidence|work|sources))?(?: (?:on"
    r"|about|for))?|"
    r"add (?:more )?(?:papers?|studies|evidence|work|sources) (?:on|about|for)|read (?:about|up on)|include"
    r" (?:papers?|studies|work) (?:on|about))\s+(?P<what>.+)$",
    _I,
)
_NOUNS = re.compile(
    r"^(?:the |all |any |every |that |this )*(?:claims?|papers?|articles?|studies|study|works?|results?"
    r"|sentences?|anything|everything|stuff|part)(?: (?:by|from|on|about|of|that (?:is|are) (?:on|about)"
    r"|with))?\s+",
    _I,
)
_TAIL = re.compile(
    r"\s+(?:papers?|claims?|stuff|please|entirely|completely|altogether|from (?:the )?(?:answer|draft|list|sources))$",
    _I,
)
_CLAIM = re.compile(r"\bC\d+\b", _I)
_NEXT = re.compile(
    r";\s*|,\s*(?:and |then |but )+|\s+(?:and then|and also|but)\s+|,\s+(?=(?:drop|remove|delete|exclude|omit"
    r"|search|look|find|put|move|start|begin|lead)\b)|\s+and\s+(?=(?:drop|remove|delete|exclude|omit|search"
    r"|look|find|put|move|start|begin|lead)\b)",
    _I,
)
_MOST_TOPIC_WORDS = 8


@dataclass(frozen=True)
class Note:
    """`drops` and `first` name claims, papers or subjects as the owner wrote them; `searches` are queries; `rest` is
    what is no order that code can follow."""

    drops: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    rest: str = ""


def read_note(note: str) -> Note:
    """Never raises. A note that is a subject and nothing else ("KV cache compression") is a search."""
    drops: list[str] = []
    first: list[str] = []
    searches: list[str] = []
    rest: list[str] = []
    for part in _parts(note):
        if match := _DROP.match(part):
            drops += _listed(match["what"])
        elif match := next((found for form in _FIRST if (found := form.match(part))), None):
            first += _listed(match["what"])
        elif match := _SEARCH.match(part):
            searches.append(_bare(match["what"]))
        elif _is_topic(part):
            searches.append(part)
        else:
            rest.append(part)
    return Note(_once(drops), _once(first), _once(searches), ". ".join(rest))


def named_claims(names: Sequence[str], claims: Sequence[Claim]) -> tuple[str, ...]:
    """The ids of the claims that are named by id, in the order of the names."""
    ids = {claim.id.lower(): claim.id for claim in claims}
    return tuple(ids[name.lower()] for name in names if name.lower() in ids)


def names_paper(name: str, paper: Paper) -> bool:
    """Whether a name in a note means a paper: by its id, or by words that all stand in its title in this order, or as
    its first author and year ("Vaswani 2017")."""
    if any(found.id == paper.id for found in find_arxiv_ids(name)) or name.lower() == paper.id.lower():
        return True
    words = stems_of(name)
    title = stems_of(paper.title)
    if words and any(title[at : at + len(words)] == words for at in range(len(title))):
        return True
    family = paper.authors[0].split()[-1] if paper.authors else ""
    by, year = family.lower(), (paper.published or "")[:4]
    said = re.findall(r"\w+", name.lower())
    return bool(by) and by in said and year in said


def _once(entries: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry for entry in entries if entry))


def _parts(note: str) -> list[str]:
    sentences = [note[start:end] for start, end in split_sentences(note)]
    parts = [part.strip(" .!,;") for sentence in sentences for part in _NEXT.split(sentence)]
    return [part for part in parts if any(char.isalnum() for char in part)]


def _listed(what: str) -> list[str]:
    """ "C1, C2 and the paper on SAR" as its three names."""
    claims = _CLAIM.findall(what)
    if claims and not re.sub(r"\b(?:C\d+|and|or|claims?|the)\b|[\s,.]+", "", what, flags=_I):
        return [claim.upper() for claim in claims]
    return [bare for part in re.split(r",\s*(?:and |or )?|\s+and\s+(?=(?:C\d|the )\b)", what) if (bare := _bare(part))]


def _bare(what: str) -> str:
    what = what.strip(" .!,;\"“”'")
    what = _TAIL.sub("", _NOUNS.sub("", what)).strip()
    what = re.sub(r"^(?:the|all|any)\s+", "", what, flags=_I).strip(" \"“”'")
    return what.upper() if _CLAIM.fullmatch(what) else what


def _is_topic(part: str) -> bool:
    """Whether a part names something and says nothing: no verb, no pronoun, few words."""
    words = tagged(part)
    told = [word for word in words if word.text[0].isalnum()]
    names = [word for word in told if word.kind == "content"]
    plain = all(
        word.kind == "content" or word.lower in ("of", "for", "in", "on", "and", "with", "the", "a") for word in told
    )
    return bool(names) and plain and len(told) <= _MOST_TOPIC_WORDS and not _CLAIM.search(part)
