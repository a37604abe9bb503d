"""arXiv as a source, through the `arxiv` package's client for its requests and its feeds.

The package's own delay and retries are off: politeness and patience are ours, because they must hold for the whole
machine.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sovereign_kernel.errors import SourceUnavailable
from sovereign_kernel.ports import Clock, SearchPage
from sovereign_kernel.records import Paper
from sovereign_kernel.sources.arxiv.query import search_query, submitted
from sovereign_kernel.sources.arxiv.rate_limiter import Turnstile
from sovereign_kernel.sources.arxiv.response_cache import Answer, DayCache
from sovereign_kernel.sources.faults import Lasting, PageTaken, Passing
from sovereign_kernel.sources.papers import is_arxiv_id, make_paper, split_version

if TYPE_CHECKING:
    import arxiv

_LARGEST_PAGE = 2_000  # arXiv's own limit
_IDS_AT_ONCE = 100
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 20.0  # seconds between tries, doubling; the turnstile's gap comes on top
_HELP = "try again later, or search the embedded corpus: --source corpus"


class ArxivSource:
    """Searches arXiv, politely. Thread safe; all processes that share `cache_dir` share the gap and the answers.

    `gap`: seconds between requests; `timeout`: seconds one request may take; `patience`: seconds of trying, waiting
    for other processes' turns not counted. Raises SourceUnavailable only.
    """

    name: Literal["arxiv", "corpus"] = "arxiv"
    _submitted = ""  # the part of a query that limits the date of submission

    def __init__(self, url: str, cache_dir: Path, gap: float, timeout: float, patience: float, clock: Clock) -> None:
        self._url, self._timeout, self._patience, self._clock = url, timeout, patience, clock
        self._parts = (cache_dir, gap)
        self._turnstile = Turnstile(cache_dir, gap, clock)
        self._cache = DayCache(cache_dir)

    def in_a_hurry(self, patience: float) -> ArxivSource:
        """The same source, giving up sooner."""
        patience = min(patience, self._patience)
        hurried = ArxivSource(self._url, *self._parts, min(self._timeout, patience), patience, self._clock)
        hurried._submitted = self._submitted
        return hurried

    def between(self, since: str | None, until: str | None) -> ArxivSource:
        """The same source, searching only what was first submitted within these days (ISO, both inclusive)."""
        limited = copy.copy(self)
        limited._submitted = submitted(since, until)
        return limited

    def by_author(self, author: str, year: str | None, about: str, limit: int) -> tuple[Paper, ...]:
        """Papers of an author by family name, in a year if one is given; those about something first."""
        days = (f"{year}-01-01", f"{year}-12-31") if year else (None, None)
        found = [self.between(*days).search(f"{author} {about}".strip(), limit)]
        found.append(self.between(*days).search(author, limit))
        return tuple({paper.id: paper for page in found for paper in page.papers}.values())

    def search(self, query: str, limit: int) -> SearchPage:
        """The best `limit` (at most 2,000) papers by arXiv's relevance; an unusable query finds nothing."""
        import arxiv

        sought = search_query(query)
        if not sought or limit < 1:
            return SearchPage((), 0)
        sought = f"({sought}) AND {self._submitted}" if self._submitted else sought
        wanted = min(limit, _LARGEST_PAGE)
        return self._answer(
            arxiv.Search(query=sought, max_results=wanted, sort_by=arxiv.SortCriterion.Relevance), query
        )

    def lookup(self, ids: Sequence[str]) -> tuple[Paper, ...]:
        """The newest versions of these ids; what is not an arXiv id, or is unknown to arXiv, is left out."""
        import arxiv

        wanted = [id for id in dict.fromkeys(split_version(id)[0] for id in ids) if is_arxiv_id(id)]
        pages = [wanted[at : at + _IDS_AT_ONCE] for at in range(0, len(wanted), _IDS_AT_ONCE)]
        found = [self._answer(arxiv.Search(id_list=page, max_results=len(page)), ", ".join(page)) for page in pages]
        return tuple(paper for page in found for paper in page.papers)

    def _answer(self, search: arxiv.Search, asked: str) -> SearchPage:
        """From the cache, or asked: once, then again while the fault may pass and the patience lasts."""
        key = hashlib.sha256(repr((self._url, search.query, search.id_list, search.max_results)).encode()).hexdigest()
        if known := self._cache.get(key):
            return SearchPage(known.papers, known.total, cached=True)
        spent, tries = 0.0, 0
        while True:
            try:
                with self._turnstile.turn(self._patience):
                    if known := self._cache.get(key):  # another process asked the same while this one waited
                        return SearchPage(known.papers, known.total, cached=True)
                    started = self._clock.monotonic()
                    try:
                        answer = self._ask(search)
                    finally:
                        spent += self._clock.monotonic() - started
            except Lasting as fault:
                which = "" if fault.unreachable else f" (query: {asked[:200]!r})"
                raise Unserved(f"arXiv {fault}{which}", _HELP, fault.unreachable) from fault
            except Passing as fault:
                tries += 1
                wait = max(
                    fault.retry_after or 0.0,
                    random.uniform(0.5, 1.0) * min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (tries - 1)),
                )
                spent += wait
                if spent > self._patience:
                    raise Unserved(f"arXiv {fault}, {tries} times", _HELP, True) from fault
                self._clock.sleep(wait)
            else:
                self._cache.put(key, answer)
                return SearchPage(answer.papers, answer.total)

    def _ask(self, search: arxiv.Search) -> Answer:
        import arxiv

        from sovereign_kernel import __version__
        from sovereign_kernel.sources.arxiv.http import OneRequest

        client = arxiv.Client(page_size=search.max_results or _LARGEST_PAGE, delay_seconds=0, num_retries=0)
        client.query_url_format = self._url + "?{}"
        found: list[Paper] = []
        with OneRequest(self._timeout, f"sovereign-kernel/{__version__}") as session:
            client._session = session
            try:
                with contextlib.suppress(PageTaken):  # arXiv sent fewer than asked; the rest would be out of turn
                    found.extend(map(_paper, client.results(search)))
            except (ValueError, OverflowError) as exc:  # the package's own, for dates that are none
                raise Passing(f"answered with a feed that cannot be read: {str(exc)[:100]}") from exc
        return Answer(papers=tuple(found), total=session.total)


class Unserved(SourceUnavailable):
    """arXiv did not serve a request. `gone`: it cannot be reached or keeps refusing, so other queries will fare
    no better.
    """

    def __init__(self, what: str, help: str, gone: bool) -> None:
        super().__init__(what, help)
        self.gone = gone


def _paper(result: Any) -> Paper:
    id, version = split_version(result.entry_id.split("/abs/")[-1])
    return make_paper(
        id,
        result.title,
        result.summary,
        source="arxiv",
        authors=[author.name for author in result.authors],
        categories=result.categories,
        comment=result.comment,
        version=version,
        published=result.published.date().isoformat(),
    )
