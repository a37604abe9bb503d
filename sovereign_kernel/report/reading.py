"""A draft made ready for reading: numbers, marks and words that all renderings share. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sovereign_kernel.records import (
    Block,
    Claim,
    Decision,
    Draft,
    Effect,
    Paper,
    Quote,
    Review,
    Section,
    Sentence,
    Verification,
)

UNKNOWN = "unknown"
LINE = 6.5
ANSWER, CLAIMS, REFERENCES = "Answer", "Extracted Claims", "References"

# these are read as running text; elsewhere each block is a paragraph
FLOWING = frozenset({ANSWER, "Abstract", "Introduction"})

STATUS = {
    "ANSWERED": "Answered",
    "PARTIAL": "Partly answered",
    "INSUFFICIENT_EVIDENCE": "Not enough evidence",
}
VERDICT = {"SUPPORTED": "Supported", "REFUTED": "Refuted", "NOT_ENOUGH_INFO": "Not enough info"}
DECISION = {"AUTO_APPROVE": "Approved by policy", "OWNER_REVIEW": "Waits for the owner", "REJECT": "Rejected"}
OUTCOME = {"pass": "passed", "revise": "sent back for revision", "fail": "failed"}

_ARXIV_ID = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/\d{7})", re.ASCII)


def decided(decision: Decision) -> str:
    """Where the draft stands now: an owner's approval comes after what the policy said."""
    approved = decision.owner is not None and decision.owner.action == "approve"
    return "Approved by the owner" if approved else DECISION[decision.policy]


def ground(decision: Decision) -> str:
    """The policy's rule and its reason, as they follow `decided`."""
    link = "by" if decided(decision) == DECISION[decision.policy] else "after"
    return f"{link} rule “{decision.rule}”" + (f": {decision.reason}" if decision.reason else "")


def effect(entry: Effect) -> str:
    """An effect's figure as a reader wants it: "−12 %", "+3.2 points", "2.3 ×"."""
    sign = {"up": "+", "down": "−", None: ""}[entry.direction]
    value = entry.value.lstrip("+-−")
    return f"{sign}{value}{'' if not entry.unit else ' ' + entry.unit}"


@dataclass(frozen=True)
class Mark:
    """A claim's mark behind a sentence. `anchor` is None when the draft has no such claim."""

    label: str
    anchor: str | None


@dataclass(frozen=True)
class Line:
    """A sentence with its claims, or (`by_run`) a statement that code made from the run's records."""

    text: str
    marks: tuple[Mark, ...] = ()
    by_run: bool = False

    @property
    def leads(self) -> bool:
        """Whether it announces what follows, as a small heading does."""
        return self.by_run and self.text.endswith(":")


Paragraph = tuple[Line, ...]


