"""index: passages and claims as vectors, and what other papers say to each claim."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.goal import speaks_to
from sovereign_kernel.index import PassageIndex, hash_texts
from sovereign_kernel.records import Claim, Facet, Paper, Passage
from sovereign_kernel.stages.dossier import dossier_of
from sovereign_kernel.state import ResearchState
from sovereign_kernel.synthesis import LINE, merge_repeated, with_sources
from sovereign_kernel.text import split_sentences
from sovereign_kernel.toolkit import Toolkit
from sovereign_kernel.verification.across import evidence_across

NEIGHBOURS = 8


def index(state: ResearchState, tools: Toolkit) -> ResearchState:
    """Embeds, finds support and contradiction across papers, merges claims that say the same, measures relevance."""
    dossier = dossier_of(state, tools)
    claims = merge_repeated(state.get("claims", ()))
    standing = tuple(claim for claim in claims if claim.dropped is None)
    passages = passages_of(dossier.papers)
    if not standing or not passages:
        return {"claims": claims, "contradictions": ()}
    texts = [passage.text for passage in passages]
    built = PassageIndex.build(
        tools.embedder.embed(texts, "passage"),
        [str(place) for place in range(len(passages))],
        tools.embedder.model,
        tools.embedder.dimension,
        provider=tools.embedder.provider,
        texts_sha256=hash_texts(texts),
    )
    if tools.run is not None:
        built.save(tools.run.index_dir)
    vectors = tools.embedder.embed([claim.text for claim in standing], "query")
    goal = tools.embedder.embed([dossier.goal.text], "query")[0]
    near = built.search(vectors, NEIGHBOURS)
    candidates = {
        claim.id: [passages[int(key)] for key, _ in found if passages[int(key)].paper_id != claim.paper_id]
        for claim, found in zip(standing, near, strict=True)
    }
    across = evidence_across(standing, candidates, tools.verifier)
    relevance = {
        claim.id: float(max(0.0, min(1.0, vector @ goal))) for claim, vector in zip(standing, vectors, strict=True)
    }
    return {
        "claims": tuple(
            with_sources(_placed(claim, relevance[claim.id], dossier.goal.facets), across.also.get(claim.id, ()))
            if claim.id in relevance
            else claim
            for claim in claims
        ),
        "contradictions": across.contradictions,
    }


def passages_of(papers: Sequence[Paper]) -> tuple[Passage, ...]:
    """Every sentence of every paper, its title left out."""
    return tuple(
        Passage(paper_id=paper.id, text=paper.text[start:end], start=start, end=end)
        for paper in papers
        for start, end in split_sentences(paper.text)
        if start > len(paper.title)
    )


def _placed(claim: Claim, relevance: float, facets: Sequence[Facet]) -> Claim:
    best = max(facets, key=lambda facet: speaks_to(claim.text, facet), default=None)
    facet = best.name if best and speaks_to(claim.text, best) >= LINE else None
    return claim.model_copy(update={"relevance": round(relevance, 4), "facet": facet})
