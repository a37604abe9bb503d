"""Labelled (claim, source) pairs for fitting and for rows of the exam; splits go by `group`, so none shares a source.

Never read for fitting: SciFact dev, SciFact train claims on abstracts that dev cites, arXiv papers after November 2025
(the planted exam's), and everything of `exam=True`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.cross_encoder import edits
from sovereign_kernel.records import Verdict
from sovereign_kernel.text.sentences import content_words, split_sentences
from training.cross_encoder.labelled import as_statement

SCIFACT: dict[str, Verdict] = {"SUPPORT": "SUPPORTED", "REFUTE": "REFUTED"}
NLI: dict[str, Verdict] = {"entailment": "SUPPORTED", "contradiction": "REFUTED", "neutral": "NOT_ENOUGH_INFO"}
PUBMED: dict[str, Verdict] = {"yes": "SUPPORTED", "no": "REFUTED", "maybe": "NOT_ENOUGH_INFO"}
SCITAB: dict[str, Verdict] = {"supports": "SUPPORTED", "refutes": "REFUTED", "not enough info": "NOT_ENOUGH_INFO"}
LAST_MONTH = "2511"


@dataclass(frozen=True)
class Labelled:
    claim: str
    source: str
    label: Verdict
    kind: str
    group: str


def draw(key: str, share: int) -> int:
    """A number in [0, share) that depends on the key alone."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % share


def scifact(data: Path, part: str) -> Iterator[Labelled]:
    """Claims against the abstracts they cite; `part` is "train" (without those that dev cites) or "dev".

    A claim without evidence is NOT_ENOUGH_INFO for what it cites; one with evidence is judged by that alone.
    """
    rows = map(json.loads, (data / "scifact" / "corpus.jsonl").open(encoding="utf-8"))
    corpus = {str(r["doc_id"]): " ".join(r["abstract"]) for r in rows}
    dev = [json.loads(line) for line in (data / "scifact" / "claims_dev.jsonl").open(encoding="utf-8")]
    shared = {str(doc) for claim in dev for doc in claim["cited_doc_ids"]}
    claims = dev if part == "dev" else map(json.loads, (data / "scifact" / "claims_train.jsonl").open(encoding="utf-8"))
    for claim in claims:
        for doc in map(str, claim["cited_doc_ids"]):
            if part == "train" and doc in shared:
                continue
            said = claim["evidence"].get(doc)
            if claim["evidence"] and not said:
                continue
            label: Verdict = SCIFACT[said[0]["label"]] if said else "NOT_ENOUGH_INFO"
            yield Labelled(claim["claim"], corpus[doc], label, "scifact", doc)


def nli(data: Path, name: str) -> Iterator[Labelled]:
    with gzip.open(data / "nli" / name, "rt", encoding="utf-8") as lines:
        for pair in map(json.loads, lines):
            if pair["label"] in NLI:
                kind = name.split("_")[0]
                yield Labelled(pair["hypothesis"], pair["premise"], NLI[pair["label"]], kind, pair["premise"])


def pubmedqa(data: Path) -> Iterator[Labelled]:
    for pmid, entry in json.loads((data / "pubmedqa" / "ori_pqal.json").read_text("utf-8")).items():
        statement = as_statement(entry["QUESTION"])
        if statement:
            source = "\n".join([*entry["CONTEXTS"], entry["LONG_ANSWER"]])
            yield Labelled(statement, source, PUBMED[entry["final_decision"]], "pubmedqa", pmid)


def scitab(data: Path) -> Iterator[Labelled]:
    """The table as sentences, a row each: rough, and the same for every method."""
    for entry in json.loads((data / "scitab" / "sci_tab.json").read_text("utf-8")):
        names = entry["table_column_names"]
        rows = [
            ", ".join(f"{name} {cell}" for name, cell in zip(names, row, strict=False)).replace("[BOLD] ", "") + "."
            for row in entry["table_content_values"]
        ]
        source = f"{entry['paper']}\n\n{entry['table_caption']}\n\n" + "\n\n".join(rows)
        yield Labelled(entry["claim"], source, SCITAB[entry["label"]], "scitab", entry["paper_id"])


@dataclass(frozen=True)
class Abstract:
    id: str
    text: str
    sentences: tuple[str, ...]


def abstracts(data: Path, phase: int, every: int, later: bool = False) -> Iterator[Abstract]:
    """Records whose place is `phase` modulo `every`; up to LAST_MONTH, or after it."""
    with gzip.open(data / "arxiv" / "arxiv_2025-03_2026-07.jsonl.gz", "rt", encoding="utf-8") as lines:
        for place, line in enumerate(lines):
            if place % every != phase:
                continue
            record = json.loads(line)
            if (record["id"][:4] > LAST_MONTH) != later:
                continue
            body = " ".join(record["abstract"].split())
            sentences = tuple(body[a:b] for a, b in split_sentences(body))
            yield Abstract(record["id"], f"{record['title']}\n\n{body}", sentences)


WRONG = ("number", "unit", "negation", "direction", "swapped sides", "opposite", "name", "term")
BEYOND = ("wider", "lost hedge", "invented")


