"""What the sample drafts are made of: the real abstracts of tests/data/sample_papers.json, claims, reviews, sections."""

# ruff: noqa: E501

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from sovereign_kernel.records import (
    Block,
    Change,
    Check,
    Claim,
    Contradiction,
    Coverage,
    Criterion,
    DroppedPaper,
    Facet,
    Objection,
    Paper,
    Probabilities,
    Query,
    Quote,
    Review,
    Round,
    Section,
    Sentence,
    SourcedQuote,
    Verification,
)

DATA = Path(__file__).parent.parent / "data"
GOAL = (
    "How does sparse mixture-of-experts change the inference cost of vision-language models at equal accuracy, "
    "and does routing by modality help?"
)
SCALING, SHADOW, ROUTING, SMOES, LEVERAGE = "2303.07226", "2410.21465", "2601.15021", "2604.23996", "2605.15484"


def papers() -> tuple[Paper, ...]:
    records = json.loads((DATA / "sample_papers.json").read_text())
    return tuple(
        paper(r["id"], r["title"], r["abstract"], authors=tuple(r["authors"]), published=r["date"][:7]) for r in records
    )


def paper(id: str, title: str, abstract: str, **fields: object) -> Paper:
    text = f"{title}\n\n{abstract}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Paper(
        id=id,
        version=fields.pop("version", 1),
        title=title,
        url=f"https://arxiv.org/abs/{id}",
        text=text,
        sha256=digest,
        categories=("cs.CV", "cs.LG"),
        **fields,
    )


def quote(paper: Paper, words: str) -> Quote:
    start = paper.text.index(words)
    return Quote(text=words, start=start, end=start + len(words))


def checked(verdict: str, confidence: float | None, tfidf: float | None, *reasons: str) -> Verification:
    good = verdict == "SUPPORTED"
    rest = None if confidence is None else (1 - confidence) / 2
    probabilities = None
    if confidence is not None and rest is not None:
        shares = dict.fromkeys(("SUPPORTED", "REFUTED", "NOT_ENOUGH_INFO"), rest) | {verdict: confidence}
        probabilities = Probabilities(**shares)
    return Verification(
        verdict=verdict,
        confidence=confidence,
        probabilities=probabilities,
        tfidf=tfidf,
        reasons=reasons or ("the quote stands verbatim in the source", "numbers and units agree"),
        checks=(
            Check(name="quote", outcome="passed", score=1.0, reason="verbatim at its offsets"),
            Check(name="tfidf", outcome="passed" if (tfidf or 0) >= 0.15 else "failed", score=tfidf, reason="line 0.15"),
            Check(name="numbers", outcome="passed" if good else "failed", score=1.0 if good else 0.0,
                  reason="every number of the claim is in the source" if good else "the source has other numbers"),
            Check(name="negation", outcome="abstained", reason="no negation on either side"),
        ),
    )  # fmt: skip


