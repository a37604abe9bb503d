"""The state machine: stages, edges, the revision loop and the owner's interrupt.

    START -> begin -> plan -> searcher -> claim_extractor -> verify -> index -> writer -> [skeptic | validator | …]
    -> tribunal
    tribunal -- below the line, rounds left --> revise -> (searcher if evidence is missing, else writer)
    tribunal -- otherwise --> policy -> (owner_review, unless decided) -> publish -> END

`graph` is for LangGraph Studio and for `from graph import graph`; `build_graph` takes a checkpointer and further roles.
Context (`context=`) are the settings by the names of the command line; without one, environment, file and defaults
decide. What names code, an address or a path `graph` takes from environment and file alone, because a served graph's
context comes over a network; `build_graph` trusts whoever calls it with its context.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt
from pydantic import BaseModel, ValidationError

from sovereign_kernel import __version__
from sovereign_kernel.decision.answering import no_answer
from sovereign_kernel.decision.tribunal import absent, sit
from sovereign_kernel.errors import BadInput, BadRole, BadSetting, SovereignError
from sovereign_kernel.goal import clean_goal
from sovereign_kernel.goal.plan import amended, editable
from sovereign_kernel.pipeline.dossier import dossier_of, judged_dossier
from sovereign_kernel.pipeline.events import UNTOLD as BEGIN
from sovereign_kernel.pipeline.nodes.index import index
from sovereign_kernel.pipeline.nodes.owner_notes import follow_note
from sovereign_kernel.pipeline.nodes.placing import placed
from sovereign_kernel.pipeline.nodes.plan import plan, plan_of
from sovereign_kernel.pipeline.nodes.policy import bound_answer, decide, edited, publish
from sovereign_kernel.pipeline.nodes.revise import changed, revise
from sovereign_kernel.pipeline.nodes.verify import admit_sentences, verify
from sovereign_kernel.pipeline.roles import Role, Stage
from sovereign_kernel.pipeline.serving import ServedGraph, UntracedGraph, allowed, explicit, warn_of_trust
from sovereign_kernel.pipeline.state import ResearchInput, ResearchState, fresh, restored
from sovereign_kernel.pipeline.toolkit import Toolkit, cast_of, provider_of, roles_of
from sovereign_kernel.records import OwnerAnswer
from sovereign_kernel.runs import RunFolder, draft_fingerprint
from sovereign_kernel.runs.manifest import NAME as MANIFEST
from sovereign_kernel.settings import Settings, resolve
from sovereign_kernel.transport.tracing import untraced

Work = Callable[[ResearchState, Toolkit], ResearchState]
MAKING = Lock()
OWN_NODES = {
    BEGIN,
    "plan",
    "confirm_plan",
    "verify",
    "index",
    "tribunal",
    "revise",
    "policy",
    "owner_review",
    "publish",
}


@dataclass(frozen=True)
class Cast:
    """Who plays, from which folder, and whether the context is the owner's word or a client's."""

    roles: tuple[Role, ...]
    folder: Path | None
    trusted: bool

    def settings(self, runtime: Runtime[Settings]) -> Settings:
        """The context of this run; what it leaves open comes from environment, file and defaults. Raises BadSetting."""
        chosen = resolve(explicit(runtime.context) if self.trusted else allowed(runtime.context))
        if chosen.roles is None:
            return chosen.model_copy(update={"roles": self.folder})
        if self.folder is None or chosen.roles.resolve() != self.folder.resolve():  # before a file of it is run
            raise BadSetting(
                "the roles are fixed when the graph is built", help="give `roles` to build_graph(), not to context"
            )
        return chosen

    def tools(self, settings: Settings, state: ResearchState) -> Toolkit:
        owners = settings if self.trusted else resolve()
        return Toolkit.open(settings, state.get("began"), state.get("uses", ()), owners)


def build_graph(
    roles: Path | None = None, checkpointer: Any = None, *, trust_context: bool = True
) -> CompiledStateGraph[Any, Any, Any, Any]:
    """The compiled graph, with the owner's own roles from the folder `roles` beside the kernel's.

    Without `trust_context`, settings that name code, an address or a path are refused in `context=`: for graphs that
    others can reach. Raises BadRole when a role's file does not load.
    """
    cast = roles_of(roles)
    for role in cast:
        if role.name in OWN_NODES:
            raise BadRole(f"{role.origin}: the graph has a node {role.name!r} of its own", help="rename the role")
    stage = {kind: [role for role in cast if role.stage is kind] for kind in Stage}
    names = {kind: [role.name for role in stage[kind]] for kind in Stage}
    search, write = names[Stage.SEARCH], names[Stage.WRITE]
    graph = StateGraph(ResearchState, context_schema=Settings, input_schema=ResearchInput)
    played = Cast(cast, roles, trust_context)

    graph.add_node(BEGIN, _begin(played))
    for role in cast:
        graph.add_node(role.name, _node(_role_work(role), played))
    for name, work in (
        ("plan", plan),
        ("verify", verify),
        ("index", index),
        ("revise", revise),
        ("policy", decide),
        ("publish", publish),
    ):
        graph.add_node(name, _node(work, played))
    graph.add_node("tribunal", _node(_tribunal, played))
    graph.add_node("confirm_plan", _confirm_plan(played))
    graph.add_node("owner_review", _owner_review(played))

    graph.add_edge(START, BEGIN)
    graph.add_edge(BEGIN, "plan")
    graph.add_conditional_edges("plan", _after_plan(search, played), ["confirm_plan", *search])
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
        lambda state: "revise" if restored(state)["rounds"][-1].outcome == "revise" else "policy",
        ["revise", "policy"],
    )
    graph.add_conditional_edges("revise", _after_revision(search, write), [*search, *write, "policy"])
    graph.add_conditional_edges("policy", _after_policy, ["owner_review", "publish"])
    graph.add_conditional_edges("owner_review", _after_owner(search), [*search, "index", "publish"])
    graph.add_edge("publish", END)
    compiled = graph.compile(checkpointer=checkpointer, name="sovereign")
    return (UntracedGraph if trust_context else ServedGraph).of(compiled)


def _begin(cast: Cast) -> Callable[[ResearchState, Runtime[Settings]], dict[str, Any]]:
    """Each goal begins with nothing of the goal before it on the same thread: no paper, no round, no approval."""

    def run(state: ResearchState, runtime: Runtime[Settings]) -> dict[str, Any]:
        cast.settings(runtime)
        clean_goal(state.get("goal"))
        return fresh()

    return run


def _node(work: Work, cast: Cast) -> Callable[[ResearchState, Runtime[Settings]], ResearchState]:
    """A plain synchronous node: it opens a toolkit, works, and adds what it used of models."""

    def run(state: ResearchState, runtime: Runtime[Settings]) -> ResearchState:
        state, settings = restored(state), cast.settings(runtime)
        cast_of(settings)
        _make_folder(settings, state)
        tools = cast.tools(settings, state)
        with untraced():
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


def _confirm_plan(cast: Cast) -> Callable[[ResearchState, Runtime[Settings]], ResearchState]:
    """Shows the plan and waits. The answer is the fields to change, or anything else to go on; the plan may also be
    edited in the state."""

    def run(state: ResearchState, runtime: Runtime[Settings]) -> ResearchState:
        tools = cast.tools(cast.settings(runtime), state)
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

    return run


def _owner_review(cast: Cast) -> Callable[[ResearchState, Runtime[Settings]], ResearchState]:
    """Waits for the owner. Only an explicit `approve` or `send_back` is an answer; after anything else it waits on: an
    error here would stay with the run, since LangGraph keeps what it was resumed with."""

    def run(state: ResearchState, runtime: Runtime[Settings]) -> ResearchState:
        state, settings = restored(state), cast.settings(runtime)
        answer = _asked(state, cast.tools(settings, state))
        if answer.action == "approve":
            return {"owner": answer}
        return follow_note(state, answer.note, provider_of(settings) != "none")

    return run


def _asked(state: ResearchState, tools: Toolkit) -> OwnerAnswer:
    """The owner's answer to this draft; asks until there is one. A draft that somebody changed is not approved."""
    draft, decision = state["draft"], state["decision"]
    if draft is None or decision is None:
        raise BadInput("there is no draft to answer to", help="begin a run: give the graph a goal")
    shown = {
        "question": "Approve this draft, or send it back with a note?",
        "answer_with": {"action": "approve | send_back", "owner": "your name", "note": "what to change"},
        "title": draft.title,
        "answer": draft.answer,
        "rule": decision.rule,
        "reason": decision.reason,
        "draft_sha256": draft_fingerprint(draft),
    }
    asked: dict[str, Any] = shown
    while True:
        try:
            answer = bound_answer(draft, _answer(interrupt(asked)), tools.clock.now())
            refusal = edited(draft, state.get("draft_sha256")) if answer.action == "approve" else None
        except BadInput as exc:
            refusal = f"{exc}; {exc.help}"
        if refusal is None:
            return answer
        asked = {**shown, "refused": refusal}


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
        return write if changed(restored(state)) else ["policy"]

    return route


