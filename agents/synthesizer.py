"""SYNTHESIZER: is the goal answered? Measures facets covered, focus, sources, redundancy, and that there is an
answer."""

from sovereign_kernel.records import Criterion, Objection
from sovereign_kernel.reviewing import Measurement, reviewer, share
from sovereign_kernel.roles import Dossier
from sovereign_kernel.synthesis import is_supported, met, most_joined, redundant

SOURCES_WANTED = 3


def measure(dossier: Dossier) -> Measurement:
    """Share of the goal's facets with a supported claim (4); the most facets that one supported claim joins, as a
    share (2); whether its subject, the most specific facet, has a supported claim (2); share of claims that speak to
    any facet (2); sources of those against the three wanted (1); share of claims that no other claim repeats (1); share
    of answer sentences that speak to the goal (2)."""
    facets, claims = dossier.coverage.facets, dossier.claims
    supported = [claim for claim in claims if is_supported(claim) and met(claim.text, facets)]
    astray = [claim for claim in claims if not met(claim.text, facets)]
    joined = most_joined(facets)
    sources = {claim.paper_id for claim in supported} | {entry.paper_id for claim in supported for entry in claim.also}
    repeated = redundant(claims)
    answer = [sentence for sentence in dossier.sentences if sentence.section == "answer"]
    to_the_point = [sentence for sentence in answer if met(sentence.text, facets)]
    uncovered = dossier.coverage.uncovered
    criteria = (
        Criterion(name="facets_covered", value=share(len(facets) - len(uncovered), len(facets)), weight=4),
        Criterion(name="facets_joined", value=share(joined, len(facets)), weight=2),
        Criterion(
            name="subject_covered",
            value=float(dossier.goal.subject not in uncovered) if facets else None,
            weight=2,
            detail=dossier.goal.subject,
        ),
        Criterion(name="focus", value=share(len(claims) - len(astray), len(claims)) or 0.0, weight=2),
        Criterion(name="sources", value=min(1.0, len(sources) / SOURCES_WANTED), weight=1),
        Criterion(name="not_redundant", value=share(len(claims) - len(repeated), len(claims)), weight=1),
        Criterion(name="answer_to_the_point", value=share(len(to_the_point), len(answer)) or 0.0, weight=2),
    )
    objections = (
        *(
            Objection(target="answer", severity="major", text=f"no supported claim speaks to: {name}", mend="search")
            for name in uncovered
        ),
        *(
            Objection(target=claim.id, severity="minor", text="it does not speak to the goal", mend="drop")
            for claim in astray
        ),
        *(
            Objection(target=claim_id, severity="minor", text=f"it repeats {other}", mend="merge")
            for claim_id, other in repeated.items()
        ),
    )
    return Measurement(criteria, objections)


role = reviewer("synthesizer", "asks whether the goal is answered", measure)