def claims() -> tuple[Claim, ...]:
    by_id = {p.id: p for p in papers()}

    def claim(
        id: str, paper_id: str, words: str, text: str | None, facet: str, check: Verification, *also: tuple[str, str]
    ):
        return Claim(
            id=id,
            text=text or words,
            paper_id=paper_id,
            quote=quote(by_id[paper_id], words),
            also=tuple(SourcedQuote(paper_id=other, quote=quote(by_id[other], more)) for other, more in also),
            facet=facet,
            relevance=0.41,
            extracted_by="claim_extractor",
            verification=check,
        )

    return (
        claim(
            "C1", SMOES, "56.1% reduction in EP communication overhead, and 12.3% throughput improvement under realistic deployment",
            "SMoES cuts expert-parallel communication overhead by 56.1% and raises throughput by 12.3% under realistic deployment.",
            "inference cost", checked("SUPPORTED", 0.94, 0.52),
        ),
        claim(
            "C2", SMOES, "0.9% and 4.2% average gain on multimodal and language-only tasks",
            "SMoES gains 0.9% on multimodal and 4.2% on language-only tasks on average, across four MoE-based VLMs.",
            "equal accuracy", checked("SUPPORTED", 0.91, 0.44),
        ),
        claim(
            "C3", ROUTING, "naively implemented conditional routing does not yield inference speedups on modern hardware at this scale",
            "On CIFAR-10 classifier heads, naively implemented conditional routing yields no inference speedup on modern hardware.",
            "inference cost", checked("SUPPORTED", 0.88, 0.47),
        ),
        claim(
            "C4", SCALING,
            "demonstrating its potential to achieve state-of-the-art performance on a range of benchmarks over dense models of "
            "equivalent computational cost",
            "Sparsely gated experts can surpass dense vision-language models of equivalent computational cost on a range of benchmarks.",
            "equal accuracy", checked("SUPPORTED", 0.83, 0.39),
            (ROUTING, "Both MoE variants achieve slightly higher validation accuracy than the dense baseline"),
        ),
        claim(
            "C5", LEVERAGE, "positive accuracy gaps require a substantial fraction $ρ$ of total FLOPs to be routed",
            None, "equal accuracy", checked("SUPPORTED", 0.97, 1.0),
        ),
        claim(
            "C6", SMOES, "aligning routing with modality-aware expert specialization unlocks MoE-VLM capacity and efficiency",
            "Routing by modality always halves the cost of a vision-language model.",
            "routing by modality", checked("REFUTED", 0.72, 0.21, "“halves” is not in the source", "“always”: the source speaks of 16 benchmarks"),
        ),
        claim(
            "C7", SHADOW, "boost throughput by up to 3.04$\\times$ on an A100 GPU without sacrificing accuracy",
            "Keeping the KV cache in low rank raises throughput by up to 3.04 times on an A100.",
            "inference cost", checked("NOT_ENOUGH_INFO", 0.58, 0.3, "the source is about language models, not mixtures of experts"),
        ),
    )  # fmt: skip


def sentences() -> tuple[Sentence, ...]:
    rows = (
        ("S1", "answer", "Guided by modality, sparse experts made serving cheaper at slightly better accuracy: 56.1% less expert-parallel communication and 12.3% more throughput, with an average gain of 0.9% on multimodal tasks.", ("C1", "C2")),
        ("S2", "answer", "The saving is not automatic: in a small vision study, naively implemented conditional routing gave no inference speedup on modern hardware.", ("C3",)),
        ("S3", "answer", "Whether accuracy holds depends on how much of the computation is routed.", ("C5",)),
        ("S4", "abstract", "Sparse experts have surpassed dense vision-language models of equal computational cost.", ("C4",)),
        ("S5", "abstract", "Positive accuracy gaps require a substantial fraction of total FLOPs to be routed.", ("C5",)),
        ("S6", "introduction", "Mixtures of experts scale vision-language models while only a part of the network computes.", ("C4",)),
        ("S7", "discussion", "SMoES reports the reduction of communication and the gain in throughput under realistic deployment.", ("C1",)),
        ("S8", "discussion", "For image classification, the theoretical saving was not realised by a naive implementation.", ("C3",)),
    )  # fmt: skip
    return tuple(Sentence(id=i, section=s, text=t, claims=c, written_by="writer") for i, s, t, c in rows)


def sections(sentences: tuple[Sentence, ...]) -> tuple[Section, ...]:
    def prose(kind: str) -> tuple[Block, ...]:
        return tuple(Block(text=s.text, sentence=s.id) for s in sentences if s.section == kind)

    return (
        Section(heading="Abstract", blocks=prose("abstract")),
        Section(heading="Introduction", blocks=prose("introduction")),
        Section(
            heading="Methodology",
            blocks=(
                Block(text="4 queries were asked; 5 of 37 papers were kept after merging versions and re-ranking."),
                Block(text="7 claims were extracted, each with a verbatim quote, and checked against the source."),
            ),
        ),
        Section(heading="Results", blocks=prose("discussion")),
        Section(heading="Uncertainties", blocks=(Block(text="One claim rests on a single source and has no second paper beside it."),)),
    )  # fmt: skip