def planted(pool: list[Abstract], rng: random.Random) -> Iterator[Labelled]:
    """By the training's rules: a rewritten sentence, the same with one falsehood, and a neighbour's."""
    names = sorted({n for a in pool for s in a.sentences for n in edits.names(s)})
    terms = sorted({w for a in pool[:2000] for w in content_words(a.text) if len(w) > 6 and w.isalpha()})
    tails = [" ".join(s.rstrip(".").split()[-6:]) for a in pool[:2000] for s in a.sentences if len(s.split()) > 14]
    tails = [
        t for t in tails if t.split()[0] in {"on", "with", "by", "for", "using", "under", "across", "without", "in"}
    ]
    near = neighbours(pool)
    spent: Counter[str] = Counter()
    for place, abstract in enumerate(pool):
        usable = [s for s in abstract.sentences if 40 < len(s) < 350 and "http" not in s]
        if len(usable) < 3:
            continue
        own = [n for s in abstract.sentences for n in edits.names(s)]
        kinds: dict[str, edits.Edit] = {
            "number": edits.number, "unit": edits.unit, "negation": edits.negation, "direction": edits.direction,
            "swapped sides": edits.swapped_sides, "opposite": edits.opposite,
            "name": edits.other_name(own if len(own) > 1 and rng.random() < 0.5 else rng.sample(names, 40)),
            "term": edits.other_term(rng.sample(terms, 200)), "wider": edits.wider, "lost hedge": edits.lost_hedge,
            "invented": edits.invented(rng.sample(tails, 5)),
        }  # fmt: skip
        for sentence in rng.sample(usable, 2):
            claim = restated(edits.rewrite(sentence, rng), usable, rng)
            yield Labelled(claim, abstract.text, "SUPPORTED", "sound", abstract.id)
        found = [(kind, s, new) for kind, edit in kinds.items() for s in usable if (new := edit(s, rng)) and new != s]
        rng.shuffle(found)
        found.sort(key=lambda f: spent[f[0]])
        for kind, _, new in found[:2]:
            spent[kind] += 1
            claim = restated(edits.rewrite(new, rng), usable, rng) if rng.random() < 0.7 else new
            label: Verdict = "REFUTED" if kind in WRONG else "NOT_ENOUGH_INFO"
            yield Labelled(claim, abstract.text, label, kind, abstract.id)
        if place % 2 == 0:
            other = near[place] if rng.random() < 0.7 else rng.randrange(len(pool))
            if pool[other].id != abstract.id:
                yield Labelled(
                    edits.rewrite(rng.choice(usable), rng),
                    pool[other].text,
                    "NOT_ENOUGH_INFO",
                    "neighbour",
                    abstract.id,
                )


REPORTS = (
    "This paper claims that ", "Researchers found that ", "As the paper notes, ", "In short, ", "One finding is that ",
    "The text makes clear that ", "It turns out that ", "In their words, ", "It is argued that ",
)  # fmt: skip
JOINTS = (". ", "; ", ", while ", ". In addition, ", ", whereas ")
_ACTIVE = re.compile(
    r"^([A-Z][^,;.]{2,60}?) (reduce|improve|enable|require|use|generate|support|address|evaluate|enhance|achieve)s "
    r"([^,;.]{3,60}?)(?=[,.]| by | with | through | while | and )"
)


def restated(claim: str, sentences: Sequence[str], rng: random.Random) -> str:
    """Sound changes that the edits lack: reported speech, two sentences in one, a passive. Often none."""
    way = rng.random()
    if way < 0.15:
        return rng.choice(REPORTS) + (claim if claim[1:2].isupper() else claim[:1].lower() + claim[1:])
    if way < 0.30:
        other = rng.choice(sentences)
        joint = rng.choice(JOINTS)
        second = other if joint == ". " or other[1:2].isupper() else other[:1].lower() + other[1:]
        return claim if other[:20] == claim[:20] else claim.rstrip(". ") + joint + second
    active = _ACTIVE.match(claim)
    if way < 0.45 and active and active[1].lower() not in {"it", "this", "which", "that"}:
        past = active[2] + ("d" if active[2].endswith("e") else "ed")
        is_are = "are" if active[3].endswith("s") else "is"
        return f"{active[3][:1].upper()}{active[3][1:]} {is_are} {past} by {active[1]}{claim[active.end() :]}"
    return claim


def neighbours(pool: list[Abstract]) -> list[int]:
    """For each abstract another one of the pool that shares its rarest title and text words."""
    holders: dict[str, list[int]] = defaultdict(list)
    for place, abstract in enumerate(pool):
        for word in set(content_words(abstract.text)):
            holders[word].append(place)
    near = []
    for place, abstract in enumerate(pool):
        votes: Counter[int] = Counter()
        for word in set(content_words(abstract.text)):
            if 2 <= len(holders[word]) <= 60:
                for other in holders[word]:
                    votes[other] += 60 // len(holders[word])
        votes.pop(place, None)
        near.append(votes.most_common(1)[0][0] if votes else (place + 1) % len(pool))
    return near
