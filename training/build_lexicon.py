"""Writes `sovereign_kernel/verification/lexicon.json`: opposites, synonyms and kinds of words, from WordNet.

    python training/build_lexicon.py --wordnet DICT --arxiv ../shared/data/arxiv/arxiv_2025-03_2026-07.jsonl.gz \\
        --scifact ../shared/data/scifact

DICT is the `dict` folder of WordNet 3.1 (https://wordnet.princeton.edu; WordNet licence, redistribution allowed).
Only words that the abstracts of the corpus use are kept, as stems. `opposites` also holds the pairs of
`bench/opposites.txt`, which WordNet lacks and science writes daily, and none of
`bench/not_opposites.txt`; `synonyms` the groups of `bench/synonyms.txt`.
`rarity` counts in how many abstracts a word is.
No label is read here, and no abstract that SciFact dev cites.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections import Counter, defaultdict
from pathlib import Path

from sovereign_kernel.text.sentences import STOP_WORDS, words
from sovereign_kernel.verification.tokens import stem, tokenise

PARTS = ("noun", "verb", "adj", "adv")
SENSES = {"noun": 2, "verb": 3, "adj": 2, "adv": 2}
HERE = Path(__file__).parent
OUT = HERE.parent / "sovereign_kernel" / "verification" / "lexicon.json"


def rarity(arxiv: Path, scifact: Path, least: int) -> dict[str, str]:
    """Stems by tenths of their rarity: ln(documents / documents that have it), scaled to the rarest that is kept."""
    corpus = [json.loads(line) for line in (scifact / "corpus.jsonl").open(encoding="utf-8")]
    dev = [json.loads(line) for line in (scifact / "claims_dev.jsonl").open(encoding="utf-8")]
    exam = {doc for claim in dev for doc in claim["cited_doc_ids"]}
    medical = [" ".join(row["abstract"]) for row in corpus if row["doc_id"] not in exam]
    with gzip.open(arxiv, "rt", encoding="utf-8") as lines:
        computer = [json.loads(line)["abstract"] for place, line in enumerate(lines) if place % 15 == 0]
    counts = Counter(t for text in [*computer, *medical] for t in {token.stem for token in tokenise(text)})
    total = len(computer) + len(medical)
    rows: dict[str, list[str]] = defaultdict(list)
    for word, count in sorted(counts.items()):
        if count >= least and word.isalpha() and len(word) > 1:
            tenths = round(10 * math.log(total / count) / math.log(total / least))
            if tenths < 10:
                rows[str(tenths)].append(word)
    return {tenths: " ".join(words) for tenths, words in sorted(rows.items())}


def vocabulary(path: Path, least: int) -> set[str]:
    counts: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            counts.update(part for word in words(json.loads(line)["abstract"]) for part in word.split("-"))
    return {word for word, count in counts.items() if count >= least and word.isalpha() and len(word) > 2}


def synsets(folder: Path, part: str) -> dict[str, tuple[list[str], list[tuple[str, str, str, str]]]]:
    """Offset -> (its words, its pointers as (symbol, offset, part, source/target))."""
    found = {}
    for line in (folder / f"data.{part}").read_text("utf-8").splitlines():
        if line.startswith(" "):
            continue
        fields = line.split(" | ")[0].split()
        count = int(fields[3], 16)
        names = [fields[4 + 2 * i].lower().split("(")[0] for i in range(count)]
        at = 4 + 2 * count
        pointers = [tuple(fields[at + 1 + 4 * i : at + 5 + 4 * i]) for i in range(int(fields[at]))]
        found[fields[0]] = (names, pointers)
    return found


def senses(folder: Path, part: str) -> dict[str, list[str]]:
    """Word -> its synsets, most frequent sense first."""
    found = {}
    for line in (folder / f"index.{part}").read_text("utf-8").splitlines():
        if not line.startswith(" "):
            fields = line.split()
            found[fields[0]] = fields[-int(fields[2]) :]
    return found


def part_false(opposites: dict[str, set[str]]) -> None:
    """Takes out the pairs of bench/not_opposites.txt: opposites in a dictionary, and not in scientific text."""
    for line in (HERE / "not_opposites.txt").read_text("utf-8").splitlines():
        left, _, right = line.partition(":")
        for one in map(stem, left.split()):
            for other in map(stem, right.split()):
                opposites.get(one, set()).discard(other)
                opposites.get(other, set()).discard(one)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("--arxiv", type=Path, required=True)
    parser.add_argument("--scifact", type=Path, required=True)
    parser.add_argument("--least", type=int, default=8, help="times that the corpus must use a word")
    args = parser.parse_args()
    known = vocabulary(args.arxiv, args.least) - STOP_WORDS
    tables: dict[str, dict[str, set[str]]] = {name: defaultdict(set) for name in ("opposites", "synonyms", "kinds")}

    def join(table: str, one: str, other: str) -> None:
        one, other = stem(one), stem(other)
        if one != other:
            tables[table][one].add(other)
            tables[table][other].add(one)

    for part in PARTS:
        sets, ranked = synsets(args.wordnet, part), senses(args.wordnet, part)
        common = {word: offsets[: SENSES[part]] for word, offsets in ranked.items() if word in known}
        for word, offsets in common.items():
            for offset in offsets:
                names, pointers = sets[offset]
                for other in names:
                    if other in common and offset in common[other]:
                        join("synonyms", word, other)
                for symbol, target, _, places in pointers:
                    if symbol == "!" and names[int(places[:2], 16) - 1] == word:
                        other = sets[target][0][int(places[2:], 16) - 1]
                        if other in known:
                            join("opposites", word, other)
                    if symbol == "@" and part == "noun" and offset == offsets[0]:
                        tables["kinds"][stem(word)].add(target.lstrip("0"))
    for line in (HERE / "opposites.txt").read_text("utf-8").splitlines():
        left, _, right = line.partition(":")
        for one in left.split():
            for other in right.split():
                join("opposites", one, other)
    part_false(tables["opposites"])
    for line in (HERE / "synonyms.txt").read_text("utf-8").splitlines():
        group = line.split()
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                join("synonyms", one, other)
    sisters = Counter(kind for kinds in tables["kinds"].values() for kind in kinds)
    tables["kinds"] = {word: {k for k in kinds if 2 <= sisters[k] <= 60} for word, kinds in tables["kinds"].items()}
    rows = {
        name: {word: " ".join(sorted(others)) for word, others in sorted(table.items()) if others}
        for name, table in tables.items()
    }
    rows["rarity"] = rarity(args.arxiv, args.scifact, 4)
    source = (
        "WordNet 3.1, Copyright 2011 Princeton University (WordNet licence), "
        "with bench/opposites.txt and bench/synonyms.txt"
    )
    OUT.write_text(
        json.dumps({"source": source, "made_by": "training/build_lexicon.py", **rows}, separators=(",", ":")), "utf-8"
    )
    print({name: len(table) for name, table in rows.items()}, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
