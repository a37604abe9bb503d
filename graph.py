"""The state machine: stages, edges, the revision loop and the owner's interrupt.

    START -> plan -> searcher -> claim_extractor -> verify -> index -> writer -> [skeptic | validator | …] -> tribunal
    tribunal -- below the line, rounds left --> revise -> (searcher if evidence is missing, else writer)
    tribunal -- otherwise --> policy -> (owner_review, unless decided) -> publish -> END

`graph` is for LangGraph Studio and for `from graph import graph`; `build_graph` takes a checkpointer and further roles.
Context (`context=`) are the settings by the names of the command line; without one, environment, file and defaults
decide.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt
from pydantic import BaseModel, ValidationError

from sovereign_kernel import __version__
from sovereign_kernel.answering import no_answer
from sovereign_kernel.errors import BadInput, BadRole, BadSetting, SovereignError
from sovereign_kernel.goal import clean_goal
from sovereign_kernel.goal.plan import amended, editable
from sovereign_kernel.records import OwnerAnswer
from sovereign_kernel.roles import Role, Stage
from sovereign_kernel.runs import RunFolder, draft_fingerprint
from sovereign_kernel.runs.manifest import NAME as MANIFEST
from sovereign_kernel.settings import Settings, resolve
from sovereign_kernel.stages.checking_claims import admit_sentences, verify
from sovereign_kernel.stages.deciding import bound_answer, decide, publish
from sovereign_kernel.stages.dossier import dossier_of, judged_dossier
from sovereign_kernel.stages.indexing import index
from sovereign_kernel.stages.owner_notes import follow_note
from sovereign_kernel.stages.placing import placed
from sovereign_kernel.stages.planning import plan, plan_of
from sovereign_kernel.stages.revision import changed, revise
from sovereign_kernel.state import ResearchInput, ResearchState
from sovereign_kernel.toolkit import Toolkit, provider_of, roles_of
from sovereign_kernel.tribunal import absent, sit

Work = Callable[[ResearchState, Toolkit], ResearchState]
MAKING = Lock()
OWN_NODES = {"plan", "confirm_plan", "verify", "index", "tribunal", "revise", "policy", "owner_review", "publish"}


def build_graph(roles: Path | None = None, checkpointer: Any = None) -> CompiledStateGraph[Any, Any, Any, Any]:
    """The compiled graph, with the owner's own roles from the folder `roles` beside the kernel's.

    Raises BadRole when a role's file does not load.
    """
    cast = roles_of(roles)
    for role in cast:
        if role.name in OWN_NODES:
            raise BadRole(f"{role.origin}: the graph has a node {role.name!r} of its own", help="rename the role")
    stage = {kind: [role for role in cast if role.stage is kind] for kind in Stage}
    names = {kind: [role.name for role in stage[kind]] for kind in Stage}
    search, write = names[Stage.SEARCH], names[Stage.WRITE]
    graph = StateGraph(ResearchState, context_schema=Settings, input_schema=ResearchInput)

    for role in cast:
        graph.add_node(role.name, _node(_role_work(role), cast))
    for name, work in (
        ("plan", plan),
        ("verify", verify),
        ("index", index),
        ("revise", revise),
        ("policy", decide),
        ("publish", publish),
    ):
        graph.add_node(name, _node(work, cast))
    graph.add_node("tribunal", _node(_tribunal, cast))
    graph.add_node("confirm_plan", _confirm_plan)
    graph.add_node("owner_review", _owner_review)

    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", _after_plan(search), ["confirm_plan", *search])
    for name in search:
        graph.add_edge("confirm_plan", name)
    _join(graph, search, names[Stage.EXTRACT])
    _join(graph, names[Stage.EXTRACT], ["verify"])
    graph.add_edge("verify", "index")
    for name in write:
        graph.add_edge("index", name)
    _join(graph, write, names[Stage.REVIEW])
    _join(graph, names[Stage.REVIEW], ["tribunal"])
    graph.add_conditional_edges(
        "tribunal",
        lambda state: "revise" if state["rounds"][-1].outcome == "revise" else "policy",
        ["revise", "policy"],
    )
    graph.add_conditional_edges("revise", _after_revision(search, write), [*search, *write, "policy"])
    graph.add_conditional_edges("policy", _after_policy, ["owner_review", "publish"])
    graph.add_conditional_edges("owner_review", _after_owner(search), [*search, "index", "publish"])
    graph.add_edge("publish", END)
    return graph.compile(checkpointer=checkpointer, name="sovereign")


def _node(work: Work, cast: Sequence[Role]) -> Callable[[ResearchState, Runtime[Settings]], ResearchState]:
    """A plain synchronous node: it opens a toolkit, works, and adds what it used of models."""

    def run(state: ResearchState, runtime: Runtime[Settings]) -> ResearchState:
        settings = _settings(runtime)
        _make_folder(settings, state)
        tools = Toolkit.open(settings, state.get("began"), state.get("uses", ()))
        if tools.roles != tuple(cast):
            raise BadSetting(
                "the roles are fixed when the graph is built", help="give `roles` to build_graph(), not to context"
            )
        update = work(state, tools)
        if tools.run is not None:
            return update
        own: ResearchState = {"uses": tools.uses(), "stopped_early": tools.stopped_early}
        return {**update, **own, "began": state.get("began") or tools.clock.now()}

    return run


def _role_work(role: Role) -> Work:
    """What a role's stage makes of the role's answer. A reviewer that fails is absent; any other failure ends the
    run."""

    def search(state: ResearchState, tools: Toolkit) -> ResearchState:
        return {"searches": {role.name: role.run(dossier_of(state, tools), tools)}}

    def extract(state: ResearchState, tools: Toolkit) -> ResearchState:
        return {"extractions": {role.name: role.run(dossier_of(state, tools), tools)}}

    def write(state: ResearchState, tools: Toolkit) -> ResearchState:
        dossier = dossier_of(state, tools)
        manuscript = role.run(dossier, tools)
        wanted = state.get("added", ()), state.get("put_first", ())
        if any(wanted):
            ordered = placed(manuscript.sentences, dossier.claims, *wanted)
            manuscript = manuscript.model_copy(update={"sentences": ordered})
        sentences, notice = admit_sentences(role.name, manuscript, dossier, tools)
        if notice:
            manuscript = manuscript.model_copy(update={"notices": (*manuscript.notices, notice)})
        return {"manuscripts": {role.name: manuscript}, "sentences": {role.name: sentences}}

    def review(state: ResearchState, tools: Toolkit) -> ResearchState:
        try:
            return {"reviews": {role.name: role.run(judged_dossier(state, tools), tools)}}
        except SovereignError:
            raise
        except Exception as exc:  # noqa: BLE001 - a reviewer may be anybody's code; its absence is shown and never approves
            return {"reviews": {role.name: absent(role.name, f"it failed: {type(exc).__name__}: {exc}")}}

    return {Stage.SEARCH: search, Stage.EXTRACT: extract, Stage.WRITE: write, Stage.REVIEW: review}[role.stage]


def _tribunal(state: ResearchState, tools: Toolkit) -> ResearchState:
    """Every send-back of the owner's gives one more round."""
    rounds = state.get("rounds", ())
    left = tools.settings.rounds + len(state.get("owner_notes", ())) - len(rounds)
    unanswered = no_answer(judged_dossier(state, tools))
    sitting = sit(len(rounds) + 1, list(state["reviews"].values()), tools.settings.threshold, left, unanswered)
    tools.ledger.record("round", number=sitting.number, score=sitting.score, outcome=sitting.outcome)
    return {"rounds": (*rounds, sitting)}


