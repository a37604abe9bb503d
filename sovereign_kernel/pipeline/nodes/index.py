"""index: passages and claims as vectors, and what other papers say to each claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sovereign_kernel.embeddings.index import PassageIndex, hash_texts
from sovereign_kernel.embeddings.offline import OfflineEmbedder
from sovereign_kernel.errors import BadAnswer, BudgetSpent, ModelUnavailable
from sovereign_kernel.goal import speaks_to
from sovereign_kernel.goal.coverage import LINE, merge_repeated, with_sources
from sovereign_kernel.models.run_limits import SPENT
from sovereign_kernel.pipeline.dossier import dossier_of
from sovereign_kernel.pipeline.state import ResearchState
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.ports import Embedder, Vectors
from sovereign_kernel.records import Claim, Facet, ModelUse, Paper, Passage
from sovereign_kernel.text.sentences import split_sentences
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
    asked = [*(claim.text for claim in standing), dossier.goal.question]
    embedded = _embedded([passage.text for passage in passages], asked, tools)
    if tools.run is not None:
        embedded.passages.save(tools.run.index_dir)
    *vectors, goal = embedded.queries
    near = embedded.passages.search(embedded.queries[:-1], NEIGHBOURS)
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
        "embedded_by": embedded.by,
        "notices": embedded.notices,
    }


@dataclass(frozen=True)
class _Embedded:
    """`queries` has a row for each question, in order; `by` names the embedder, and counts no calls."""

    passages: PassageIndex
    queries: Vectors
    by: ModelUse
    notices: tuple[str, ...] = ()


def _embedded(passages: Sequence[str], queries: Sequence[str], tools: Toolkit) -> _Embedded:
    """Both by one embedder: the configured one, or else, with a notice, the offline one."""
    try:
        return _embedded_by(tools.embedder, passages, queries)
    except (BadAnswer, BudgetSpent, ModelUnavailable) as exc:
        if isinstance(exc, BudgetSpent):
            tools.ledger.record(SPENT, purpose="embeddings", reason=str(exc))
        notice = f"The embeddings could not be had ({exc}); passages were compared by the offline embedder."
        return replace(_embedded_by(OfflineEmbedder(), passages, queries), notices=(notice,))


def _embedded_by(embedder: Embedder, passages: Sequence[str], queries: Sequence[str]) -> _Embedded:
    vectors = embedder.embed(passages, "passage")
    index = PassageIndex.build(
        vectors,
        [str(place) for place in range(len(passages))],
        embedder.model,
        embedder.dimension,
        provider=embedder.provider,
        texts_sha256=hash_texts(passages),
    )
    by = ModelUse(purpose="embeddings", provider=embedder.provider, model=embedder.model)
    asked = embedder.embed(queries, "query")
    return _Embedded(index, asked, by, tuple(getattr(embedder, "notices", ())))


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