@dataclass(frozen=True)
class Reading:
    """Look-ups over one draft. Claims are numbered in order, dropped ones after the standing; papers too, from 1."""

    draft: Draft

    @cached_property
    def all_claims(self) -> tuple[Claim, ...]:
        return self.draft.claims + self.draft.dropped_claims

    @cached_property
    def claims(self) -> dict[str, Claim]:
        return {claim.id: claim for claim in reversed(self.all_claims)}

    @cached_property
    def claim_numbers(self) -> dict[str, int]:
        return _numbers(claim.id for claim in self.all_claims)

    @cached_property
    def papers(self) -> dict[str, Paper]:
        return {paper.id: paper for paper in reversed(self.draft.papers)}

    @cached_property
    def paper_numbers(self) -> dict[str, int]:
        return _numbers(paper.id for paper in self.draft.papers)

    @cached_property
    def sentences(self) -> dict[str, Sentence]:
        return {sentence.id: sentence for sentence in self.draft.sentences}

    def mark(self, claim_id: str) -> Mark:
        number = self.claim_numbers.get(claim_id)
        return Mark(claim_id, None if number is None else f"claim-{number}")

    def short_title(self, paper_id: str) -> str:
        """The title up to its colon, or its first eight words."""
        paper = self.papers.get(paper_id)
        if paper is None:
            return ""
        name, colon, _ = paper.title.partition(":")
        words = (name if colon and len(name.split()) <= 6 else paper.title).split()
        return " ".join(words[:8]) + ("…" if len(words) > 8 else "")

    def sources_of(self, claim_id: str) -> tuple[str, ...]:
        """The papers that a claim is quoted from; none when the draft has no such claim."""
        claim = self.claims.get(claim_id)
        return (claim.paper_id, *(also.paper_id for also in claim.also)) if claim else ()

    def line(self, block: Block) -> Line:
        if block.sentence is None:
            return Line(block.text, tuple(map(self.mark, block.claims)), by_run=True)
        sentence = self.sentences.get(block.sentence)
        return Line(block.text, tuple(self.mark(claim) for claim in sentence.claims) if sentence else ())

    def answer(self) -> tuple[Paragraph, ...]:
        """The answer's sentences with their claims, and what stands between them in `draft.answer`."""
        given = next((section for section in self.draft.sections if section.heading == ANSWER), None)
        return self.paragraphs(given or Section(heading=ANSWER, blocks=self._answer_blocks()))

    def gap(self) -> tuple[str, ...]:
        """Facets without a supported claim, unless a statement of the run in the answer speaks of what is missing."""
        told = any(line.by_run for paragraph in self.answer() for line in paragraph)
        return () if told else self.draft.coverage.uncovered

    def _answer_blocks(self) -> tuple[Block, ...]:
        blocks: list[Block] = []
        rest = self.draft.answer
        for sentence in self.draft.sentences:
            if sentence.section != "answer" or not sentence.text:
                continue
            before, found, after = rest.partition(sentence.text)
            if found:
                blocks.append(Block(text=before.strip()))
                rest = after
            blocks.append(Block(text=sentence.text, sentence=sentence.id))
        blocks.append(Block(text=rest.strip()))
        return tuple(block for block in blocks if block.text)

    def paragraphs(self, section: Section) -> tuple[Paragraph, ...]:
        lines = [self.line(block) for block in section.blocks]
        return _flow(lines) if section.heading in FLOWING else tuple((line,) for line in lines)

    def body(self) -> tuple[Section, ...]:
        """The sections between the answer and the claims."""
        return tuple(s for s in self.draft.sections if s.heading not in (ANSWER, CLAIMS, REFERENCES) and s.blocks)

    @property
    def threshold(self) -> float:
        """The approval line that the run was made with."""
        value = self.draft.settings.get("threshold")
        return float(value) if isinstance(value, int | float) and 0 <= value <= 10 else LINE

    @property
    def asks_what_the_title_says(self) -> bool:
        return self.draft.goal.rstrip(" ?.") == self.draft.title.rstrip(" ?.")

    def verdicts(self) -> dict[str, int]:
        """How many standing claims have each verdict; the key "" counts the unverified."""
        counts = dict.fromkeys((*VERDICT, ""), 0)
        for claim in self.draft.claims:
            counts[claim.verification.verdict if claim.verification else ""] += 1
        return counts

    def reviewers(self) -> tuple[str, ...]:
        """Every role that sat in any round, in order of first appearance."""
        return tuple(dict.fromkeys(review.role for round_ in self.draft.tribunal.rounds for review in round_.reviews))

    def intact(self, paper_id: str, quote: Quote) -> bool:
        """Whether the quote stands in the paper's text at its offsets."""
        paper = self.papers.get(paper_id)
        return paper is not None and paper.text[quote.start : quote.end] == quote.text


def arxiv_url(paper: Paper) -> str | None:
    """The one kind of address that a draft links to; None when the id is not arXiv's. Never built from `paper.url`."""
    if not _ARXIV_ID.fullmatch(paper.id):
        return None
    return f"https://arxiv.org/abs/{paper.id}" + (f"v{paper.version}" if paper.version else "")


def versioned(paper: Paper) -> str:
    return paper.id + (f"v{paper.version}" if paper.version else "")


def authors(paper: Paper, most: int = 6) -> str:
    """Names in order; more than `most` are counted, not dropped in silence."""
    if not paper.authors:
        return "authors unknown"
    names = ", ".join(paper.authors[:most])
    more = len(paper.authors) - most
    return f"{names} and {more} more" if more > 0 else names


def verdict(verification: Verification | None) -> str:
    return VERDICT[verification.verdict] if verification else "Not verified"


def confidence(verification: Verification | None) -> str:
    return percent(verification.confidence if verification else None)


def number(value: float | None, digits: int = 1) -> str:
    return UNKNOWN if value is None else f"{value:.{digits}f}"


def percent(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.0%}"


def count(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"


def money(value: float | None) -> str:
    return UNKNOWN if value is None else f"${value:.4f}".removesuffix("00")


def duration(seconds: float | None) -> str:
    if seconds is None:
        return UNKNOWN
    return f"{seconds:.1f} s" if seconds < 90 else f"{seconds / 60:.1f} min"


def argued(review: Review) -> str:
    """None is no unknown here: a reviewer that sat without a language model measures and does not argue."""
    return "not argued" if review.argued is None else f"argued {number(review.argued)}"


def words(name: str) -> str:
    """A name of the code's, as a reader says it."""
    return name.replace("_", " ")


def plain(value: object) -> str:
    """A value of a free mapping (a rule's inputs, the settings) in words."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {plain(value[key])}" for key in sorted(value)) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value)) or "none"
    return f"{round(value, 4):g}" if isinstance(value, float) else str(value)


def plural(amount: int, noun: str) -> str:
    return f"{amount:,} {noun}" + ("" if amount == 1 else "s")


def _numbers(ids: Iterable[str]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for position, name in enumerate(ids, start=1):
        numbers.setdefault(name, position)
    return numbers


def _flow(lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    """Neighbouring sentences become one paragraph; so do neighbouring statements."""
    paragraphs: list[list[Line]] = []
    for line in lines:
        if paragraphs and paragraphs[-1][-1].by_run == line.by_run:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return tuple(tuple(paragraph) for paragraph in paragraphs)
