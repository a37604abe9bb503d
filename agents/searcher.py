"""SEARCHER: looks up the papers that the goal names, asks the plan's queries side by side, keeps the best papers and
an account of the rest."""

from sovereign_kernel.goal import plan_queries
from sovereign_kernel.roles import Dossier, Role, SearchReport, Stage
from sovereign_kernel.toolkit import Toolkit

LATER_SHARE = 3
"""A later search, for what is missing, may add a third of the papers that the first one keeps."""


def run(dossier: Dossier, tools: Toolkit) -> SearchReport:
    goal, count = dossier.goal, tools.settings.queries
    queries = dossier.wanted[:count] or plan_queries(goal, count)
    found = tools.look_up(goal)
    named = tuple(paper for paper in found.papers if paper not in dossier.papers)
    if goal.kind == "paper" and all(paper for _, paper in found.found) and not dossier.wanted:
        return SearchReport(papers=named, notices=found.notices)
    keep = tools.settings.papers if not dossier.papers else max(1, tools.settings.papers // LATER_SHARE)
    known = {paper.id for paper in (*dossier.papers, *found.papers)} | dossier.owner_dropped
    report = tools.search(goal, queries, max(0, keep - len(named)), known=known)
    return report.model_copy(update={"papers": (*named, *report.papers), "notices": (*found.notices, *report.notices)})


role = Role("searcher", Stage.SEARCH, "looks up named papers, asks the sources side by side, keeps the best", run)
