"""At approval: has a cited paper been withdrawn or superseded since the run?"""

from __future__ import annotations

from collections.abc import Iterator

from sovereign_kernel.errors import SourceUnavailable
from sovereign_kernel.ports import Source
from sovereign_kernel.records import Draft, Paper


def changes_since(draft: Draft, source: Source) -> tuple[str, ...]:
    """What the source says now of the papers that claims cite, where that differs from the draft; in words."""
    cited = {claim.paper_id for claim in draft.claims} | {
        also.paper_id for claim in draft.claims for also in claim.also
    }
    papers = {paper.id: paper for paper in draft.papers if paper.id in cited}
    try:
        now = {paper.id: paper for paper in source.lookup(sorted(papers))}
    except SourceUnavailable as exc:
        return (f"The cited papers could not be looked up again: {exc}.",)
    return tuple(told for paper_id in sorted(papers) for told in _changes(papers[paper_id], now.get(paper_id)))


def _changes(then: Paper, now: Paper | None) -> Iterator[str]:
    if now is None:
        yield f"{then.id} is not known to the source any more."
        return
    if now.withdrawn and not then.withdrawn:
        yield f"{then.id} has been withdrawn since the run."
    if then.version is not None and now.version is not None and now.version > then.version:
        yield f"{then.id} has version {now.version} now; the draft cites version {then.version}."
    if then.text != now.text and then.version == now.version:
        yield f"{then.id} has another text now than the one that the draft quotes."
