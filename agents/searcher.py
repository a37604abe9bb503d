"""SEARCHER: plans distinct queries from the goal, asks them side by side, keeps the best papers and an account of the
rest."""

from pydantic import BaseModel, Field

from sovereign_kernel.errors import BadAnswer, BudgetSpent
from sovereign_kernel.queries import plan_queries
from sovereign_kernel.roles import Dossier, Role, SearchReport, Stage
from sovereign_kernel.toolkit import Toolkit

LATER_SHARE = 3
"""A later search, for what is missing, may add a third of the papers that the first one keeps."""


class Plan(BaseModel):
    """The model's plan."""

    queries: list[str] = Field(
        min_length=1, description="search queries of two to eight words, each about another side of the goal"
    )


def run(dossier: Dossier, tools: Toolkit) -> SearchReport:
    queries, notices = _plan(dossier, tools)
    keep = tools.settings.papers if not dossier.papers else max(1, tools.settings.papers // LATER_SHARE)
    report = tools.search(dossier.goal, queries, keep, known={paper.id for paper in dossier.papers})
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


role = Role("searcher", Stage.SEARCH, "plans queries, asks the sources side by side, keeps the best papers", run)
