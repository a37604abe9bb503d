"""What roles return, and what a role sees of a run."""

from __future__ import annotations

from dataclasses import dataclass, field

from sovereign_kernel.records import (
    AnswerFit,
    Claim,
    Contradiction,
    Coverage,
    DroppedPaper,
    Goal,
    Paper,
    Query,
    Record,
    Round,
    Sentence,
)


class SearchReport(Record):
    """What a SEARCH role returns. `papers` best first; all that was asked, dropped and noticed on the way."""

    papers: tuple[Paper, ...] = ()
    queries: tuple[Query, ...] = ()
    dropped: tuple[DroppedPaper, ...] = ()
    notices: tuple[str, ...] = ()


class Extraction(Record):
    """What an EXTRACT role returns: the papers it has read, and claims whose ids are given later."""

    read: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    notices: tuple[str, ...] = ()


class Manuscript(Record):
    """What a WRITE role returns: sentences in reading order. Ids are given later.

    `title` is read from earlier runs and shown nowhere: a title rests on no claim, so a draft bears the goal's words.
    """

    title: str = ""
    sentences: tuple[Sentence, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dossier:
    """What a role sees of a run. `unread` are papers that no EXTRACT role has read; `wanted` are searches asked for;
    `owner_dropped` are ids of papers that the owner does not want, `owner_first` of claims that the owner wants first;
    `fit` is measured once there are sentences; of the sentences that a model `offered`, some were `refused`."""

    goal: Goal
    papers: tuple[Paper, ...] = ()
    unread: tuple[Paper, ...] = ()
    claims: tuple[Claim, ...] = ()
    dropped: tuple[Claim, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    rounds: tuple[Round, ...] = ()
    wanted: tuple[str, ...] = ()
    owner_notes: tuple[str, ...] = ()
    owner_dropped: frozenset[str] = frozenset()
    owner_first: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    fit: AnswerFit | None = None
    offered: int = 0
    refused: int = 0

    def paper(self, paper_id: str) -> Paper:
        return next(paper for paper in self.papers if paper.id == paper_id)
