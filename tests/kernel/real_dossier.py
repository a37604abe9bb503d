"""A dossier of real abstracts, made by the graph without a model, and what its three reviewers say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from agents import skeptic, synthesizer, validator
from sovereign_kernel.decision.tribunal import aggregate, settle
from sovereign_kernel.goal.coverage import covered
from sovereign_kernel.pipeline.dossier import dossier_of
from sovereign_kernel.pipeline.project import load_graph_module
from sovereign_kernel.pipeline.state import ResearchState
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.records import Claim, Review, Sentence
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.settings import Settings
from sovereign_kernel.verification import KernelVerifier

CORPUS = Path(__file__).parents[1] / "data" / "small_corpus.jsonl"
GOAL = "How does sparse mixture-of-experts change the inference cost of vision-language models at equal accuracy?"
REVIEWERS = {"skeptic": skeptic.measure, "synthesizer": synthesizer.measure, "validator": validator.measure}


def settings() -> Settings:
    return Settings(source="corpus", provider="none", corpus=CORPUS, embeddings="offline")


def toolkit() -> Toolkit:
    return Toolkit.open(settings())


@lru_cache(maxsize=1)
def state() -> ResearchState:
    """The graph's state at the end of a run on the small corpus."""
    found: ResearchState = load_graph_module().build_graph().invoke({"goal": GOAL}, context=settings())
    return found


@lru_cache(maxsize=1)
def sound() -> Dossier:
    return dossier_of(state(), toolkit())


def reviews(dossier: Dossier) -> dict[str, Review]:
    measured = {name: measure(dossier) for name, measure in REVIEWERS.items()}
    return {name: settle(name, found.criteria, found.objections) for name, found in measured.items()}


def score(dossier: Dossier) -> float | None:
    return aggregate(list(reviews(dossier).values()))


def with_claims(dossier: Dossier, claims: Iterable[Claim]) -> Dossier:
    """The dossier with these claims verified anew, and everything that follows from them."""
    verifier = KernelVerifier()
    checked = tuple(
        claim.model_copy(
            update={"verification": verifier.verify(claim.text, dossier.paper(claim.paper_id).text, claim.quote)}
        )
        for claim in claims
    )
    texts = {claim.id: claim.text for claim in checked}
    told: list[Sentence] = []
    for sentence in dossier.sentences:
        text = texts.get(sentence.claims[0], sentence.text)
        paper = next(claim.paper_id for claim in dossier.claims if claim.id == sentence.claims[0])
        check = verifier.verify(text, dossier.paper(paper).text)
        told.append(sentence.model_copy(update={"text": text, "verification": check}))
    facets = covered(dossier.goal.facets, checked, dossier.papers)
    coverage = dossier.coverage.model_copy(update={"facets": facets})
    return replace(dossier, claims=checked, sentences=tuple(told), coverage=coverage)
