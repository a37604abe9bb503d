"""Does a draft answer its goal, and does the tribunal know? Whole runs without a model, on questions whose truth is
known by construction.

    python bench/answers.py --data ../shared/data                       # all: some hours on one core
    python bench/answers.py --data ../shared/data --limit 12 --corpus-size 2000
    python bench/answers.py --data ../shared/data --only pubmedqa --limit 40

`pubmedqa`: questions with odd ids (the even ones were fitted on) against all 1,000 abstracts. Is the right abstract
kept, does the answer hold a sentence of its conclusion, and, with the abstract taken out, is the status anything but
ANSWERED? `goals`: the held-out half of bench/data/goals, on the embedded corpus (or `--corpus-size` records of it, an
easier search) with the goals' own abstracts. `tribunal`: the score of drafts of answerable goals against the same goals
without their abstracts, against drafts whose answer was replaced by other sentences of the same papers, and against
nonsense goals. Shares have Wilson's 95% intervals, AUROCs those of 1,000 bootstrap samples.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import math
import random
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from agents import skeptic, synthesizer, validator  # noqa: E402
from sovereign_kernel.audit.measurements import dossier_of  # noqa: E402
from sovereign_kernel.decision.answering import measured, sentences_of  # noqa: E402
from sovereign_kernel.decision.tribunal import aggregate, settle  # noqa: E402
from sovereign_kernel.pipeline.project import load_graph_module  # noqa: E402
from sovereign_kernel.records import Claim, Draft, Quote, Sentence, Verification  # noqa: E402
from sovereign_kernel.settings import Settings  # noqa: E402
from sovereign_kernel.sources.corpus import EMBEDDED  # noqa: E402

GOALS = ROOT / "bench" / "data" / "goals"
REVIEWERS = {"skeptic": skeptic.measure, "synthesizer": synthesizer.measure, "validator": validator.measure}
SAME = 80.0  # rapidfuzz ratio from which two sentences are one
PASSES = 6.5


@dataclass(frozen=True)
class Goal:
    """A goal with the paper and the sentences that answer it; nonsense has neither."""

    text: str
    kind: str
    paper: str = ""
    answers: tuple[str, ...] = ()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--limit", type=int, help="goals of a kind at most")
    parser.add_argument("--corpus-size", type=int, default=20_000, help="records of the embedded corpus to search in")
    parser.add_argument("--only", choices=("pubmedqa", "goals"))
    parser.add_argument("--half", choices=("held_out", "tune"), default="held_out", help="`tune` to choose a line by")
    parser.add_argument("--drafts", type=Path, help="a file to write a line a draft to")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(Path(scratch), args.drafts)
        if args.only != "goals":
            pubmedqa(bench, args.data, args.limit, args.half)
        if args.only != "pubmedqa":
            goals(bench, args.data, args.limit, args.half, args.corpus_size)


class Bench:
    """Runs of the graph without a model or a folder, one after the other, in one cache."""

    def __init__(self, scratch: Path, drafts: Path | None) -> None:
        self.scratch = scratch
        self._graph = load_graph_module().build_graph()
        self._drafts = drafts

    def corpus(self, name: str, records: Iterable[dict[str, Any]]) -> Path:
        path = self.scratch / f"{name}.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        return path

    def draft(self, goal: Goal, corpus: Path, label: str) -> Draft:
        settings = Settings(
            source="corpus", provider="none", corpus=corpus, embeddings="offline", cache_dir=self.scratch, rounds=1
        )
        found: Draft = self._graph.invoke({"goal": goal.text}, context=settings)["draft"]
        told = {
            "label": label,
            "goal": goal.text,
            "kind": goal.kind,
            "read_as": found.question.kind if found.question else None,
            "status": found.status,
            "score": score_of(found),
            "fit": found.fit.model_dump(mode="json") if found.fit else None,
            "kept": goal.paper in {paper.id for paper in found.papers},
            "right": holds(found, goal.answers),
            "rule": found.decision.rule,
            "answer": [entry.text for entry in found.sentences if entry.section == "answer"],
        }
        if self._drafts:
            with self._drafts.open("a", encoding="utf-8") as out:
                out.write(json.dumps(told) + "\n")
        return found


def pubmedqa(bench: Bench, data: Path, limit: int | None, half: str) -> None:
    entries = json.loads((data / "pubmedqa" / "ori_pqal.json").read_text("utf-8"))
    records = {pmid: pubmed_record(pmid, entry) for pmid, entry in entries.items()}
    whole = bench.corpus("pubmedqa", records.values())
    asked = [pmid for pmid in entries if int(pmid) % 2 == (half == "held_out")]
    kept, right, silent, wrong = [], [], [], []
    for pmid in _some(asked, limit):
        goal = Goal(entries[pmid]["QUESTION"], "whether", pmid, (entries[pmid]["LONG_ANSWER"],))
        draft = bench.draft(goal, whole, "pubmedqa")
        kept.append(pmid in {paper.id for paper in draft.papers})
        right.append(holds(draft, goal.answers))
        wrong.append(draft.status == "ANSWERED")
        without = bench.corpus("removed", (record for id, record in records.items() if id != pmid))
        removed = bench.draft(goal, without, "pubmedqa removed")
        silent.append(removed.status != "ANSWERED")
    print(f"\nPubMedQA, {half}, {len(kept)} questions, 1,000 abstracts")
    tell("right abstract kept (aim 0.95)", kept)
    tell("conclusion in the answer (aim 0.75)", right)
    tell("answered, with its abstract there", wrong)
    tell("not ANSWERED with its abstract removed (aim 0.95)", silent)


def goals(bench: Bench, data: Path, limit: int | None, half: str, size: int) -> None:
    answerable, hostile = read_goals(half)
    own = {record["id"]: record for record in arxiv_records(data, {goal.paper for goal in answerable})}
    rest = list(embedded(size, {goal.paper for goal in answerable}))
    with_, without = bench.corpus("with", [*rest, *own.values()]), bench.corpus("without", rest)
    scores: dict[str, list[float]] = {"answerable": [], "removed": [], "replaced": [], "nonsense": []}
    kept, right, answered, removed_answered, nonsense = [], [], [], [], []
    for goal in _some(answerable, limit):
        draft = bench.draft(goal, with_, "answerable")
        kept.append(goal.paper in {paper.id for paper in draft.papers})
        right.append(holds(draft, goal.answers))
        answered.append(draft.status == "ANSWERED")
        scores["answerable"].append(score_of(draft))
        scores["replaced"].append(replaced_score(draft))
        removed = bench.draft(goal, without, "removed")
        removed_answered.append(removed.status != "ANSWERED")
        scores["removed"].append(score_of(removed))
    for goal in _some(hostile, limit):
        draft = bench.draft(goal, with_, "nonsense")
        nonsense.append((goal.kind, draft))
        scores["nonsense"].append(score_of(draft))
    print(f"\nGoals written by hand, {half}, {len(kept)} answerable, {len(nonsense)} hostile; {size} records")
    tell("right abstract kept", kept)
    tell("the answering sentence in the answer", right)
    tell("ANSWERED, with its abstract there", answered)
    tell("not ANSWERED with its abstract removed", removed_answered)
    for kind in dict.fromkeys(["all hostile", *(kind for kind, _ in nonsense)]):
        chosen = [draft for told, draft in nonsense if kind in ("all hostile", told)]
        tell(f"{kind}: not ANSWERED", [draft.status != "ANSWERED" for draft in chosen])
        tell(f"{kind}: below {PASSES}", [score_of(draft) < PASSES for draft in chosen])
    print("\nThe tribunal's score, AUROC of answerable goals against")
    for name in ("removed", "replaced", "nonsense"):
        value, low, high = auroc(scores["answerable"], scores[name])
        print(f"{value:7.3f}  [{low:.3f}, {high:.3f}]  {name} (aim 0.95; {len(scores[name])} drafts)")


def replaced_score(draft: Draft) -> float:
    """The tribunal's score when each sentence of the answer is another sentence of the same paper, word for word."""
    chance = random.Random(draft.goal)
    dossier = dossier_of(draft)
    papers = {paper.id: paper for paper in dossier.papers}
    claims = {claim.id: claim for claim in dossier.claims}
    told = {entry.text for entry in draft.sentences} | {claim.quote.text for claim in draft.claims}
    sound = Verification(verdict="SUPPORTED", confidence=0.99)
    made: list[Claim] = []
    sentences: list[Sentence] = []
    for entry in dossier.sentences:
        if entry.section != "answer" or entry.claims[0] not in claims:
            continue
        paper = papers[claims[entry.claims[0]].paper_id]
        others = [text for text in sentences_of(paper) if text not in told and len(text.split()) > 5]
        if not others:
            continue
        text = chance.choice(others)
        start = paper.text.index(text)
        quote = Quote(text=text, start=start, end=start + len(text))
        made.append(Claim(id=f"R{len(made)}", text=text, paper_id=paper.id, quote=quote, verification=sound))
        sentences.append(Sentence(id=entry.id, section="answer", text=text, claims=(made[-1].id,), verification=sound))
    astray = measured(replace(dossier, claims=(*dossier.claims, *made), sentences=tuple(sentences)))
    reviews = [
        settle(name, found.criteria, found.objections)
        for name, measure in REVIEWERS.items()
        for found in [measure(astray)]
    ]
    return aggregate(reviews) or 0.0


