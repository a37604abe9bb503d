"""What the policy may look at, read off a dossier: by the run that decides and the audit that decides again. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sovereign_kernel.decision.answering import status_of
from sovereign_kernel.decision.policy import Facts
from sovereign_kernel.goal.coverage import is_supported
from sovereign_kernel.goal.limits import unkept_limits
from sovereign_kernel.records import ModelUse, Review, Sentence, Verdict
from sovereign_kernel.records.dossier import Dossier

WRITER = "writer"


def facts_of(
    dossier: Dossier, threshold: float, require_owner: bool, stopped_early: bool, models: Sequence[ModelUse], title: str
) -> Facts:
    """The last round's reviews count; without a round there is no score. A dossier without a measured fit is of an
    older version, whose rules did not look at it."""
    verdicts = [claim.verification.verdict for claim in dossier.claims if claim.verification]
    refuted = verdicts.count("REFUTED")
    unkept = unkept_limits(dossier.goal, dossier.papers)
    last = dossier.rounds[-1] if dossier.rounds else None
    reviews = last.reviews if last else ()
    return Facts(
        score=last.score if last else None,
        threshold=threshold,
        rounds=len(dossier.rounds),
        reviewers_present=sum(review.absent is None for review in reviews),
        reviewers_absent=sum(review.absent is not None for review in reviews),
        reviewers_argued=sum(review.argued is not None for review in reviews),
        blocking_objections=sum(entry.severity == "blocking" for review in reviews for entry in review.objections),
        claims=len(dossier.claims),
        supported=verdicts.count("SUPPORTED"),
        refuted=refuted,
        refuted_share=refuted / len(verdicts) if verdicts else None,
        unsupported_sentences=sum(_verdict(sentence) != "SUPPORTED" for sentence in dossier.sentences),
        contradictions=len(dossier.contradictions),
        withdrawn_papers=sum(paper.withdrawn for paper in dossier.papers),
        suspicious_papers=sum(bool(paper.withheld) for paper in dossier.papers),
        status=status_of(dossier),
        require_owner=require_owner,
        stopped_early=stopped_early,
        unkept_limits=len(unkept),
        **_of_fit(dossier, models, title, threshold),
    )


def independent_judgement(reviews: Sequence[Review], models: Sequence[ModelUse], threshold: float) -> bool:
    """Whether somebody other than the model that wrote has judged. With one model that is the measured fit. Where a
    reviewer has another model than the writer, it must have argued, and for the draft."""
    served = {use.purpose: (use.provider, use.model) for use in models if use.purpose != "embeddings"}
    others = [review for review in reviews if served.get(review.role, served.get(WRITER)) != served.get(WRITER)]
    said = [review.argued for review in others if review.argued is not None]
    return not others or (isinstance(threshold, int | float) and any(score >= threshold for score in said))


def title_is_safe(title: str, dossier: Dossier) -> bool:
    """The goal, a part of it word for word, or what a firmly supported claim says: nothing else checks a title."""
    plain = _plain(title)
    if plain in _plain(dossier.goal.text):
        return True
    return any(plain in _plain(claim.text) for claim in dossier.claims if is_supported(claim))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _of_fit(dossier: Dossier, models: Sequence[ModelUse], title: str, threshold: float) -> dict[str, Any]:
    fit = dossier.fit
    if fit is None:
        return {}
    reviews = dossier.rounds[-1].reviews if dossier.rounds else ()
    return {
        "answer_fit": fit.probability,
        "fit_line": fit.line,
        "answer_papers": fit.papers,
        "independent_judgement": independent_judgement(reviews, models, threshold),
        "title_is_safe": title_is_safe(title, dossier),
    }


def _verdict(sentence: Sentence) -> Verdict | None:
    return sentence.verification.verdict if sentence.verification else None
