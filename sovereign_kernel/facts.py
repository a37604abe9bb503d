"""What the policy may look at, read off a dossier: by the run that decides and the audit that decides again. Pure."""

from __future__ import annotations

from sovereign_kernel.goal.limits import unkept_limits
from sovereign_kernel.goal.named_papers import is_named
from sovereign_kernel.policy import Facts
from sovereign_kernel.records import Sentence, Status, Verdict
from sovereign_kernel.roles import Dossier
from sovereign_kernel.synthesis import is_supported, status


def facts_of(dossier: Dossier, threshold: float, require_owner: bool, stopped_early: bool) -> Facts:
    """The last round's reviews count; without a round there is no score."""
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
    )


def status_of(dossier: Dossier) -> Status:
    """How far the goal is answered; never ANSWERED while something that the goal asks for was not kept to. What a named
    paper says is answered by supported claims of that paper."""
    goal = dossier.goal
    unkept = len(unkept_limits(goal, dossier.papers))
    if goal.kind == "paper" and not unkept:
        wanted = {paper.id for paper in dossier.papers if any(is_named(paper, named) for named in goal.papers)}
        heard = {claim.paper_id for claim in dossier.claims if is_supported(claim)} & wanted
        return "ANSWERED" if heard and heard == wanted else "PARTIAL" if heard else "INSUFFICIENT_EVIDENCE"
    return status(dossier.coverage.facets, unkept)


def _verdict(sentence: Sentence) -> Verdict | None:
    return sentence.verification.verdict if sentence.verification else None