def score_of(draft: Draft) -> float:
    """The last round's score; 0 for a draft without one."""
    return (draft.tribunal.rounds[-1].score if draft.tribunal.rounds else None) or 0.0


def holds(draft: Draft, answers: Sequence[str]) -> bool:
    """Whether a sentence of the answer, or the quote of a claim that it rests on, is one of these sentences."""
    claims = {claim.id: claim for claim in draft.claims}
    answer = [entry for entry in draft.sentences if entry.section == "answer"]
    told = [entry.text for entry in answer]
    told += [claims[id].quote.text for entry in answer for id in entry.claims if id in claims]
    return any(
        fuzz.ratio(said, right) >= SAME or fuzz.partial_ratio(said, right) >= 95 for said in told for right in answers
    )


def pubmed_record(pmid: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Titles are the questions themselves, so the abstract's first words stand for one."""
    text = " ".join([*entry["CONTEXTS"], entry["LONG_ANSWER"]])
    return {"id": pmid, "title": " ".join(text.split()[:8]), "abstract": text, "authors": [f"Author {pmid}"]}


def read_goals(half: str) -> tuple[list[Goal], list[Goal]]:
    read = [
        [json.loads(line) for line in (GOALS / name).read_text("utf-8").splitlines()]
        for name in ("answerable.jsonl", "hostile.jsonl")
    ]
    answerable, hostile = ([entry for entry in entries if entry["half"] == half] for entries in read)
    return (
        [Goal(entry["goal"], entry["kind"], entry["id"], (entry["answer_sentence"],)) for entry in answerable],
        [Goal(entry["goal"], entry["kind"]) for entry in hostile],
    )


def arxiv_records(data: Path, ids: set[str]) -> Iterator[dict[str, Any]]:
    with gzip.open(data / "arxiv" / "arxiv_2025-03_2026-07.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if line[8:18] in ids:
                yield json.loads(line)


def embedded(size: int, without: set[str]) -> Iterator[dict[str, Any]]:
    """Every so many-th record of the embedded corpus."""
    with lzma.open(EMBEDDED, "rt", encoding="utf-8") as lines:
        step = max(1, 20_000 // size)
        for number, line in enumerate(lines):
            if number % step == 0 and (record := json.loads(line))["id"] not in without:
                yield record


def _some(all_: Sequence[Any], limit: int | None) -> list[Any]:
    """An even sample, so that every kind takes part."""
    if limit is None or limit >= len(all_):
        return list(all_)
    return [all_[place * len(all_) // limit] for place in range(limit)]


def tell(name: str, found: Sequence[bool]) -> None:
    good, of = sum(found), len(found)
    low, high = wilson(good, of)
    print(f"{good / of if of else math.nan:7.3f}  [{low:.3f}, {high:.3f}]  {name} ({good} of {of})", flush=True)


def wilson(good: int, of: int) -> tuple[float, float]:
    """Wilson's score interval (1927) at 95%."""
    if not of:
        return 0.0, 1.0
    z, p = 1.96, good / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def auroc(right: Sequence[float], wrong: Sequence[float]) -> tuple[float, float, float]:
    """The share of pairs in the right order, ties half, and its bootstrap interval at 95%."""
    if not right or not wrong:
        return math.nan, math.nan, math.nan
    chance = random.Random(7)
    samples = [(chance.choices(right, k=len(right)), chance.choices(wrong, k=len(wrong))) for _ in range(1000)]
    drawn = sorted(_ordered(*sample) for sample in samples)
    return _ordered(right, wrong), drawn[25], drawn[974]


def _ordered(right: Sequence[float], wrong: Sequence[float]) -> float:
    pairs = [(one > other) + 0.5 * (one == other) for one in right for other in wrong]
    return sum(pairs) / len(pairs)


if __name__ == "__main__":
    main()
