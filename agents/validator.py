"""VALIDATOR: can the answer be relied on? Measures the faithfulness of a model's prose and the independence of sources,
and holds up what cannot be traced."""

from collections import Counter

from sovereign_kernel.goal.coverage import is_supported
from sovereign_kernel.pipeline.reviewers import Measurement, reviewer, share
from sovereign_kernel.records import Claim, Criterion, Objection, Paper, Sentence
from sovereign_kernel.records.dossier import Dossier

SOURCES_WANTED = 3
ENOUGH = 0.6
"""Independence of an answer by one group of authors: a question on one paper is answered by one."""

DOUBTFUL = ("NOT_ENOUGH_INFO", "PARTIAL")


def measure(dossier: Dossier) -> Measurement:
    """Of the sentences that a model wrote, the share that passed its check at once (3); of the claims that it reworded,
    the share that their source supports firmly (3); independent groups of authors behind the answer against three (1);
    how far one paper does not fill the answer (1).

    Quotes, sentences and references are gates: what fails is objected to, what passes earns nothing, since code copies
    them.
    """
    papers = {paper.id: paper for paper in dossier.papers}
    claims = dossier.claims
    reworded = [claim for claim in claims if claim.text != claim.quote.text]
    firm = [claim for claim in reworded if is_supported(claim)]
    broken = [claim for claim in claims if not _verbatim(claim, papers)]
    standing = {claim.id for claim in claims}
    loose = [sentence for sentence in dossier.sentences if not _traced(sentence, standing)]
    gate = float(not broken and not loose)
    criteria = (
        Criterion(name="traced", value=gate, weight=0, caps=not gate),
        Criterion(name="prose_faithful", value=_faithful(dossier), weight=3),
        Criterion(name="reworded_supported", value=share(len(firm), len(reworded)), weight=3),
        Criterion(name="independent_sources", value=_independent(dossier), weight=1),
        Criterion(name="no_paper_fills_it", value=_spread(dossier), weight=1),
    )
    return Measurement(criteria, tuple(_objections(dossier, papers, broken, loose)))


def _objections(
    dossier: Dossier, papers: dict[str, Paper], broken: list[Claim], loose: list[Sentence]
) -> list[Objection]:
    doubtful = [claim for claim in dossier.claims if not claim.verification or claim.verification.verdict in DOUBTFUL]
    cited = [papers[paper_id] for paper_id in sorted({claim.paper_id for claim in dossier.claims} & papers.keys())]
    incomplete = [paper for paper in cited if not (paper.title and paper.authors and paper.published and paper.url)]
    return [
        *(
            Objection(
                target=claim.id, severity="blocking", text="its quote is not in the source at its offsets", mend="drop"
            )
            for claim in broken
        ),
        *(
            Objection(
                target=claim.id, severity="major", text="its source does not say enough to support it", mend="reword"
            )
            for claim in doubtful
        ),
        *(
            Objection(
                target=sentence.id, severity="blocking", text="it rests on no standing, supported claim", mend="drop"
            )
            for sentence in loose
        ),
        *(
            Objection(
                target="References",
                severity="minor",
                text=f"the reference of {paper.id} is incomplete",
                mend="disclose",
            )
            for paper in incomplete
        ),
    ]


def _faithful(dossier: Dossier) -> float | None:
    """Of what a model wrote, what passed at once; None where no model wrote."""
    return share(dossier.offered - dossier.refused, dossier.offered)


def _independent(dossier: Dossier) -> float | None:
    if dossier.fit is None or not dossier.fit.sentences:
        return None
    further = (dossier.fit.papers_in_answer - 1) / (SOURCES_WANTED - 1)
    return min(1.0, ENOUGH + (1 - ENOUGH) * max(0.0, further))


def _spread(dossier: Dossier) -> float | None:
    """1 until one paper has more than half of the answer's sentences, then down to ENOUGH; None for one sentence."""
    papers = {claim.id: claim.paper_id for claim in dossier.claims}
    behind = [
        {papers[claim_id] for claim_id in sentence.claims if claim_id in papers}
        for sentence in dossier.sentences
        if sentence.section == "answer"
    ]
    alone = Counter(next(iter(ids)) for ids in behind if len(ids) == 1)
    if len(behind) < 2:
        return None
    most = max(alone.values(), default=0) / len(behind)
    return 1.0 - (1 - ENOUGH) * max(0.0, most - 0.5) / 0.5


def _verbatim(claim: Claim, papers: dict[str, Paper]) -> bool:
    paper, quote = papers.get(claim.paper_id), claim.quote
    return paper is not None and paper.text[quote.start : quote.end] == quote.text != ""


def _traced(sentence: Sentence, standing: set[str]) -> bool:
    checked = sentence.verification is not None and sentence.verification.verdict == "SUPPORTED"
    return checked and set(sentence.claims) <= standing


role = reviewer("validator", "asks whether the answer can be relied on", measure)
