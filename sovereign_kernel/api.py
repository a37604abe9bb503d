"""The three ways to work on a run: `research` begins one, `resume` goes on with it, `review` gives the owner's answer.

from sovereign_kernel import research
outcome = research("Does quantisation hurt the accuracy of small language models?")
print(outcome.draft.answer, outcome.run)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sovereign_kernel import __version__
from sovereign_kernel.decision.policy import load_rules
from sovereign_kernel.errors import BadInput, BadRun, SovereignError
from sovereign_kernel.goal import clean_goal
from sovereign_kernel.pipeline.events import Event, finished, started
from sovereign_kernel.pipeline.nodes.plan import checked, planned_for, refuse_unreadable
from sovereign_kernel.pipeline.nodes.policy import bound_answer
from sovereign_kernel.pipeline.project import load_graph_module
from sovereign_kernel.pipeline.standing import UnusableCheckpoints, standing
from sovereign_kernel.pipeline.state import allowed_types
from sovereign_kernel.pipeline.toolkit import Toolkit, cast_of, provider_of
from sovereign_kernel.records import Draft, Goal, OwnerAnswer
from sovereign_kernel.runs import RunFolder, RunStatus, default_path, draft_fingerprint, load_draft
from sovereign_kernel.runs.checkpoints import is_sound, opened
from sovereign_kernel.runs.ledger import FileLedger
from sovereign_kernel.runs.trust import refuse_strangers
from sovereign_kernel.settings import Settings, resolve
from sovereign_kernel.sources.updates import changes_since
from sovereign_kernel.storage.plain_files import is_plain
from sovereign_kernel.transport.clock import SystemClock
from sovereign_kernel.transport.keys import secrets

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

Tell = Callable[[Event], None]
Confirm = Callable[[Goal], Goal]
PLAN_GIVEN = "plan_given"
"""The ledger's event that holds an owner's plan, so that a run that begins anew has it."""

EXIT_CODES = {"AUTO_APPROVE": 0, "OWNER_REVIEW": 3, "REJECT": 4}
NOTHING_FOUND, INTERRUPTED = 5, 130
LOOK_AGAIN_SECONDS = 5.0


@dataclass(frozen=True)
class Outcome:
    """How the work on a run ended: its draft (None before there is one), its folder, and where it stands."""

    draft: Draft | None
    run: Path
    status: RunStatus

    @property
    def exit_code(self) -> int:
        """0 approved, 3 the owner's review is pending, 4 rejected, 5 nothing found, 130 interrupted."""
        if self.status == "interrupted" or self.draft is None:
            return INTERRUPTED
        if not self.draft.papers:
            return NOTHING_FOUND
        answer = self.draft.decision.owner
        return 0 if answer and answer.action == "approve" else EXIT_CODES[self.draft.decision.policy]


def plan(goal: str, *, settings: Settings | None = None, **options: Any) -> Goal:
    """How a goal is read, without researching it; nothing is written. `options` are settings by name.

    Raises SovereignError.
    """
    chosen = (settings or resolve(options)).model_copy(update={"out": None})
    return planned_for(clean_goal(goal), Toolkit.open(chosen)).goal


def research(
    goal: str,
    *,
    plan: Goal | None = None,
    confirm: Confirm | None = None,
    on_event: Tell | None = None,
    settings: Settings | None = None,
    stop: threading.Event | None = None,
    **options: Any,
) -> Outcome:
    """Researches a goal in a run folder of its own. `options` are settings by name; `settings` are taken as they are.

    `plan` is how the goal is to be read; without it the run reads it. `confirm` is shown the plan before anything is
    searched for, and returns it, changed or not; what it raises ends the run.
    Setting `stop` drains the run: nodes in flight finish and are saved, and `resume` goes on. Raises SovereignError.
    """
    text = clean_goal(goal)
    chosen = (settings or resolve(options)).model_copy(update={"confirm_plan": False})  # `confirm` is asked, not Studio
    given = None if plan is None else checked(plan, text).model_copy(update={"planned_by": "owner"})
    cast_of(chosen)  # what is wrong with a role, a rule or a corpus is said before a folder is made
    load_graph_module().build_graph(chosen.roles)
    load_rules(chosen.policy)
    if chosen.corpus is not None:
        Toolkit.open(chosen.model_copy(update={"out": None})).corpus.info()
    if given is None and provider_of(chosen) == "none":
        refuse_unreadable(Toolkit.open(chosen.model_copy(update={"out": None})).goal(text))
    path = chosen.out or default_path(chosen.runs_dir, text, SystemClock().now())
    run = RunFolder.create(path, text, chosen, __version__)
    with run.lock():
        if given is not None or confirm is not None:
            _keep_plan(run, _confirmed(run, given, confirm))
        return _drive(run, _asked(run), on_event, stop)


