"""A finished run as the kernel leaves it, made of the same parts without a graph."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Interrupt

from sovereign_kernel import __version__
from sovereign_kernel.decision.answering import measured, no_answer
from sovereign_kernel.decision.facts import facts_of
from sovereign_kernel.decision.policy import decide, default_rules
from sovereign_kernel.decision.tribunal import settle, sit
from sovereign_kernel.embeddings.index import PassageIndex, hash_texts
from sovereign_kernel.embeddings.offline import OfflineEmbedder
from sovereign_kernel.goal import analyse
from sovereign_kernel.goal.coverage import covered
from sovereign_kernel.pipeline.checking import default_verifier
from sovereign_kernel.pipeline.nodes.index import passages_of
from sovereign_kernel.pipeline.project import project_root
from sovereign_kernel.pipeline.roles import Stage, load_roles
from sovereign_kernel.pipeline.state import allowed_types
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.records import (
    Claim,
    Coverage,
    Draft,
    ModelUse,
    OwnerAnswer,
    Paper,
    Query,
    Quote,
    Review,
    Sentence,
)
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.report import render_all
from sovereign_kernel.runs import RunFolder, draft_fingerprint
from sovereign_kernel.runs.journal import FolderJournal, MemoryJournal
from sovereign_kernel.runs.ledger import FileLedger, MemoryLedger, total_usage
from sovereign_kernel.settings import Settings
from sovereign_kernel.storage.canonical_json import sha256
from sovereign_kernel.transport.clock import SystemClock
from sovereign_kernel.writing.composition import RunFacts, banner, compose

GOAL = "Does sparse mixture-of-experts lower the inference cost of vision-language models at equal accuracy?"
ABSTRACTS = {
    "2401.15947": (
        "Sparse experts for vision-language models",
        "Dense models are slow. Our sparse mixture-of-experts lowers the inference cost of vision-language models by "
        "38% at equal accuracy. We release the code.",
    ),
    "cs/0112017": (
        "On the cost of routing",
        "Routing is not free. Hard routing increases the latency of vision-language models by 4 ms per token on "
        "average.",
    ),
    "2403.00001": (
        "Étude of 7B models",
        "Mixture-of-experts models reach the accuracy of dense baselines with 2.1 times fewer active parameters.",
    ),
}
ARGUED = {"rationale": "Nothing stands against it.", "objections": [], "score": 9.5}
ANSWERS = (("writer", "no answer"), ("skeptic", json.dumps(ARGUED)), ("writer", "none again"))
TITLE = "Sparse experts and cost"
SENTENCES = (1, 1, 0)  # the sentence of each abstract that is claimed


def papers() -> tuple[Paper, ...]:
    return tuple(
        Paper(
            id=name,
            version=2,
            title=title,
            authors=("Ada Byron", "Émile Noether"),
            published="2024-01-29",
            url=f"https://arxiv.org/abs/{name}",
            text=f"{title}\n\n{abstract}",
            sha256=sha256(f"{title}\n\n{abstract}".encode()),
        )
        for name, (title, abstract) in ABSTRACTS.items()
    )


def claims(found: tuple[Paper, ...]) -> tuple[Claim, ...]:
    verifier = default_verifier()
    made = []
    for number, (paper, place) in enumerate(zip(found, SENTENCES, strict=True), 1):
        body = paper.text.split("\n\n")[1].split(". ")[place].rstrip(".") + "."
        quote = Quote(text=body, start=paper.text.index(body), end=paper.text.index(body) + len(body))
        checked = verifier.verify(body, paper.text, quote)
        made.append(Claim(id=f"C{number}", text=body, paper_id=paper.id, quote=quote, verification=checked))
    return tuple(made)


def dossier(goal: str = GOAL) -> Dossier:
    found = papers()
    stated = claims(found)
    read = analyse(goal)
    supported = [claim for claim in stated if claim.verification and claim.verification.verdict == "SUPPORTED"]
    assert len(supported) == len(stated)
    verifier = default_verifier()
    texts = {paper.id: paper.text for paper in found}
    prose = tuple(
        Sentence(
            id=f"S{number}",
            section="answer" if number == 1 else "abstract",
            text=claim.text,
            claims=(claim.id,),
            written_by="writer",
            verification=verifier.verify(claim.text, texts[claim.paper_id]),
        )
        for number, claim in enumerate(supported, 1)
    )
    facets = covered(read.facets, stated, found)
    asked = (Query(text="sparse experts", source="corpus", hits=3),)
    coverage = Coverage(queries=asked, hits=3, facets=facets)
    told = Dossier(
        goal=read,
        papers=found,
        claims=stated,
        sentences=prose,
        coverage=coverage,
        notices=("No language model is configured.",),
    )
    told = measured(told)
    return replace(told, rounds=(sit(1, reviews(told), 6.5, 0, no_answer(told)),))


def reviews(told: Dossier) -> list[Review]:
    """The kernel's own reviewers, measuring; and one of them arguing too."""
    tools = Toolkit(Settings(provider="none"), MemoryLedger(SystemClock()), MemoryJournal())
    roles = [role for role in load_roles([project_root() / "agents"]) if role.stage is Stage.REVIEW]
    skeptic, *others = (role.run(told, tools) for role in roles)
    return [settle("skeptic", skeptic.criteria, skeptic.objections, 9.5, "Nothing stands against it."), *others]


