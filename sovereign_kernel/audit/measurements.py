"""What the reviewers measured in the last round, measured again on the draft that came of it."""

from __future__ import annotations

from collections.abc import Iterator

from sovereign_kernel.audit.findings import Finding, finding
from sovereign_kernel.decision.answering import measured
from sovereign_kernel.goal import Goal, analyse
from sovereign_kernel.pipeline.project import project_root
from sovereign_kernel.pipeline.roles import Stage, load_roles
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.records import AnswerFit, Criterion, Draft, Review
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.relevance.fit import weights_name
from sovereign_kernel.runs.journal import MemoryJournal
from sovereign_kernel.runs.ledger import MemoryLedger
from sovereign_kernel.settings import Settings
from sovereign_kernel.transport.clock import SystemClock

_CLOSE = 1e-6
_ENCODER_CLOSE = 0.08  # of a probability, between processors with and without VNNI
_RECALL_CLOSE = 0.25  # a ratio of sums of such probabilities
SUBJECT = "subject_covered"  # SYNTHESIZER's criterion, whose detail names the subject


def check_measurements(draft: Draft) -> Finding:
    """The criteria of the kernel's own reviewers. Earlier rounds looked at drafts that are no more, and an owner's own
    roles are code that an audit does not run: both are taken as recorded."""
    if draft.fit is None and draft.tribunal.rounds:
        return Finding("reviewers' measurements", True, "of a version that measured other things: taken as recorded")
    reviews = draft.tribunal.rounds[-1].reviews if draft.tribunal.rounds else ()
    heard = [review for review in reviews if review.criteria]
    dossier = dossier_of(draft)
    tools = Toolkit(Settings(provider="none"), MemoryLedger(SystemClock()), MemoryJournal())
    own = {role.name: role for role in load_roles([project_root() / "agents"]) if role.stage is Stage.REVIEW}
    again: dict[str, Review] = {
        review.role: own[review.role].run(dossier, tools) for review in heard if review.role in own
    }
    faults = [
        f"{review.role}: its criteria are not what it measures on this draft: {', '.join(changed)}"
        for review in heard
        if review.role in again and (changed := _changed(review.criteria, again[review.role].criteria))
    ]
    return finding("reviewers' measurements", faults, f"{len(again)} of {len(reviews)} reviewers measured again")


def check_fit(draft: Draft) -> Finding:
    """How well the answer fits, measured again. The encoder's arithmetic differs from processor to processor, so
    probabilities may differ a little; status, score and decision are recomputed from what is recorded."""
    name = "fit of the answer"
    if draft.fit is None:
        return Finding(name, True, "not measured by the version that made the draft")
    if draft.fit.weights != weights_name():
        return Finding(name, True, f"measured by the weights of {draft.fit.weights}, which are not here: as recorded")
    again = measured(dossier_of(draft)).fit
    assert again is not None
    faults = [f"its {name} is {told!r}, and measured again {value!r}" for name, told, value in _apart(draft.fit, again)]
    return finding(name, faults, f"probability {draft.fit.probability}, line {draft.fit.line}")


def _apart(told: AnswerFit, again: AnswerFit) -> Iterator[tuple[str, object, object]]:
    """What of two measurements differs by more than an encoder's rounding. `nearest` and `best` name the first of a
    ranking, which near ties may turn."""
    for name in AnswerFit.model_fields:
        one, other = getattr(told, name), getattr(again, name)
        if name in ("nearest", "best", "unanswered"):
            continue
        if name == "sentences":
            one, other = [id for id, _ in one], [id for id, _ in other]
            values = zip(told.sentences, again.sentences, strict=False)
            if any(abs(left - right) > _ENCODER_CLOSE for (_, left), (_, right) in values):
                yield name, told.sentences, again.sentences
        if isinstance(one, float) and isinstance(other, float):
            if abs(one - other) > (_ENCODER_CLOSE if name != "recall" else _RECALL_CLOSE):
                yield name, one, other
        elif one != other:
            yield name, one, other


def dossier_of(draft: Draft) -> Dossier:
    """The draft as a role sees it."""
    return Dossier(
        goal=_goal(draft),
        papers=draft.papers,
        claims=draft.claims,
        dropped=draft.dropped_claims,
        contradictions=draft.contradictions,
        sentences=draft.sentences,
        coverage=draft.coverage,
        rounds=draft.tribunal.rounds,
        notices=draft.notices,
        fit=draft.fit,
        offered=draft.fit.offered if draft.fit else 0,
        refused=draft.fit.refused if draft.fit else 0,
    )


def _goal(draft: Draft) -> Goal:
    """The goal as the run read it. For a draft of before there were plans it is read again; which facet is its subject
    hangs on how rare words are in the run's corpus, which an audit has not, so the recorded one counts."""
    if draft.question is not None:
        return draft.question
    goal = analyse(draft.goal)
    reviews = draft.tribunal.rounds[-1].reviews if draft.tribunal.rounds else ()
    told = {entry.detail for review in reviews for entry in review.criteria if entry.name == SUBJECT}
    subject = next((facet.name for facet in draft.coverage.facets if facet.name in told), goal.subject)
    unlimited = {"since": None, "until": None, "papers": (), "language_ok": True, "kind": "survey"}
    return goal.model_copy(update={"text": draft.goal, "question": draft.goal, "subject": subject} | unlimited)


def _changed(told: tuple[Criterion, ...], measured: tuple[Criterion, ...]) -> list[str]:
    """The names of the criteria that differ in value or weight, are missing, or were added."""
    one, other = ({entry.name: (entry.value, entry.weight) for entry in entries} for entries in (told, measured))
    return sorted(name for name in one.keys() | other.keys() if not _same(one.get(name), other.get(name)))


def _same(one: tuple[float | None, float] | None, other: tuple[float | None, float] | None) -> bool:
    if one is None or other is None or one[0] is None or other[0] is None:
        return one == other
    return all(abs(left - right) <= _CLOSE for left, right in ((one[0], other[0]), (one[1], other[1])))
