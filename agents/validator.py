"""VALIDATOR: can everything be traced? Measures quotes and offsets, verdicts, sentences, references."""

from sovereign_kernel.records import Claim, Criterion, Objection, Paper, Sentence
from sovereign_kernel.reviewing import Measurement, reviewer, share
from sovereign_kernel.roles import Dossier

DOUBTFUL = ("NOT_ENOUGH_INFO", "PARTIAL")


def measure(dossier: Dossier) -> Measurement:
    """Shares: quotes that stand verbatim at their offsets (3), claims SUPPORTED (3), sentences that rest on standing
    claims and passed their own check (2), complete references (1); and the supported claims' mean confidence (1)."""
    papers = {paper.id: paper for paper in dossier.papers}
    claims = dossier.claims
    broken = [claim for claim in claims if not _verbatim(claim, papers)]
    supported = [claim for claim in claims if claim.verification and claim.verification.verdict == "SUPPORTED"]
    doubtful = [claim for claim in claims if not claim.verification or claim.verification.verdict in DOUBTFUL]
    standing = {claim.id for claim in claims}
    loose = [sentence for sentence in dossier.sentences if not _traced(sentence, standing)]
    cited = [papers[paper_id] for paper_id in sorted({claim.paper_id for claim in claims} & papers.keys())]
    incomplete = [paper for paper in cited if not (paper.title and paper.authors and paper.published and paper.url)]
    confidences = [
        claim.verification.confidence for claim in supported if claim.verification and claim.verification.confidence
    ]
    criteria = (
        Criterion(name="quotes_verbatim", value=share(len(claims) - len(broken), len(claims)), weight=3),
        Criterion(name="claims_supported", value=share(len(supported), len(claims)), weight=3),
        Criterion(
            name="sentences_traced", value=share(len(dossier.sentences) - len(loose), len(dossier.sentences)), weight=2
        ),
        Criterion(name="references_complete", value=share(len(cited) - len(incomplete), len(cited)), weight=1),
        Criterion(name="confidence", value=sum(confidences) / len(confidences) if confidences else None, weight=1),
    )
    objections = (
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
                target=sentence.id, severity="major", text="it rests on no standing, supported claim", mend="drop"
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
    )
    return Measurement(criteria, objections)


def _verbatim(claim: Claim, papers: dict[str, Paper]) -> bool:
    paper, quote = papers.get(claim.paper_id), claim.quote
    return paper is not None and paper.text[quote.start : quote.end] == quote.text != ""


def _traced(sentence: Sentence, standing: set[str]) -> bool:
    checked = sentence.verification is not None and sentence.verification.verdict == "SUPPORTED"
    return checked and set(sentence.claims) <= standing


role = reviewer("validator", "checks that everything can be traced", measure)
