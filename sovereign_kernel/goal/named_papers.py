"""Papers that a goal names: arXiv ids in every form, DOIs, quoted titles, an author and a year. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from sovereign_kernel.records import NamedPaper, Paper
from sovereign_kernel.sources.arxiv_ids import find_arxiv_ids

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|\bdoi:\s*)?\b(?P<doi>10\.\d{4,9}/[^\s\"“”<>]+)", re.IGNORECASE)
_PAPER = r"(?:papers?|articles?|preprints?|works?|study|titled|entitled|called|title|manuscript)"
_QUOTED = re.compile(
    rf"(?P<lead>\b{_PAPER}:?\s+)?(?:[\"“„](?P<title>[^\"“”„]{{4,300}})[\"”“]|«\s*(?P<other>[^«»]{{4,300}})»)"
)
_LED = re.compile(rf"\b{_PAPER}:?\s+['‘](?P<title>[^‘’]{{8,300}}?)['’](?=[\s,.?!;:]|$)")
_NAME = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:[-'’][A-ZÀ-Þ][a-zà-öø-ÿ]+)?"
_YEAR = r"(?P<year>(?:19[5-9]|20[0-4])\d)[a-z]?"
_CITED = (
    re.compile(
        rf"\b(?:(?:van|von|de|der|den|di|la|le)\s+)*(?P<author>{_NAME})\s+et\.?\s+al\b\.?['’]?s?,?\s*[(\[]?{_YEAR}[)\]]?"
    ),
    re.compile(rf"\b(?P<author>{_NAME})(?:,? (?:and|&) {_NAME})?,?\s+[(\[]{_YEAR}[)\]]"),
    re.compile(rf"[(\[](?P<author>{_NAME})(?:,? (?:and|&) {_NAME})?,?\s+{_YEAR}[)\]]"),
    re.compile(rf"\b(?:by|of|from)\s+(?P<author>{_NAME}) (?:and|&) {_NAME},?\s+{_YEAR}\b"),
)
_NO_AUTHORS = frozenset(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "In",
        "Since",
        "Until",
        "Before",
        "After",
        "The",
        "A",
        "An",
        "How",
        "What",
        "Why",
        "When",
        "Which",
        "Does",
        "Is",
        "Are",
        "Summer",
        "Winter",
        "Spring",
        "Autumn",
        "Fall",
        "Year",
        "Table",
        "Figure",
        "Section",
    ]
)
_FEWEST_WORDS = 4  # of a quoted title; a shorter quotation is a phrase unless "the paper" stands before it
_SAME_TITLE = 92.0  # rapidfuzz ratio, 0 to 100


@dataclass(frozen=True)
class Named:
    """The papers in order, and the question with every mention replaced by a blank."""

    papers: tuple[NamedPaper, ...]
    rest: str


def read_named_papers(question: str) -> Named:
    """Each paper once. A mention of one kind is not read again as another."""
    found: list[tuple[int, NamedPaper]] = []
    rest = question
    for mention in find_arxiv_ids(question):
        found.append((mention.start, NamedPaper(id=mention.id)))
        rest = _blanked(rest, mention.start, mention.end)
    for match in list(_DOI.finditer(rest)):
        doi = _trimmed(match["doi"])
        found.append((match.start(), NamedPaper(doi=doi)))
        rest = _blanked(rest, match.start(), match.start("doi") + len(doi))
    for match in (*_QUOTED.finditer(rest), *_LED.finditer(rest)):
        groups = match.groupdict()
        title = " ".join((groups["title"] or groups.get("other") or "").split()).strip(" ,.")
        if _is_title(title, led=match.re is _LED or bool(groups.get("lead"))):
            found.append((match.start(), NamedPaper(title=title)))
            rest = _blanked(rest, match.start(), match.end())
    for form in _CITED:
        for match in list(form.finditer(rest)):
            if match["author"] not in _NO_AUTHORS:
                found.append((match.start(), NamedPaper(author=match["author"], year=int(match["year"]))))
                rest = _blanked(rest, match.start(), match.end())
    papers = dict.fromkeys(paper for _, paper in sorted(found, key=lambda entry: entry[0]))
    return Named(tuple(papers), " ".join(rest.split()))


def is_named(paper: Paper, named: NamedPaper) -> bool:
    """Whether a paper is the one that the goal names."""
    if named.id:
        return paper.id.lower() == named.id.lower()
    if named.doi:
        doi = named.doi.lower()
        return any(doi in (text or "").lower() for text in (paper.id, paper.url, paper.comment))
    if named.title:
        return same_title(paper.title, named.title)
    by = paper.authors[0].split()[-1].lower() if paper.authors else ""
    return bool(named.author) and by == str(named.author).lower() and (paper.published or "")[:4] == str(named.year)


def same_title(one: str, other: str) -> bool:
    """Whether two titles are the same but for case, punctuation, and a slip of the pen; a part before a colon will do
    ("Voyager" does not: too short to tell)."""
    left, right = (" ".join(re.findall(r"\w+", text.casefold())) for text in (one, other))
    if not left or not right:
        return False
    head = " ".join(re.findall(r"\w+", one.casefold().partition(":")[0]))
    whole = fuzz.ratio(left, right) >= _SAME_TITLE
    return whole or (len(head.split()) >= _FEWEST_WORDS and fuzz.ratio(head, right) >= _SAME_TITLE)


def _is_title(text: str, led: bool) -> bool:
    return any(char.isalpha() for char in text) and (led or len(text.split()) >= _FEWEST_WORDS)


def _trimmed(doi: str) -> str:
    """A DOI without the punctuation of the sentence around it; brackets of its own stay."""
    doi = doi.rstrip(".,;:!?'’")
    while doi.endswith((")", "]")) and doi.count("(") + doi.count("[") < doi.count(")") + doi.count("]"):
        doi = doi[:-1].rstrip(".,;:!?")
    return doi


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
