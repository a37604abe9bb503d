"""Sample drafts on the real abstracts of tests/data/sample_papers.json.

`python -m tests.report.samples` writes them to tests/data.
"""

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
    Decision,
    Draft,
    DroppedPaper,
    Facet,
    ModelUse,
    Objection,
    OwnerAnswer,
    Paper,
    Probabilities,
    Query,
    Quote,
    Review,
    Round,
    Section,
    Sentence,
    SourcedQuote,
    Tribunal,
    Usage,
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


def answered() -> Draft:
    written = sentences()
    return Draft(
        kernel_version="0.1.0",
        run_id="2026-11-22-sparse-mixture-of-experts",
        created="2026-11-22T05:00:00Z",
        goal=GOAL,
        title="Sparse experts in vision-language models: cheaper to serve when routing follows modality",
        status="ANSWERED",
        answer=" ".join(s.text for s in written if s.section == "answer"),
        sections=sections(written),
        papers=papers(),
        claims=claims(),
        dropped_claims=(
            claims()[6].model_copy(update={"id": "C8", "text": "KV caches make experts free.", "dropped": "refuted by its source"}),
        ),
        sentences=written,
        contradictions=contradictions(),
        coverage=coverage().model_copy(update={"facets": coverage().facets[:3]}),
        tribunal=Tribunal(rounds=rounds()),
        decision=Decision(
            policy="OWNER_REVIEW",
            rule="refuted-claim-stands",
            reason="One standing claim is refuted by its own source.",
            inputs={"score": 7.3, "threshold": 6.5, "refuted": 1, "reviewers_absent": [], "withdrawn": 0},
        ),
        models=(
            ModelUse(purpose="writer", provider="nim", model="meta/llama-3.3-70b-instruct",
                     usage=Usage(calls=4, prompt_tokens=9120, completion_tokens=1410, seconds=21.4, cost=None)),
            ModelUse(purpose="embeddings", provider="nim", model="nvidia/nv-embedqa-e5-v5",
                     usage=Usage(calls=2, prompt_tokens=3021, completion_tokens=0, seconds=1.2, cost=0.0)),
        ),
        cost=Usage(calls=6, prompt_tokens=12141, completion_tokens=1410, seconds=22.6, cost=None),
        notices=("arXiv refused one of four queries; the embedded corpus was asked instead.",),
        settings={"threshold": 6.5, "papers": 10, "rounds": 2, "model": None},
    )  # fmt: skip


def insufficient() -> Draft:
    return Draft(
        kernel_version="0.1.0",
        run_id="2026-11-22-sourdough",
        created="2026-11-22T05:00:00Z",
        goal="How long should a sourdough rest in a cool kitchen?",
        title="How long should a sourdough rest in a cool kitchen?",
        status="INSUFFICIENT_EVIDENCE",
        answer="No paper that was found speaks to this goal; 4 queries brought 3 papers, all of them about something else.",
        sections=(Section(heading="Methodology", blocks=(Block(text="4 queries were asked; no paper was kept."),)),),
        papers=(),
        claims=(),
        coverage=Coverage(
            queries=(Query(text="sourdough rest time", source="corpus", hits=3),),
            hits=3,
            dropped=(
                DroppedPaper(paper_id="2601.15021", title="Mixture-of-Experts Models in Vision", reason="off the goal"),
            ),
            facets=(Facet(name="sourdough", terms=("sourdough",)), Facet(name="rest", terms=("rest", "time"))),
        ),
        decision=Decision(policy="REJECT", rule="nothing-to-publish", inputs={"claims": 0, "score": None}),
    )


def measured() -> Draft:
    """Without a language model: claims are the sources' own sentences, nobody argues, nothing is asked of a model."""
    base = answered()
    own = tuple(c.model_copy(update={"text": c.quote.text}) for c in base.claims if c.id not in ("C6", "C7"))
    said = tuple(
        Sentence(
            id=f"S{n}", section="answer", text=c.text[0].upper() + c.text[1:] + ".", claims=(c.id,), written_by="writer"
        )
        for n, c in enumerate(own[:3], start=1)
    )
    sat = Round(number=1, score=7.2, outcome="pass", reviews=(
        review("skeptic", 7.0, None), review("validator", 8.4, None), review("synthesizer", 6.6, None)))  # fmt: skip
    return base.model_copy(
        update={
            "run_id": "2026-11-22-measured",
            "answer": " ".join(s.text for s in said),
            "sections": base.sections[2:3] + base.sections[4:],
            "claims": own,
            "dropped_claims": (),
            "sentences": said,
            "contradictions": (),
            "tribunal": Tribunal(rounds=(sat,)),
            "decision": Decision(policy="AUTO_APPROVE", rule="all-hold", inputs={"score": 7.2, "threshold": 6.5}),
            "models": (ModelUse(purpose="embeddings", provider="offline", model="hashed-1024", usage=Usage(calls=3)),),
            "cost": Usage(calls=0),
            "notices": (
                "No language model was used: claims are the sources' own sentences, and reviewers measure without arguing.",
                "arXiv could not be reached; the embedded corpus was used.",
            ),
        }
    )


