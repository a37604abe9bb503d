"""SEARCHER: plans distinct queries from the goal, asks them side by side, keeps the best papers and an account of the
rest. With a model, the best by rank are screened once, by title and abstract, before the papers to read are chosen."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from sovereign_kernel.errors import BadAnswer, BudgetSpent
from sovereign_kernel.ports import ChatModel
from sovereign_kernel.project import project_root
from sovereign_kernel.prompts import load_prompt
from sovereign_kernel.queries import plan_queries
from sovereign_kernel.records import DroppedPaper, Paper
from sovereign_kernel.roles import Dossier, Role, SearchReport, Stage
from sovereign_kernel.toolkit import Toolkit

LATER_SHARE = 3
"""A later search, for what is missing, may add a third of the papers that the first one keeps."""
SCREENED = 60
_EXCERPT, _TITLE = 300, 150  # characters
_REASON = 120


class Plan(BaseModel):
    """The model's plan."""

    queries: list[str] = Field(
        min_length=1, description="search queries of two to eight words, each about another side of the goal"
    )


class Judgement(BaseModel):
    """Whether one paper is read."""

    number: int = Field(description="the paper's number")
    keep: bool = Field(description="whether its own findings bear on the question")
    reason: str = Field(description="why, in at most ten words")


class Screening(BaseModel):
    """One judgement a paper."""

    papers: list[Judgement] = Field(min_length=1, description="every paper once")


def run(dossier: Dossier, tools: Toolkit) -> SearchReport:
    queries, notices = _plan(dossier, tools)
    keep = tools.settings.papers if not dossier.papers else max(1, tools.settings.papers // LATER_SHARE)
    known = {paper.id for paper in dossier.papers}
    model = tools.chat(role.name) if not dossier.papers else None  # a later search brings few: not worth a call
    report = tools.search(dossier.goal, queries, keep if model is None else max(keep, SCREENED), known)
    if model is not None:
        report = _screened(report, dossier.goal.text, keep, model)
    return report.model_copy(update={"notices": (*notices, *report.notices)})


def _plan(dossier: Dossier, tools: Toolkit) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The queries: what a revision wants, or the model's plan filled up from the goal's own terms."""
    count = tools.settings.queries
    if dossier.wanted:
        return dossier.wanted[:count], ()
    own = plan_queries(dossier.goal, count)
    model = tools.chat(role.name)
    if model is None:
        return own, ()
    prompt = tools.prompt(role.name).fill(goal=dossier.goal.text, count=count, notes=list(dossier.owner_notes))
    try:
        planned = model.ask(role.name, prompt, Plan).queries
    except (BadAnswer, BudgetSpent) as exc:
        return own, (f"The language model planned no usable queries ({exc}); the goal's own terms were used.",)
    distinct = {" ".join(query.lower().split()): " ".join(query.split()) for query in (*planned, *own) if query.strip()}
    return tuple(distinct.values())[:count], ()


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


role = Role("searcher", Stage.SEARCH, "plans queries, asks the sources side by side, keeps the best papers", run)
