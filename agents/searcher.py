"""SEARCHER: looks up the papers that the goal names, asks the plan's queries side by side, keeps the best papers and an
account of the rest. With a model, the best by rank are screened once, by title and abstract, before the papers to read
are chosen."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from sovereign_kernel.errors import BadAnswer, BudgetSpent
from sovereign_kernel.goal import plan_queries
from sovereign_kernel.pipeline.project import project_root
from sovereign_kernel.pipeline.roles import Role, Stage
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.ports import ChatModel
from sovereign_kernel.records import DroppedPaper, Paper
from sovereign_kernel.records.dossier import Dossier, SearchReport
from sovereign_kernel.text.prompts import load_prompt

LATER_SHARE = 3
"""A later search, for what is missing, may add a third of the papers that the first one keeps."""
SCREENED = 60
_EXCERPT, _TITLE = 300, 150  # characters
_REASON = 120


class Judgement(BaseModel):
    """Whether one paper is read."""

    number: int = Field(description="the paper's number")
    keep: bool = Field(description="whether its own findings bear on the question")
    reason: str = Field(description="why, in at most ten words")


class Screening(BaseModel):
    """One judgement a paper."""

    papers: list[Judgement] = Field(min_length=1, description="every paper once")


def run(dossier: Dossier, tools: Toolkit) -> SearchReport:
    goal, count = dossier.goal, tools.settings.queries
    queries = dossier.wanted[:count] or plan_queries(goal, count)
    found = tools.look_up(goal)
    named = tuple(paper for paper in found.papers if paper not in dossier.papers)
    if goal.kind == "paper" and all(paper for _, paper in found.found) and not dossier.wanted:
        return SearchReport(papers=named, notices=found.notices)
    keep = tools.settings.papers if not dossier.papers else max(1, tools.settings.papers // LATER_SHARE)
    keep = max(0, keep - len(named))
    known = {paper.id for paper in (*dossier.papers, *found.papers)} | dossier.owner_dropped
    model = tools.chat(role.name) if not dossier.papers else None  # a later search brings few: not worth a call
    report = tools.search(goal, queries, keep if model is None else max(keep, SCREENED), known=known)
    if model is not None:
        report = _screened(report, goal.question, keep, model)
    return report.model_copy(update={"papers": (*named, *report.papers), "notices": (*found.notices, *report.notices)})


def _screened(report: SearchReport, goal: str, keep: int, model: ChatModel) -> SearchReport:
    """The `keep` best of the papers that the model does not leave; by rank alone where it gives no usable answer."""
    if len(report.papers) <= keep:
        return report
    prompt = load_prompt(project_root() / "prompts" / "screening.md")
    shown = [_shown(number, paper) for number, paper in enumerate(report.papers, start=1)]
    try:
        judged = {
            one.number: one for one in model.ask(role.name, prompt.fill(goal=goal, papers=shown), Screening).papers
        }
    except (BadAnswer, BudgetSpent) as exc:
        return _cut(report, {}, keep, f"The language model screened no papers ({exc}); the ranking alone chose them.")
    left = {
        paper.id: f"left at the screening: {' '.join(judged[number].reason.split())[:_REASON]}"
        for number, paper in enumerate(report.papers, start=1)
        if number in judged and not judged[number].keep
    }
    if len(left) == len(report.papers):
        return _cut(report, {}, keep, "The language model would have read none of the papers; the ranking chose them.")
    return _cut(report, left, keep)


def _shown(number: int, paper: Paper) -> str:
    abstract = paper.text[len(paper.title) :].strip()
    return f"{number}. {paper.title[:_TITLE]} | {abstract[:_EXCERPT]}"


def _cut(report: SearchReport, left: dict[str, str], keep: int, *notices: str) -> SearchReport:
    """The first `keep` papers that are not `left`, and why the others are not among them."""
    kept = [paper for paper in report.papers if paper.id not in left][:keep]
    chosen = {paper.id for paper in kept}
    dropped = [
        DroppedPaper(paper_id=paper.id, title=paper.title, reason=left.get(paper.id, f"the best {keep} are kept"))
        for paper in report.papers
        if paper.id not in chosen
    ]
    told = tuple(notice for notice in report.notices if not _speaks_of_others(notice, report.papers, chosen))
    return report.model_copy(
        update={"papers": tuple(kept), "dropped": (*dropped, *report.dropped), "notices": (*told, *notices)}
    )


def _speaks_of_others(notice: str, papers: Sequence[Paper], chosen: set[str]) -> bool:
    """Whether a notice is about a paper that is not read."""
    return any(notice.startswith(f"{paper.id} ") and paper.id not in chosen for paper in papers)


role = Role("searcher", Stage.SEARCH, "looks up named papers, asks the sources side by side, keeps the best", run)