def _confirmed(run: RunFolder, given: Goal | None, confirm: Confirm | None) -> Goal:
    """The plan after its owner has seen it. A model that plans is asked within the run, so that its call is accounted
    for, and never twice: the journal has it."""
    try:
        goal = given or planned_for(run.goal, Toolkit.open(run.settings)).goal
        return goal if confirm is None else checked(confirm(goal), run.goal)
    except BaseException:
        run.set_status("interrupted")
        raise


def _keep_plan(run: RunFolder, goal: Goal) -> None:
    FileLedger(run.ledger, SystemClock(), secrets()).record(PLAN_GIVEN, plan=goal.model_dump(mode="json"))


def _asked(run: RunFolder) -> dict[str, Any]:
    """What the graph starts from: the goal, and the plan that the owner gave, if any."""
    given = [event["plan"] for event in FileLedger(run.ledger, SystemClock()).events() if event["event"] == PLAN_GIVEN]
    return {"goal": run.goal} | ({"given_plan": Goal.model_validate(given[-1])} if given else {})


def resume(
    run: Path | str, *, trust: bool = False, on_event: Tell | None = None, stop: threading.Event | None = None
) -> Outcome:
    """Goes on with a run that was stopped or killed, repeating no finished model call. A finished run stays as it is.

    A run that waits for its owner, and whose checkpoints cannot take an answer any more, is made again from its
    recorded answers. `trust` lets a run that was not started here use what its settings name.
    """
    folder = RunFolder.open(Path(run))
    with folder.lock():
        if folder.status == "finished" or (folder.status == "owner_review" and _cannot_answer(folder) is None):
            return Outcome(load_draft(folder), folder.path, folder.status)
        if not trust:
            refuse_strangers(folder.run_id, folder.settings)
        return _drive(folder, None, on_event, stop)


