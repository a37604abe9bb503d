"""plan: the goal is read once, by a language model where there is one, and its named papers are looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sovereign_kernel.errors import BadAnswer, BadInput, BudgetSpent
from sovereign_kernel.goal import clean_goal, plan_queries
from sovereign_kernel.goal.model_plan import Plan, with_plan
from sovereign_kernel.goal.understanding import titled
from sovereign_kernel.pipeline.state import ResearchState
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.records import Goal

PLANNER = "searcher"
"""The role whose model and prompt plan."""


@dataclass(frozen=True)
class Planned:
    """A goal as read, and what the reader must know of the reading."""

    goal: Goal
    notices: tuple[str, ...] = ()


def plan(state: ResearchState, tools: Toolkit) -> ResearchState:
    """The plan that the owner gave, or a new one. Raises BadInput for a goal that cannot be researched."""
    text = clean_goal(state.get("goal", ""))
    given = state.get("given_plan")
    planned = Planned(checked(given, text)) if given is not None else planned_for(text, tools)
    tools.ledger.record("plan", by=planned.goal.planned_by, plan=planned.goal.model_dump(mode="json"))
    return {"plan": planned.goal, "given_plan": None, "notices": planned.notices}


def planned_for(text: str, tools: Toolkit) -> Planned:
    """Reads a goal. The model's plan counts field by field; without a usable one code's reading stands.

    Raises BadInput for a goal in another language of which nothing can be searched for.
    """
    goal = tools.goal(text)
    goal, notices = _by_model(goal, tools)
    refuse_unreadable(goal)
    found = tools.look_up(goal)
    goal = goal.model_copy(update={"papers": found.named})
    titles = tuple(paper.title for paper in found.papers)
    if goal.kind == "paper" and titles:
        goal = titled(goal, titles, tools.lexicon)
    queries = plan_queries(goal, tools.settings.queries)
    return Planned(goal.model_copy(update={"queries": queries}), (*notices, *found.notices))


def refuse_unreadable(goal: Goal) -> None:
    """Raises BadInput for a goal in another language of which nothing can be searched for."""
    if not goal.language_ok and not goal.facets and not goal.papers:
        raise BadInput(
            "the goal is not in English, and has no technical term in Latin letters that could be searched for",
            help="ask in English, or give a language model, which plans in English: --provider",
        )


def checked(given: Goal | Mapping[str, object], text: str) -> Goal:
    """A plan that was given, as a record. Raises BadInput when it is of another goal."""
    goal = given if isinstance(given, Goal) else Goal.model_validate(given)
    if goal.text.split() != text.split():
        raise BadInput(
            "the plan is of another goal than the one that is asked", help="plan this goal, or leave the plan"
        )
    return goal


def plan_of(state: ResearchState, tools: Toolkit) -> Goal:
    """The run's one reading of its goal. A state without one, of a run begun before there were plans, is read now."""
    found = state.get("plan")
    if found is None:
        return tools.goal(clean_goal(state.get("goal", "")))
    return found if isinstance(found, Goal) else Goal.model_validate(found)


def _by_model(goal: Goal, tools: Toolkit) -> tuple[Goal, tuple[str, ...]]:
    model = tools.chat(PLANNER) if any(role.name == PLANNER for role in tools.roles) else None
    if model is None:
        return goal, ()
    prompt = tools.prompt(PLANNER).fill(goal=goal.text, today=tools.clock.now()[:10], count=tools.settings.queries)
    try:
        return with_plan(goal, model.ask(PLANNER, prompt, Plan), tools.lexicon), ()
    except (BadAnswer, BudgetSpent) as exc:
        return goal, (f"The language model planned no usable queries ({exc}); the goal's own terms were used.",)
