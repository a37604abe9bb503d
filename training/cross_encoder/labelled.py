"""Labelled science: SciFact train without the abstracts of dev, titles and conclusions of abstracts, PubMedQA."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.cross_encoder import edits
from training.cross_encoder.abstracts import Abstract, Selector, split
from training.cross_encoder.pairs import Label, LabelledPair, held_out

SHARE = 5
STATES = re.compile(
    r"\b(?:is|are|was|were|has|have|can|does|do|not|inhibits?|blocks?|increases?|decreases?|reduces?|promotes?|regulates?|induces?|"
    r"causes?|mediates?|controls?|requires?|required|predicts?|improves?|prevents?|enhances?|drives?|activates?|suppresses|"
    r"suppress|protects?|contributes?|leads?|plays?|reveals?|confers?|triggers?|links?|modulates?|impairs?|restores?|limits?|"
    r"determines?|maintains?|stimulates?|binds?|targets?|facilitates?|attenuates?|alters?|affects?|exhibits?|outperforms?|"
    r"enables?|accelerates?|governs?|represses|promotes?|demonstrates?|shows?)\b"
)
CONCLUDES = re.compile(
    r"(?:(?:CONCLUSIONS?|INTERPRETATION|SIGNIFICANCE)(?: AND \w+)*:? )?"
    r"(?:In (?:conclusion|summary),? |Taken together,? |Together,? |Collectively,? |Overall,? |Thus,? |Therefore,? )?"
    r"(?:(?:we|our|these|the|this) (?:\w+ ){0,3}(?:show|demonstrate|suggest|indicate|conclude|reveal|find|establish|"
    r"provide evidence|support the (?:idea|hypothesis|view))(?:s|d|ed)? that )?",
    re.I,
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


def states_a_finding(title: str) -> bool:
    return bool(STATES.search(title)) and "?" not in title and 5 <= len(title.split()) <= 30


def titles(abstracts: Iterable[Abstract], selector: Selector, rng: random.Random) -> Iterator[LabelledPair]:
    """Titles that state a finding, against their abstracts."""
    stating = [a for a in abstracts if len(a.sentences) > 2 and states_a_finding(a.title)]
    found = [(a.title.rstrip(".") + ".", a.sentences) for a in stating]
    yield from _findings(found, "title", selector, rng)


def conclusions(abstracts: Iterable[Abstract], selector: Selector, rng: random.Random) -> Iterator[LabelledPair]:
    """The conclusion that an abstract says it draws, against the sentences that it is drawn from."""
    found = []
    for abstract in abstracts:
        *body, last = abstract.sentences or ("",)
        drawn = CONCLUDES.match(last)
        claim = last[drawn.end() :] if drawn else ""  # a last sentence that opens otherwise is often an outlook
        if len(body) > 3 and 40 < len(claim) < min(300, len(last)):
            found.append((claim[:1].upper() + claim[1:], tuple(body)))
    yield from _findings(found, "conclusion", selector, rng)


def _findings(
    found: list[tuple[str, tuple[str, ...]]], kind: str, selector: Selector, rng: random.Random
) -> Iterator[LabelledPair]:
    """Findings as they are, turned round, and against another abstract. Turned by a "not" only where nothing else
    turns them, and then rarely: the word must not give the label away."""
    for place, (finding, body) in enumerate(found):
        count = rng.choice((2, 3))
        yield LabelledPair(finding, selector.top(finding, body, count), "entailment", kind)
        ways = (edits.direction, edits.swapped_sides, edits.opposite)
        turned = [text for text in (way(finding, rng) for way in ways) if text and text != finding]
        negated = edits.negation(finding, rng)
        if not turned and negated and rng.random() < 0.4:
            turned = [negated]
        if turned:
            claim = rng.choice(turned)
            yield LabelledPair(claim, selector.top(claim, body, count), "contradiction", f"{kind}, turned")
        if rng.random() < 0.4:
            other = found[(place + 1) % len(found)][1]
            claim = rng.choice([finding, *turned])
            yield LabelledPair(claim, selector.top(claim, other, count), "neutral", f"{kind}, another abstract")


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