def unknown() -> Draft:
    """A reviewer stayed away, a claim was not verified, and nobody knows the cost."""
    base = answered()
    sat = Round(number=1, score=None, outcome="revise", reviews=(
        Review(role="skeptic", absent="the model server did not answer within 120 s"),
        Review(role="validator", measured=None, criteria=(Criterion(name="share supported", value=None, weight=1.0),)),
    ))  # fmt: skip
    lost = Usage(calls=5, prompt_tokens=None, completion_tokens=None, seconds=None, cost=None)
    return base.model_copy(
        update={
            "run_id": "2026-11-22-unknown",
            "status": "PARTIAL",
            "coverage": coverage(),
            "claims": (base.claims[0].model_copy(update={"verification": None}),
                       base.claims[1].model_copy(update={"verification": checked("SUPPORTED", None, None)}),
                       *base.claims[2:]),
            "tribunal": Tribunal(rounds=(sat,)),
            "decision": Decision(
                policy="OWNER_REVIEW", rule="reviewer-absent", inputs={"score": None, "absent": ["skeptic"]},
                owner=OwnerAnswer(action="send_back", owner="R. Dahl", note="Ask the skeptic again."),
            ),
            "models": (ModelUse(purpose="skeptic", provider="openai", model="local", usage=lost),),
            "cost": lost,
        }
    )  # fmt: skip


EVIL = (
    "</title></style></script><script>document.title='PWNED';document.body.dataset.pwned='1'</script>"
    "<img src=x onerror=\"document.title='PWNED'\"> ](javascript:alert(1)) [x](javascript:alert(1)) ![i](https://evil.example/p.png) "
    "<https://evil.example> https://evil.example www.evil.example evil@evil.example @owner # H \\input{/etc/passwd} \\write18{id} "
    "} @misc{stolen, title={x}} %comment $$\\evil$$ ^^5c \"><svg onload=alert(1)> ' onmouseover='x {{ 7*7 }} {% raw %} "
    "\u202egnp.exe\u202c zero\u200bwidth \x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07 \x00 \x9b2J "
    "a | b | c\n\n# Heading\n\n- item\n\n| a | b |\n|---|---|\n\n---\n\n<!-- --> &lt;script&gt; ]]> `code` **bold** ~~gone~~ [^1]: note "
    "=cmd|' /C calc'!A0 \ufeff\U000e0041"
)  # fmt: skip


def hostile(evil: str = EVIL) -> Draft:
    """Every field that a paper, a model or a server can fill is filled with tricks."""
    bad = paper("2601.00001", evil, evil, authors=(evil, "Ann and Bob, Esq."), published=evil)
    odd = paper("javascript:alert(1)", "t" + evil, "x", authors=(), version=None)
    all_of_it = Quote(text=bad.text, start=0, end=len(bad.text))
    check = checked("SUPPORTED", 0.9, 0.4, evil)
    claim = Claim(
        id="C1", text=evil, paper_id=bad.id, quote=all_of_it, facet=evil, extracted_by=evil, verification=check
    )
    torn = claim.model_copy(update={"id": evil, "quote": Quote(text=evil, start=3, end=5), "paper_id": evil})
    said = Sentence(id="S1", section="answer", text=evil, claims=("C1", evil, "C99"))
    judged = Review(
        role=evil, score=9, measured=9, argued=9, rationale=evil, formula=evil,
        criteria=(Criterion(name=evil, value=0.5, weight=1, detail=evil),),
        objections=(Objection(target=evil, severity="major", text=evil, mend="drop"),),
    )  # fmt: skip
    return Draft(
        kernel_version=evil,
        run_id=evil,
        created=evil,
        goal=evil,
        title=evil,
        banner=evil,
        status="PARTIAL",
        answer=evil,
        sections=(Section(heading=evil, blocks=(Block(text=evil, sentence="S1"), Block(text=evil), Block(text=evil, sentence="?"))),),
        papers=(bad, odd),
        claims=(claim, torn),
        dropped_claims=(claim.model_copy(update={"id": "C3", "dropped": evil}),),
        sentences=(said,),
        contradictions=(
            Contradiction(id=evil, claim_id="C1", paper_id=bad.id, quote=all_of_it, other_claim_id=evil, other_paper_id=evil,
                          other_quote=torn.quote, reason=evil),
        ),
        coverage=Coverage(
            queries=(Query(text=evil, source=evil, error=evil),),
            dropped=(DroppedPaper(paper_id=evil, title=evil, reason=evil),),
            facets=(Facet(name=evil, terms=(evil,), claims=("C1", evil)), Facet(name="x" + evil, terms=())),
        ),
        tribunal=Tribunal(rounds=(
            Round(number=1, score=9, outcome="revise",
                  reviews=(judged, Review(role="b" + evil, absent=evil)),
                  changes=(Change(target=evil, action=evil, reason=evil, role=evil),)),
        )),
        decision=Decision(policy="OWNER_REVIEW", rule=evil, reason=evil, inputs={evil: evil, "list": [evil]},
                          owner=OwnerAnswer(action="approve", owner=evil, note=evil, at=evil)),
        models=(ModelUse(purpose=evil, provider=evil, model=evil),),
        notices=(evil,),
        settings={evil: evil, "threshold": 6.5},
    )  # fmt: skip


SAMPLES = {
    "answered": answered,
    "insufficient": insufficient,
    "measured": measured,
    "unknown": unknown,
    "hostile": hostile,
}


def main() -> None:
    from sovereign_kernel.report.json import to_json

    for name, make in SAMPLES.items():
        (DATA / f"draft_{name}.json").write_text(to_json(make()), encoding="utf-8")


if __name__ == "__main__":
    main()