def _after_policy(state: ResearchState) -> str:
    decision = restored(state)["decision"]
    return "owner_review" if decision is not None and decision.policy == "OWNER_REVIEW" else "publish"


def _after_owner(search: list[str]) -> Callable[[ResearchState], list[str]]:
    """Published, or back: to the searchers for what the note asks for, else to `index` with what still stands."""
    return lambda state: ["publish"] if state.get("owner") else search if state.get("wanted") else ["index"]


def _after_plan(search: list[str], cast: Cast) -> Callable[[ResearchState, Runtime[Settings]], list[str]]:
    def route(state: ResearchState, runtime: Runtime[Settings]) -> list[str]:
        return ["confirm_plan"] if cast.settings(runtime).confirm_plan else search

    return route


def _join(graph: StateGraph[Any, Any, Any, Any], before: list[str], after: list[str]) -> None:
    """Every node of `after` runs once, when all of `before` have finished."""
    for name in after:
        graph.add_edge(before if len(before) > 1 else before[0], name)


def _make_folder(settings: Settings, state: ResearchState) -> None:
    """The run's folder that `out` names, unless `research` or an earlier node has made it."""
    with MAKING:
        if settings.out is not None and not (settings.out / MANIFEST).exists():
            RunFolder.create(settings.out, clean_goal(state.get("goal")), settings, __version__)


warn_of_trust()
graph = build_graph(resolve().roles, trust_context=False)