def _confirm_plan(state: ResearchState, runtime: Runtime[Settings]) -> ResearchState:
    """Shows the plan and waits. The answer is the fields to change, or anything else to go on; the plan may also be
    edited in the state."""
    tools = Toolkit.open(_settings(runtime))
    goal = plan_of(state, tools)
    shown: dict[str, Any] = {
        "question": "Go on with this plan, or change it?",
        "plan": editable(goal, tools.settings.queries),
        "answer_with": "true, or the fields to change with their new values",
    }
    asked = shown
    while True:
        given = interrupt(asked)
        try:
            return {"plan": amended(goal, given, tools.lexicon) if isinstance(given, Mapping) and given else goal}
        except BadInput as exc:
            asked = {**shown, "refused": f"{exc}; {exc.help}"}


def _owner_review(state: ResearchState, runtime: Runtime[Settings]) -> ResearchState:
    """Waits for the owner. Only an explicit `approve` or `send_back` is an answer; after anything else it waits on: an
    error here would stay with the run, since LangGraph keeps what it was resumed with."""
    draft, decision = state["draft"], state["decision"]
    assert draft is not None and decision is not None
    shown = {
        "question": "Approve this draft, or send it back with a note?",
        "answer_with": {"action": "approve | send_back", "owner": "your name", "note": "what to change"},
        "title": draft.title,
        "answer": draft.answer,
        "rule": decision.rule,
        "reason": decision.reason,
        "draft_sha256": draft_fingerprint(draft),
    }
    answer, asked = None, shown
    while answer is None:
        given = interrupt(asked)
        try:
            answer = bound_answer(draft, _answer(given), Toolkit.open(_settings(runtime)).clock.now())
        except BadInput as exc:
            asked = {**shown, "refused": f"{exc}; {exc.help}"}
    if answer.action == "approve":
        return {"owner": answer}
    return follow_note(state, answer.note, provider_of(_settings(runtime)) != "none")


