"""The state as a role sees it."""

from __future__ import annotations

from sovereign_kernel.decision.answering import measured
from sovereign_kernel.goal.coverage import covered
from sovereign_kernel.goal.notes import named_claims, names_paper, read_note
from sovereign_kernel.pipeline.nodes.plan import plan_of
from sovereign_kernel.pipeline.state import ResearchState, union
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.records import Coverage, DroppedPaper, Paper
from sovereign_kernel.records.dossier import Dossier, Extraction, SearchReport

OWNER_DROPPED = "the owner does not want it"


def dossier_of(state: ResearchState, tools: Toolkit) -> Dossier:
    """What is known so far. Raises BadInput for a goal that cannot be researched."""
    goal = plan_of(state, tools)
    reports = _reports(state)
    notes = tuple(map(read_note, state.get("owner_notes", ())))
    found = _papers(reports)
    unwanted = frozenset(p.id for p in found if any(names_paper(name, p) for note in notes for name in note.drops))
    papers = tuple(paper for paper in found if paper.id not in unwanted)
    read = _read(state.get("extractions", {}))
    claims = state.get("claims", ())
    standing = tuple(claim for claim in claims if claim.dropped is None)
    queries = tuple(query for report in reports for query in report.queries)
    kept = {paper.id for paper in papers}
    coverage = Coverage(
        queries=queries,
        hits=sum(query.hits or 0 for query in queries),
        dropped=(
            *(entry for report in reports for entry in report.dropped if entry.paper_id not in kept),
            *(DroppedPaper(paper_id=p.id, title=p.title, reason=OWNER_DROPPED) for p in found if p.id in unwanted),
        ),
        facets=covered(goal.facets, standing, papers),
    )
    offered, passed = _by_model(state)
    return Dossier(
        goal=goal,
        papers=papers,
        unread=tuple(paper for paper in papers if paper.id not in read),
        claims=standing,
        dropped=tuple(claim for claim in claims if claim.dropped is not None and claim.paper_id not in unwanted),
        contradictions=state.get("contradictions", ()),
        sentences=tuple(
            sentence for _, sentences in sorted(state.get("sentences", {}).items()) for sentence in sentences
        ),
        coverage=coverage,
        rounds=state.get("rounds", ()),
        wanted=state.get("wanted", ()),
        owner_notes=state.get("owner_notes", ()),
        owner_dropped=unwanted,
        owner_first=named_claims(tuple(name for note in notes for name in note.first), standing),
        notices=notices_of(state),
        offered=offered,
        refused=offered - passed,
    )


def judged_dossier(state: ResearchState, tools: Toolkit) -> Dossier:
    """The same with the fit of its answer, for those who judge the draft."""
    return measured(dossier_of(state, tools))


def _by_model(state: ResearchState) -> tuple[int, int]:
    """How many sentences a model wrote, and how many of them stand."""
    written = [entry for manuscript in state.get("manuscripts", {}).values() for entry in manuscript.sentences]
    standing = [entry for sentences in state.get("sentences", {}).values() for entry in sentences]
    offered, kept = (sum(entry.written_by == "model" for entry in entries) for entries in (written, standing))
    return max(offered, kept), kept


def notices_of(state: ResearchState) -> tuple[str, ...]:
    """All that the reader must know, in the order in which it came up."""
    found = union(
        tuple(notice for _, report in sorted(state.get("searches", {}).items()) for notice in report.notices),
        tuple(notice for _, taken in sorted(state.get("extractions", {}).items()) for notice in taken.notices),
    )
    written = tuple(
        notice for _, manuscript in sorted(state.get("manuscripts", {}).items()) for notice in manuscript.notices
    )
    return union(union(found, written), state.get("notices", ()))


def papers_of(state: ResearchState) -> tuple[Paper, ...]:
    """All papers that were kept, also those that the owner does not want."""
    return _papers(_reports(state))


def _reports(state: ResearchState) -> list[SearchReport]:
    return [report for _, report in sorted(state.get("searches", {}).items())]


def _papers(reports: list[SearchReport]) -> tuple[Paper, ...]:
    return tuple({paper.id: paper for report in reversed(reports) for paper in reversed(report.papers)}.values())[::-1]


def _read(extractions: dict[str, Extraction]) -> set[str]:
    return {paper_id for extraction in extractions.values() for paper_id in extraction.read}
