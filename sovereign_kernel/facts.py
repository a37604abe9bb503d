"""What the policy may look at, read off a dossier: by the run that decides and the audit that decides again. Pure."""

from __future__ import annotations

from sovereign_kernel.policy import Facts
from sovereign_kernel.records import Sentence, Verdict
from sovereign_kernel.roles import Dossier
from sovereign_kernel.synthesis import status


def facts_of(dossier: Dossier, threshold: float, require_owner: bool, stopped_early: bool) -> Facts:
    """The last round's reviews count; without a round there is no score."""
    verdicts = [claim.verification.verdict for claim in dossier.claims if claim.verification]
    refuted = verdicts.count("REFUTED")
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
        answer_papers=answer_papers(dossier),
        status=status(dossier.coverage.facets),
        require_owner=require_owner,
        stopped_early=stopped_early,
    )


def answer_papers(dossier: Dossier) -> int:
    """How many papers the sentences of the answer rest on: those that their claims were taken from. What else says the
    same does not count, since a claim may have been written so that something does."""
    papers = {claim.id: claim.paper_id for claim in dossier.claims}
    answer = [sentence for sentence in dossier.sentences if sentence.section == "answer"]
    return len({papers[claim_id] for sentence in answer for claim_id in sentence.claims if claim_id in papers})


def _verdict(sentence: Sentence) -> Verdict | None:
    return sentence.verification.verdict if sentence.verification else None