def _answer(given: object) -> OwnerAnswer:
    if isinstance(given, BaseModel):
        given = given.model_dump()
    if isinstance(given, Mapping):
        with suppress(ValidationError):
            return OwnerAnswer.model_validate(given)
    raise BadInput(
        f"{given!r} is no answer",
        help='answer {"action": "approve", "owner": "NAME"} or {"action": "send_back", "note": "…"}',
    )


def _after_revision(search: list[str], write: list[str]) -> Callable[[ResearchState], list[str]]:
    """Back to the searchers when evidence is missing, to the writers when something changed, on when nothing can be
    done."""

    def route(state: ResearchState) -> list[str]:
        if state.get("wanted"):
            return search
        return write if changed(state) else ["policy"]

    return route


def _after_policy(state: ResearchState) -> str:
    decision = state["decision"]
    return "owner_review" if decision is not None and decision.policy == "OWNER_REVIEW" else "publish"


def _after_owner(search: list[str]) -> Callable[[ResearchState], list[str]]:
    """Published, or back: to the searchers for what the note asks for, else to `index` with what still stands."""
    return lambda state: ["publish"] if state.get("owner") else search if state.get("wanted") else ["index"]


def _after_plan(search: list[str]) -> Callable[[ResearchState, Runtime[Settings]], list[str]]:
    def route(state: ResearchState, runtime: Runtime[Settings]) -> list[str]:
        return ["confirm_plan"] if _settings(runtime).confirm_plan else search

    return route


def _join(graph: StateGraph[Any, Any, Any, Any], before: list[str], after: list[str]) -> None:
    """Every node of `after` runs once, when all of `before` have finished."""
    for name in after:
        graph.add_edge(before if len(before) > 1 else before[0], name)


def _settings(runtime: Runtime[Settings]) -> Settings:
    """The context of this run; what it leaves open comes from environment, file and defaults."""
    context = runtime.context
    return resolve({} if context is None else {name: getattr(context, name) for name in context.model_fields_set})


def _make_folder(settings: Settings, state: ResearchState) -> None:
    """The run's folder that `out` names, unless `research` or an earlier node has made it."""
    with MAKING:
        if settings.out is not None and not (settings.out / MANIFEST).exists():
            RunFolder.create(settings.out, clean_goal(state.get("goal")), settings, __version__)


graph = build_graph(resolve().roles)