def draft_of(run: RunFolder, ledger: FileLedger, require_owner: bool = False) -> Draft:
    told = dossier(run.goal)
    uses = tuple(
        ModelUse(purpose=purpose, provider=provider, model=model, usage=usage)
        for (purpose, provider, model), usage in sorted(ledger.usage().items())
    )
    facts = facts_of(told, 6.5, require_owner, False, uses, TITLE)
    return compose(
        told,
        RunFacts(
            kernel_version=__version__,
            run_id=run.run_id,
            created=SystemClock().now(),
            title=TITLE,
            status=facts.status,
            decision=decide(facts, default_rules()),
            models=uses,
            cost=total_usage(use.usage for use in uses),
            notices=told.notices,
            settings=run.settings.model_dump(mode="json", exclude={"out"}, exclude_none=True),
            question=told.goal,
        ),
    ).model_copy(update={"fit": told.fit})


def checkpoint(run: RunFolder, draft: Draft | None = None) -> None:
    """The graph's checkpoint of a run whose state holds this draft."""
    with closing(sqlite3.connect(run.checkpoints)) as connection:
        saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=allowed_types()))
        values = {"goal": run.goal, "draft": draft}
        awaits = draft is not None and draft.decision.policy == "OWNER_REVIEW" and draft.decision.owner is None
        if awaits:
            values["branch:to:owner_review"] = None
        state = empty_checkpoint() | {"v": 4, "channel_values": values}
        config = {"configurable": {"thread_id": run.run_id, "checkpoint_ns": ""}}
        saved = saver.put(config, state, {"source": "loop", "step": 0, "parents": {}}, {})
        if awaits:
            saver.put_writes(saved, [("__interrupt__", [Interrupt(value="?", id="1")])], "1")


def index(draft: Draft) -> PassageIndex:
    """The passages' index, as the run's embedder makes it."""
    embedder, texts = OfflineEmbedder(), [passage.text for passage in passages_of(draft.papers)]
    return PassageIndex.build(
        embedder.embed(texts, "passage"),
        [str(place) for place in range(len(texts))],
        embedder.model,
        embedder.dimension,
        provider=embedder.provider,
        texts_sha256=hash_texts(texts),
    )


def until_decided(path: Path, require_owner: bool = False) -> tuple[RunFolder, Draft]:
    """A run whose draft was decided on and written."""
    run = RunFolder.create(path, GOAL, Settings(require_owner=require_owner), __version__)
    ledger = FileLedger(run.ledger, SystemClock())
    journal = FolderJournal(run.journal, ledger.record)
    with run.lock():
        ledger.record("run_started", goal=run.goal)
        for number, (role, text) in enumerate(ANSWERS):
            asked = sha256(f"prompt {number}".encode())
            journal.put(asked, {"text": text, "model": "local", "prompt_tokens": 11, "completion_tokens": 7})
            ledger.record(
                "model_call",
                role=role,
                provider="openai",
                model="local",
                prompt_sha256=asked,
                answer_sha256=sha256(json.dumps(text).encode()),
                prompt_tokens=11,
                completion_tokens=7,
                seconds=0.1 * number,
                cost=None,
            )
        ledger.record(
            "embedding_call",
            provider="offline",
            model="hash",
            prompt_tokens=0,
            completion_tokens=0,
            seconds=0.2,
            cost=0.0,
        )
        draft = draft_of(run, ledger, require_owner)
        index(draft).save(run.index_dir)
        checkpoint(run, draft)
        for sitting in draft.tribunal.rounds:
            ledger.record("round", number=sitting.number, score=sitting.score, outcome=sitting.outcome)
        decided = draft.decision
        ledger.record("decision", policy=decided.policy, rule=decided.rule, inputs=decided.inputs)
        run.write_draft(render_all(draft), draft)
        run.set_status("owner_review" if draft.decision.policy == "OWNER_REVIEW" else "finished")
    return run, draft


def approved(path: Path, owner: str = "Ada") -> tuple[RunFolder, Draft]:
    """A run that its owner approved."""
    run, draft = until_decided(path, require_owner=True)
    answer = OwnerAnswer(action="approve", owner=owner, draft_sha256=draft_fingerprint(draft), at=SystemClock().now())
    decision = draft.decision.model_copy(update={"owner": answer})
    final = draft.model_copy(update={"decision": decision, "banner": banner(decision)})
    with run.lock():
        run.set_status("running")
        FileLedger(run.ledger, SystemClock()).record("owner_answer", **answer.model_dump())
        checkpoint(run, final)
        run.write_draft(render_all(final), final)
        run.set_status("finished")
    return run, final