def review(role: str, measured: float, argued: float | None, objections: tuple[Objection, ...] = ()) -> Review:
    names = {
        "skeptic": ("claims not refuted", "hedges kept", "numbers match", "more than one source"),
        "validator": ("quotes at their offsets", "sentences with claims", "share supported"),
        "synthesizer": ("facets covered", "diversity of sources", "no redundancy", "gaps disclosed"),
    }[role]
    values = [min(1.0, max(0.0, measured / 10 + delta)) for delta in (0.08, -0.05, 0.02, -0.05)]
    return Review(
        role=role,
        score=measured if argued is None else min(measured, argued),
        measured=measured,
        argued=argued,
        criteria=tuple(
            Criterion(name=name, value=round(value, 2), weight=1 / len(names), detail="of the claims that stand")
            for name, value in zip(names, values, strict=False)
        ),
        objections=objections,
        rationale=""
        if argued is None
        else "The evidence is sound where it is measured; two statements reach further than it.",
        formula="10 × Σ weight × value ÷ Σ weight",
    )


def rounds() -> tuple[Round, ...]:
    return (
        Round(
            number=1,
            score=5.7,
            outcome="revise",
            reviews=(
                review("skeptic", 4.6, 5.0, (
                    Objection(target="C6", severity="blocking", text="“always halves” is nowhere in the source.", mend="reword"),
                    Objection(target="C7", severity="major", text="The paper is not about experts.", mend="disclose"),
                )),
                review("validator", 6.8, 7.5),
                review("synthesizer", 5.8, 5.6, (
                    Objection(target="Uncertainties", severity="minor", text="Batch sizes are not covered; say so.", mend="disclose"),
                )),
            ),
            changes=(
                Change(target="C8", action="dropped", reason="its quote did not support it", role="skeptic"),
                Change(target="Uncertainties", action="disclosed", reason="nothing was found on batch size", role="synthesizer"),
            ),
        ),
        Round(
            number=2,
            score=7.3,
            outcome="pass",
            reviews=(review("skeptic", 7.1, 7.0), review("validator", 8.2, 8.9), review("synthesizer", 6.7, 7.4)),
        ),
    )  # fmt: skip


def contradictions() -> tuple[Contradiction, ...]:
    by_id = {p.id: p for p in papers()}
    return (
        Contradiction(
            id="K1",
            claim_id="C1",
            paper_id=SMOES,
            quote=quote(by_id[SMOES], "12.3% throughput improvement under realistic deployment"),
            other_claim_id="C3",
            other_paper_id=ROUTING,
            other_quote=quote(by_id[ROUTING], "does not yield inference speedups on modern hardware at this scale"),
            reason="One reports a gain in throughput, the other none; scale and implementation differ.",
            score=0.66,
        ),
    )


def coverage() -> Coverage:
    return Coverage(
        queries=(
            Query(text="sparse mixture-of-experts vision-language inference cost", source="arxiv", hits=18),
            Query(text="MoE VLM throughput dense baseline", source="arxiv", hits=11, cached=True),
            Query(text="modality-guided expert routing", source="arxiv", hits=8),
            Query(text="batch size MoE latency", source="arxiv", hits=None, error="503 from arXiv, three times"),
        ),
        hits=37,
        dropped=(
            DroppedPaper(
                paper_id="2604.23996v0", title="SMoES (earlier version)", reason="an older version of 2604.23996"
            ),
            DroppedPaper(
                paper_id="2501.00001", title="A survey of gardening robots", reason="similarity to the goal 0.03"
            ),
        ),
        facets=(
            Facet(name="inference cost", terms=("inference", "latency", "throughput"), claims=("C1", "C3")),
            Facet(name="equal accuracy", terms=("accuracy",), claims=("C2", "C4", "C5")),
            Facet(name="routing by modality", terms=("modality", "routing"), claims=("C1",)),
            Facet(name="batch size", terms=("batch",)),
        ),
    )
