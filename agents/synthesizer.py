"""SYNTHESIZER: is the question answered? Measures how well the answer fits it, and whether the best that was read is
told."""

from sovereign_kernel.decision.answering import NEAR, holds
from sovereign_kernel.pipeline.reviewers import Measurement, reviewer, share
from sovereign_kernel.records import AnswerFit, Criterion, Objection
from sovereign_kernel.records.dossier import Dossier

PASSES = 0.65
"""What an answer at the line is worth; the tribunal passes a draft at 6.5."""

ASTRAY = 0.6
"""The most that an answer is worth that has not what its kind needs, or keeps a condition of the question not."""


def measure(dossier: Dossier) -> Measurement:
    """How probable it is that the first sentences answer the question (4, and the score is never above it); whether
    they have what its kind needs (2); the best evidence that was read in the answer (2); the cited papers' mean fit
    (1); sub-questions answered (2); its conditions, data sets and dates kept (1)."""
    fit = dossier.fit
    if fit is None:
        return Measurement((Criterion(name="answer_fit", value=None, weight=4, caps=True),))
    limits = _limits(dossier)
    criteria = (
        Criterion(name="answer_fit", value=_worth(fit), weight=4, detail=_said(fit), caps=True),
        Criterion(
            name="kind_answered",
            value=None if fit.kind_met is None else float(fit.kind_met),
            weight=2,
            detail=fit.kind,
        ),
        Criterion(name="best_evidence_told", value=fit.recall, weight=2),
        Criterion(name="cited_papers_fit", value=scaled(fit.cited, fit.line), weight=1),
        Criterion(
            name="sub_questions",
            value=share(fit.sub_questions - len(fit.unanswered), fit.sub_questions),
            weight=2,
        ),
        Criterion(name="conditions_kept", value=share(limits - len(fit.ignored), limits), weight=1),
    )
    return Measurement(criteria, tuple(_objections(dossier, fit)))


def scaled(probability: float | None, line: float) -> float | None:
    """A probability as a share of a full score: the line is worth PASSES, linear on either side."""
    if probability is None:
        return None
    if probability < line:
        return round(PASSES * probability / line, 4)
    return round(PASSES + (1 - PASSES) * (probability - line) / (1 - line), 4)


def _worth(fit: AnswerFit) -> float:
    value = scaled(fit.probability, fit.line) or 0.0
    return value if holds(fit) else min(ASTRAY, value)


def _said(fit: AnswerFit) -> str:
    return "no answer" if fit.probability is None else f"probability {fit.probability:.2f}, line {fit.line:.2f}"


def _limits(dossier: Dossier) -> int:
    goal = dossier.goal
    named = len(goal.conditions) + len(goal.datasets) + len(goal.papers)
    return max(named + bool(goal.since or goal.until), len(dossier.fit.ignored) if dossier.fit else 0)


def _objections(dossier: Dossier, fit: AnswerFit) -> list[Objection]:
    told = {claim_id for entry in dossier.sentences if entry.section == "answer" for claim_id in entry.claims}
    found = []
    if fit.probability is None or fit.probability < fit.line:
        found.append(
            Objection(target="answer", severity="major", text="it does not answer the question", mend="search")
        )
    if fit.kind_met is False:
        text = f"a question of the kind {fit.kind!r} needs what its first sentences lack"
        found.append(Objection(target="answer", severity="major", text=text, mend="search"))
    found += [
        Objection(target=claim_id, severity="major", text="it fits the question and is not in the answer", mend="add")
        for claim_id in fit.best
        if claim_id not in told and fit.recall is not None and fit.recall < 1
    ]
    worst_first = [
        id for id, value in fit.sentences[:1] if value < NEAR and any(v >= fit.line for _, v in fit.sentences)
    ]
    found += [
        Objection(target=sentence_id, severity="minor", text="a sentence that fits better comes later", mend="first")
        for sentence_id in worst_first
    ]
    for limit in fit.ignored:
        text = f"a limit of the question is not kept: {limit}"
        found.append(Objection(target="answer", severity="major", text=text, mend="search"))
    for question in fit.unanswered:
        text = f"a part of the question is not answered: {question}"
        found.append(Objection(target="answer", severity="major", text=text, mend="search"))
    return found


role = reviewer("synthesizer", "asks whether the question is answered", measure)
