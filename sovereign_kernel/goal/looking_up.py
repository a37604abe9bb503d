"""Finds the papers that a goal names: in the corpus, then on arXiv, as the run's source allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sovereign_kernel.errors import SourceUnavailable
from sovereign_kernel.goal.named_papers import is_named
from sovereign_kernel.records import NamedPaper, Paper
from sovereign_kernel.sources.arxiv.client import ArxivSource
from sovereign_kernel.sources.corpus import CorpusSource

_CANDIDATES = 10
Source = ArxivSource | CorpusSource


@dataclass(frozen=True)
class LookedUp:
    """Each named paper with what was found for it (None: nothing), and what the reader must know."""

    found: tuple[tuple[NamedPaper, Paper | None], ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def papers(self) -> tuple[Paper, ...]:
        return tuple({paper.id: paper for _, paper in self.found if paper is not None}.values())

    @property
    def named(self) -> tuple[NamedPaper, ...]:
        """The named papers, with id and title where they were found."""
        return tuple(
            named if paper is None else named.model_copy(update={"id": paper.id, "title": paper.title})
            for named, paper in self.found
        )


def look_up(
    named: Sequence[NamedPaper],
    about: str,
    policy: Literal["auto", "arxiv", "corpus"],
    arxiv: ArxivSource,
    corpus: CorpusSource,
) -> LookedUp:
    """`about` tells papers of one author and year apart. A source that does not answer is a notice."""
    sources: list[tuple[str, Source]] = []
    if policy != "arxiv":
        sources.append(("the corpus", corpus))
    if policy != "corpus":
        sources.append(("arXiv", arxiv))
    found: list[tuple[NamedPaper, Paper | None]] = []
    notices: list[str] = []
    for paper in named:
        hit = None
        for name, source in sources:
            try:
                hit = next(
                    (entry for ask in _asks(paper, about) for entry in ask(source) if is_named(entry, paper)), None
                )
            except SourceUnavailable as exc:
                notices.append(f"{paper.name} could not be looked up in {name}: {exc}.")
            if hit is not None:
                break
        found.append((paper, hit))
    return LookedUp(tuple(found), tuple(dict.fromkeys(notices)))


def _asks(named: NamedPaper, about: str) -> Iterator[Callable[[Source], Sequence[Paper]]]:
    if named.id or named.doi:
        yield lambda source: source.lookup([str(named.id or named.doi)])
    if named.title and not named.id:
        yield lambda source: source.search(str(named.title), _CANDIDATES).papers
        yield lambda source: source.search(f'"{named.title}"', _CANDIDATES).papers
    if named.author and not (named.id or named.doi or named.title):
        year = str(named.year) if named.year else None
        yield lambda source: source.by_author(str(named.author), year, about, _CANDIDATES)
