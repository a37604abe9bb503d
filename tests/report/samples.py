"""Sample drafts on the real abstracts of tests/data/sample_papers.json.

`python -m tests.report.samples` writes them to tests/data.
"""

# ruff: noqa: E501

from __future__ import annotations

from sovereign_kernel.records import (
    Block,
    Change,
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
    Query,
    Quote,
    Review,
    Round,
    Section,
    Sentence,
    Tribunal,
    Usage,
)
from tests.report.parts import (
    DATA,
    GOAL,
    checked,
    claims,
    contradictions,
    coverage,
    paper,
    papers,
    review,
    rounds,
    sections,
    sentences,
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