def review(
    run: Path | str,
    answer: OwnerAnswer,
    *,
    trust: bool = False,
    on_event: Tell | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Gives the owner's answer to the draft as it lies in the run's folder.

    Raises BadInput unless the run waits for one, and BadRun, with nothing changed, where its checkpoints cannot take
    it. `trust` lets a run that was not started here use what its settings name.
    """
    from langgraph.types import Command

    folder = RunFolder.open(Path(run))
    with folder.lock():
        if folder.status != "owner_review":
            raise BadInput(
                f"run {folder.path.name} does not wait for its owner: it is {folder.status}",
                help="`sovereign runs` shows which do; `sovereign resume` goes on with an interrupted one",
            )
        if not trust:
            refuse_strangers(folder.run_id, folder.settings, spends=answer.action != "approve")
        draft = load_draft(folder)
        seen = draft_fingerprint(draft)
        # what the owner read may be any of the files
        edited = folder.edited() if answer.action == "approve" else ()
        if edited or seen != folder.manifest.draft_sha256:
            said = ", ".join(edited) or "draft.json"
            raise BadRun(
                f"the draft of run {folder.path.name} was edited after the run wrote it ({said})",
                help="restore it; an approval binds exactly the draft that the run wrote",
            )
        bound = bound_answer(draft, answer.model_copy(update={"draft_sha256": seen}), SystemClock().now())
        if why := _cannot_answer(folder):
            raise BadRun(
                f"run {folder.path.name} cannot take the answer, and nothing was changed: {why}",
                help="`sovereign resume` makes the draft again from what was recorded; read that one, then answer",
            )
        if answer.action == "approve":
            _look_again(folder, draft, on_event)
        outcome = _drive(folder, Command(resume=bound.model_dump()), on_event, stop)
        if answer.action == "approve" and not _was_taken(bound, outcome):
            raise BadRun(
                f"run {folder.path.name} did not take the approval; it stands at {outcome.status}",
                help="read the draft that lies there now, then answer again",
            )
        return outcome


def _was_taken(answer: OwnerAnswer, outcome: Outcome) -> bool:
    return outcome.status == "interrupted" or (outcome.draft is not None and outcome.draft.decision.owner == answer)


def _cannot_answer(run: RunFolder) -> str | None:
    """Why the checkpoints cannot take the owner's answer to the draft that lies there; None when they can."""
    if not is_plain(run.path, run.checkpoints.name):
        return "its checkpoints are missing"
    if not is_sound(run.checkpoints):
        return "its checkpoints are damaged"
    try:
        with opened(run.checkpoints) as connection:
            found = standing(connection, run.run_id)
    except UnusableCheckpoints as exc:
        return f"its checkpoints are damaged ({exc})"
    if found is None or not found.awaits_owner or found.draft is None:
        return "by its checkpoints it does not wait for its owner"
    if draft_fingerprint(found.draft) != run.manifest.draft_sha256:
        return "its checkpoints are of another draft than the one that lies there"
    return None


def _look_again(run: RunFolder, draft: Draft, on_event: Tell | None) -> None:
    """Looks up the cited papers once more, quickly, where the run may ask arXiv; what changed is told and recorded."""
    if run.settings.source == "corpus":
        return
    tools = Toolkit.open(run.settings)
    changes = changes_since(draft, tools.arxiv.in_a_hurry(LOOK_AGAIN_SECONDS))
    tools.ledger.record("papers_looked_up_again", changes=list(changes))
    if on_event is not None:
        for change in changes:
            on_event(Event("notice", "owner_review", change))


def _drive(run: RunFolder, graph_input: Any, on_event: Tell | None, stop: threading.Event | None) -> Outcome:
    """Runs the graph until it ends, waits for the owner, or is told to stop; the folder's status says which."""
    from langgraph.errors import GraphDrained

    run.set_status("running")
    goes_on = not isinstance(graph_input, dict)
    if goes_on and not _goes_on(run, on_event):
        graph_input, goes_on = _asked(run), False  # the journal answers every finished call
    status: RunStatus = "failed"
    try:
        with _graph(run) as (graph, config), _draining(stop) as control:
            try:
                stream = graph.stream(
                    graph_input, config, context=run.settings, stream_mode="tasks", durability="sync", control=control
                )
                with _blaming_checkpoints(run, goes_on):
                    _tell(stream, on_event)
                status = "owner_review" if graph.get_state(config).next else "finished"
            except GraphDrained:
                status = "interrupted"
            except KeyboardInterrupt:
                status = "interrupted"
                raise
    finally:
        run.set_status(status)
    draft = None if status == "interrupted" else load_draft(run)
    return Outcome(draft, run.path, status)


def _goes_on(run: RunFolder, on_event: Tell | None) -> bool:
    """Whether there is a checkpoint to go on from. What cannot be gone on from is set aside, and told."""
    damaged = run.mend_checkpoints()
    if not damaged and is_plain(run.path, run.checkpoints.name):
        try:
            with opened(run.checkpoints) as connection:
                return standing(connection, run.run_id) is not None
        except UnusableCheckpoints as exc:
            run.set_checkpoints_aside(str(exc))
            damaged = True
    if damaged and on_event is not None:
        on_event(Event("notice", "resume", "The checkpoints were damaged and are set aside; the run begins anew."))
    return False


@contextmanager
def _blaming_checkpoints(run: RunFolder, goes_on: bool) -> Iterator[None]:
    """What fails unforeseen in a run that goes on from its checkpoints is told as what it most likely is: values that
    have the right types and were never saved by this kernel. `--debug` shows the traceback all the same."""
    from langgraph.errors import GraphDrained

    try:
        yield
    except (SovereignError, GraphDrained):
        raise
    except Exception as exc:
        if not goes_on:
            raise
        raise BadRun(
            f"run {run.path.name} cannot go on from its checkpoints: {type(exc).__name__}: {exc}",
            help="restore its folder from a copy, or research the goal anew; with --debug the traceback is shown",
        ) from exc


@contextmanager
def _graph(run: RunFolder) -> Iterator[tuple[Any, RunnableConfig]]:
    """The graph with the run's own checkpoints beneath it."""
    import sqlite3

    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.checkpoint.sqlite import SqliteSaver

    try:
        with opened(run.checkpoints, check_same_thread=False) as connection:
            saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=allowed_types()))
            graph = load_graph_module().build_graph(run.settings.roles, saver)
            yield graph, {"configurable": {"thread_id": run.run_id}}
    except sqlite3.DatabaseError as exc:
        raise BadRun(
            f"the checkpoints of run {run.path.name} cannot be used: {exc}",
            help="free some space, or restore the folder from a copy, then resume",
        ) from exc


@contextmanager
def _draining(stop: threading.Event | None) -> Iterator[Any]:
    """A run control that drains when `stop` is set."""
    from langgraph.runtime import RunControl

    control, ended = RunControl(), threading.Event()

    def watch(asked: threading.Event) -> None:
        while not ended.is_set():
            if asked.wait(0.1):
                control.request_drain()
                return

    watcher = threading.Thread(target=watch, args=(stop,), daemon=True) if stop else None
    if watcher:
        watcher.start()
    try:
        yield control
    finally:
        ended.set()
        if watcher:
            watcher.join()


def _tell(stream: Iterator[Any], on_event: Tell | None) -> None:
    """Follows the graph, and tells what each node began and brought."""
    for task in stream:
        events = finished(task) if "result" in task else started(task)
        if on_event is not None:
            for event in events:
                on_event(event)
