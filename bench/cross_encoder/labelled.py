"""Labelled science: SciFact train without the abstracts of dev, its corpus' titles that state a finding, PubMedQA."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.cross_encoder import edits
from bench.cross_encoder.abstracts import Abstract, Selector, split
from bench.cross_encoder.pairs import Label, LabelledPair, held_out

SHARE = 5
STATES = re.compile(
    r"\b(?:is|are|was|were|has|have|can|does|do|not|inhibits?|blocks?|increases?|decreases?|reduces?|promotes?|regulates?|induces?|"
    r"causes?|mediates?|controls?|requires?|required|predicts?|improves?|prevents?|enhances?|drives?|activates?|suppresses|"
    r"suppress|protects?|contributes?|leads?|plays?|reveals?|confers?|triggers?|links?|modulates?|impairs?|restores?|limits?|"
    r"determines?|maintains?|stimulates?|binds?|targets?|facilitates?|attenuates?|alters?|affects?|exhibits?|outperforms?|"
    r"enables?|accelerates?|governs?|represses|promotes?|demonstrates?|shows?)\b"
)
PUBMED = {"yes": "entailment", "no": "contradiction", "maybe": "neutral"}
SCIFACT: dict[str, Label] = {"SUPPORT": "entailment", "REFUTE": "contradiction"}


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def scifact_corpus(data: Path) -> dict[str, Abstract]:
    rows = _lines(data / "scifact" / "corpus.jsonl")
    return {str(r["doc_id"]): Abstract(str(r["doc_id"]), r["title"], tuple(r["abstract"])) for r in rows}


def exam_abstracts(data: Path) -> set[str]:
    return {str(doc) for claim in _lines(data / "scifact" / "claims_dev.jsonl") for doc in claim["cited_doc_ids"]}


def scifact(data: Path, selector: Selector, *, held: bool, counts: tuple[int, ...] = (3,)) -> Iterator[LabelledPair]:
    """Train claims against their cited abstracts, without those that dev cites; a pair for each of `counts`."""
    corpus, exam = scifact_corpus(data), exam_abstracts(data)
    for claim in _lines(data / "scifact" / "claims_train.jsonl"):
        for doc in map(str, claim["cited_doc_ids"]):
            if doc in exam or held_out(doc, SHARE) != held:
                continue
            annotated = claim["evidence"].get(doc)
            label: Label = SCIFACT[annotated[0]["label"]] if annotated else "neutral"
            for count in counts:
                evidence = selector.top(claim["claim"], corpus[doc].sentences, count)
                yield LabelledPair(claim["claim"], evidence, label, "scifact")
            if annotated and not held:
                gold = tuple(corpus[doc].sentences[i] for i in sorted(annotated[0]["sentences"]))
                yield LabelledPair(claim["claim"], gold, label, "scifact, annotated evidence")


def titles(data: Path, selector: Selector, rng: random.Random) -> Iterator[LabelledPair]:
    """Titles that state a finding, against their abstracts: as they are, turned round, and against another abstract."""
    exam = exam_abstracts(data)
    usable = [
        a for a in scifact_corpus(data).values()
        if a.id not in exam and not held_out(a.id, SHARE) and STATES.search(a.title)
        and "?" not in a.title and 5 <= len(a.title.split()) <= 30 and len(a.sentences) > 2
    ]  # fmt: skip
    for place, abstract in enumerate(usable):
        title = abstract.title.rstrip(".") + "."
        count = rng.choice((2, 3))
        yield LabelledPair(title, selector.top(title, abstract.sentences, count), "entailment", "title")
        turned = [
            t
            for t in (e(title, rng) for e in (edits.negation, edits.direction, edits.swapped_sides, edits.opposite))
            if t
        ]
        if turned:
            claim = rng.choice(turned)
            yield LabelledPair(claim, selector.top(claim, abstract.sentences, count), "contradiction", "title, turned")
        if rng.random() < 0.4:
            other = usable[(place + 1) % len(usable)]
            claim = rng.choice([title, *turned])
            yield LabelledPair(claim, selector.top(claim, other.sentences, count), "neutral", "title, another abstract")


def pubmedqa(data: Path, selector: Selector, rng: random.Random, *, held: bool) -> Iterator[LabelledPair]:
    """The question as a statement against abstract and conclusion, and the conclusion against the abstract."""
    for pmid, entry in json.loads((data / "pubmedqa" / "ori_pqal.json").read_text("utf-8")).items():
        if held_out(pmid, SHARE) != held:
            continue
        context = tuple(s for part in entry["CONTEXTS"] for s in split(part))
        conclusion = split(entry["LONG_ANSWER"])
        statement = as_statement(entry["QUESTION"])
        if statement:
            evidence = selector.top(statement, context + conclusion, 3)
            yield LabelledPair(statement, evidence, PUBMED[entry["final_decision"]], "pubmedqa question")  # type: ignore[arg-type]
        finding = conclusion[0]
        yield LabelledPair(finding, selector.top(finding, context, 3), "entailment", "pubmedqa conclusion")
        turned = edits.negation(finding, rng) or edits.direction(finding, rng)
        if turned and not held:
            yield LabelledPair(turned, selector.top(turned, context, 3), "contradiction", "pubmedqa conclusion, turned")


def as_statement(question: str) -> str | None:
    """`Does A reduce B?` as `A reduce B.`: rough grammar, the right words; None where a yes is no answer."""
    match = re.match(
        r"(?:Does|Do|Did|Can|Could|Is|Are|Was|Were|Has|Have|Will|Should|May)\s+(.*)\?$",
        question.split(": ")[-1].strip(),
        re.I,
    )
    return match.group(1)[:1].upper() + match.group(1)[1:] + "." if match else None
