"""The three reviewers on real abstracts: sound above the line, corrupted below it. No model takes part."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from agents import skeptic, synthesizer, validator
from sovereign_kernel.decision.tribunal import measured_score
from sovereign_kernel.goal import analyse
from sovereign_kernel.goal.coverage import covered
from sovereign_kernel.pipeline.reviewers import ArguedObjection, Argument, Measurement, _grounded
from sovereign_kernel.records import Claim, Contradiction, Coverage, Objection
from sovereign_kernel.records.dossier import Dossier
from tests.kernel.real_dossier import reviews, score, sound, with_claims

LINE = 6.5
TURNED = {
    "improvement": "deterioration", "improves": "worsens", "outperforming": "underperforming",
    "outperforms": "underperforms", "reduces": "increases", "reduction": "increase", "reducing": "increasing",
    "larger": "smaller", "boost": "lower", "large": "small", "significant": "insignificant", "gain": "loss",
    "demonstrate": "do not demonstrate", "show that": "do not show that", "reveal": "do not reveal",
    "is a lack": "is no lack", "does not": "does", "offers": "does not offer", "includes": "does not include",
    "leverages": "does not leverage", "validate": "do not validate", "have emerged": "have not emerged",
    "has made": "has not made", "investigate": "do not investigate", "evaluate": "do not evaluate",
    "explore": "do not explore", "reverses": "does not reverse", "are either": "are neither",
    "is the use": "is not the use", "struggle": "do not struggle",
}  # fmt: skip


def turned(claim: Claim) -> Claim:
    """The claim with every direction turned, and every figure another."""
    text = re.sub(r"\b(" + "|".join(map(re.escape, TURNED)) + r")\b", lambda found: TURNED[found[0]], claim.text)
    text = re.sub(r"\d+(?:\.\d+)?(?=\s?%)", lambda found: f"{float(found[0]) + 31.7:g}", text)
    return claim.model_copy(update={"text": text})


def test_a_sound_draft_comes_out_above_the_line() -> None:
    found = reviews(sound())
    assert (score(sound()) or 0) >= LINE
    assert all(review.score is not None and review.score >= LINE for review in found.values())


def test_a_mostly_refuted_draft_comes_out_below() -> None:
    corrupted = with_claims(sound(), map(turned, sound().claims))
    verdicts = [claim.verification.verdict for claim in corrupted.claims if claim.verification]
    assert verdicts.count("SUPPORTED") < len(verdicts) / 2
    assert (score(corrupted) or 0) < LINE
    found = reviews(corrupted)
    assert {"blocking", "major"} <= {entry.severity for review in found.values() for entry in review.objections}


@pytest.mark.parametrize(
    "goal",
    [
        "How long should a sourdough loaf be proofed before baking?",
        "What limits the lifetime of perovskite solar cells?",
    ],
)
def test_a_draft_off_the_goal_comes_out_below(goal: str) -> None:
    asked = analyse(goal)
    before = sound()
    coverage = Coverage(queries=before.coverage.queries, facets=covered(asked.facets, before.claims, before.papers))
    astray = replace(before, goal=asked, coverage=coverage)
    assert (score(astray) or 0) < LINE
    assert {entry.mend for entry in reviews(astray)["synthesizer"].objections} >= {"search", "drop"}


def test_a_draft_whose_quotes_are_not_in_their_sources_comes_out_below() -> None:
    before = sound()

    def moved(claim: Claim) -> Claim:
        quote = claim.quote.model_copy(update={"start": claim.quote.start + 3, "end": claim.quote.end + 3})
        return claim.model_copy(update={"quote": quote, "verification": None})

    loose = replace(before, claims=tuple(map(moved, before.claims)))
    found = reviews(loose)["validator"]
    assert (found.score or 0) < LINE
    assert [entry.target for entry in found.objections if entry.severity == "blocking"] == [
        claim.id for claim in before.claims
    ]
    facets = covered(before.goal.facets, loose.claims, loose.papers)
    assert (score(replace(loose, coverage=Coverage(facets=facets))) or 0) < LINE


def test_an_empty_draft_is_never_above_the_line() -> None:
    before = sound()
    facets = covered(before.goal.facets, (), ())
    empty = Dossier(before.goal, papers=before.papers, coverage=Coverage(facets=facets))
    assert (score(empty) or 0) < LINE
    assert measured_score(skeptic.measure(empty).criteria) is None
    assert (measured_score(synthesizer.measure(empty).criteria) or 0) < LINE


def test_one_reviewer_at_least_notices_a_single_falsehood() -> None:
    before = sound()
    clean = reviews(before)
    supported = [claim for claim in before.claims if re.search(r"\d\s?%|outperform|improve", claim.text)]
    assert supported
    for victim in supported:
        dossier = with_claims(before, (turned(claim) if claim is victim else claim for claim in before.claims))
        found = reviews(dossier)
        lowered = [name for name in found if (found[name].score or 0) < (clean[name].score or 0)]
        assert lowered, victim.text
        assert any(entry.target == victim.id for review in found.values() for entry in review.objections)


def test_a_contradiction_between_papers_is_disclosed() -> None:
    before = sound()
    one, other = before.claims[0], next(c for c in before.claims if c.paper_id != before.claims[0].paper_id)
    clash = Contradiction(
        id="X1",
        claim_id=one.id,
        paper_id=one.paper_id,
        quote=one.quote,
        other_paper_id=other.paper_id,
        other_quote=other.quote,
        reason="the other way round",
    )
    found = skeptic.measure(replace(before, contradictions=(clash,)))
    assert (measured_score(found.criteria) or 0) < (measured_score(skeptic.measure(before).criteria) or 0)
    assert [entry.mend for entry in found.objections if "the other way round" in entry.text] == ["disclose"]


@pytest.mark.parametrize("module", [skeptic, synthesizer, validator])
def test_the_formula_stands_in_the_docstring(module: Any) -> None:
    found: Measurement = module.measure(sound())
    weights = {f"({entry.weight:g})" for entry in found.criteria}
    assert all(weight in (module.measure.__doc__ or "") for weight in weights)


def test_an_objection_to_nothing_that_exists_is_dropped() -> None:
    before = sound()
    told = [
        ArguedObjection(target=target, severity="blocking", text="Drop it.", mend="drop")
        for target in (before.claims[0].id, before.sentences[0].id, "answer", "C999", "policy", "../etc", "")
    ]
    kept = _grounded(Argument(rationale="", objections=told, score=1), before)
    assert [entry.target for entry in kept] == [before.claims[0].id, before.sentences[0].id, "answer"]
    assert all(isinstance(entry, Objection) for entry in kept)
