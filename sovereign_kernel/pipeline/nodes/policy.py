"""policy and publish: the facts of a run, the decision on them, and the draft that shows both."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel import __version__
from sovereign_kernel.decision import policy
from sovereign_kernel.decision.answering import status_of
from sovereign_kernel.decision.facts import facts_of
from sovereign_kernel.errors import BadInput
from sovereign_kernel.pipeline.dossier import judged_dossier
from sovereign_kernel.pipeline.state import ResearchState
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.records import Decision, Draft, ModelUse, OwnerAnswer
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.report import render_all
from sovereign_kernel.runs import draft_fingerprint
from sovereign_kernel.runs.ledger import total_usage
from sovereign_kernel.writing.composition import RunFacts, banner, compose, title_of

RUN_WITHOUT_FOLDER = "unsaved"


def decide(state: ResearchState, tools: Toolkit) -> ResearchState:
    """Decides by the rules, and composes the draft that the owner would see."""
    dossier = judged_dossier(state, tools)
    stopped_early = state.get("stopped_early", False) or tools.stopped_early
    settings, title = tools.settings, title_of(dossier.goal)
    models = _served(_uses(state, tools), state.get("embedded_by"))
    facts = facts_of(dossier, settings.threshold, settings.require_owner, stopped_early, models, title)
    decision = policy.decide(facts, tools.rules)
    tools.ledger.record("decision", policy=decision.policy, rule=decision.rule, inputs=decision.inputs)
    draft = _draft(state, dossier, decision, tools)
    write(draft, tools)
    return {"decision": decision, "draft": draft, "draft_sha256": draft_fingerprint(draft)}


def publish(state: ResearchState, tools: Toolkit) -> ResearchState:
    """The draft as decided, with the owner's answer if there is one.

    Raises BadInput for a draft that waits for its owner, and for an answer that was given to another draft.
    """
    draft, answer = state.get("draft"), state.get("owner")
    if draft is None:
        raise BadInput("there is no draft to publish", help="resume the run")
    if answer is None:
        if draft.decision.policy == "OWNER_REVIEW":
            raise BadInput("this draft waits for its owner, who has not answered", help="answer, then it is published")
        if refusal := edited(draft, state.get("draft_sha256")):
            raise BadInput(refusal, help="begin the run anew")
        plain = draft.decision.model_copy(update={"owner": None})
        return {"draft": draft.model_copy(update={"decision": plain, "banner": banner(plain)})}
    if refusal := unfit(draft, answer, state.get("draft_sha256")):
        raise BadInput(refusal, help="begin the run anew, read its draft, and approve that one")
    decision = draft.decision.model_copy(update={"owner": answer})
    final = draft.model_copy(update={"decision": decision, "banner": banner(decision)})
    tools.ledger.record("owner_answer", **answer.model_dump())
    write(final, tools)
    return {"decision": decision, "draft": final}


def unfit(draft: Draft, answer: OwnerAnswer, decided_on: str | None) -> str | None:
    """Why this approval does not hold for this draft; None when it does. Runs of before have no `decided_on`."""
    if answer.action != "approve" or draft.decision.policy != "OWNER_REVIEW":
        return f"a draft that the policy decided on as {draft.decision.policy} is not approved by an owner's answer"
    if answer.draft_sha256 != draft_fingerprint(draft):
        return "the owner's answer was given to another draft than the one that would be published"
    return edited(draft, decided_on)


def edited(draft: Draft, decided_on: str | None) -> str | None:
    if decided_on and decided_on != draft_fingerprint(draft):
        return "the draft was changed after the policy had decided on it"
    return None


def bound_answer(draft: Draft | None, answer: OwnerAnswer, now: str) -> OwnerAnswer:
    """The owner's answer, bound to the draft that was shown. Raises BadInput when it was given to another one."""
    if draft is None:
        raise BadInput("there is no draft to answer to", help="resume the run")
    if answer.action == "approve" and not answer.owner.strip():
        raise BadInput("an approval needs the owner's name", help="give it with --owner NAME")
    if answer.action == "send_back" and not answer.note.strip():
        raise BadInput("sending back needs a note", help="say what to look for, or what to change")
    seen = draft_fingerprint(draft)
    if answer.draft_sha256 not in (None, seen):
        raise BadInput("the draft has changed since it was seen", help="read it again, then answer")
    return answer.model_copy(update={"draft_sha256": seen, "at": answer.at or now})


def write(draft: Draft, tools: Toolkit) -> None:
    if tools.run is not None:
        tools.run.write_draft(render_all(draft), draft)


def _draft(state: ResearchState, dossier: Dossier, decision: Decision, tools: Toolkit) -> Draft:
    return compose(
        dossier,
        RunFacts(
            kernel_version=__version__,
            run_id=tools.run.run_id if tools.run else RUN_WITHOUT_FOLDER,
            created=tools.clock.now(),
            title=title_of(dossier.goal),
            status=status_of(dossier),
            decision=decision,
            models=_served(_uses(state, tools), state.get("embedded_by")),
            cost=total_usage(use.usage for use in _uses(state, tools)),
            notices=dossier.notices,
            settings=tools.settings.model_dump(mode="json", exclude={"out"}, exclude_none=True),
            question=dossier.goal,
        ),
    ).model_copy(update={"fit": dossier.fit})


def _uses(state: ResearchState, tools: Toolkit) -> Sequence[ModelUse]:
    return tools.uses() if tools.run is not None else state.get("uses", ())


def _served(uses: Sequence[ModelUse], embedded_by: ModelUse | None) -> tuple[ModelUse, ...]:
    """What was called, and the embedder also when nothing had to be called: the offline one."""
    called = {(use.purpose, use.provider, use.model) for use in uses}
    if embedded_by is None or (embedded_by.purpose, embedded_by.provider, embedded_by.model) in called:
        return tuple(uses)
    return (*uses, embedded_by)
