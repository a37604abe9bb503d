"""Writes the training pairs: `python -m training.cross_encoder.make --data ../shared/data --out build/cross_encoder`.

nli.jsonl is the first stage (everyday sentences), science.jsonl the second (abstracts, with a part of the first).
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from bench.cross_encoder import labelled, nli_sets, pairs
from training.cross_encoder.abstracts import Selector, arxiv
from training.cross_encoder.planted_pairs import from_abstracts

SEED = 7


def everyday(data: Path, rng: random.Random) -> list[pairs.LabelledPair]:
    """All of SNLI's part, and Breaking NLI its contradictions thinned to 2,500: one label must not be the guess."""
    breaking = list(nli_sets.breaking(data, held=False))
    turned = [pair for pair in breaking if pair.label == "contradiction"]
    rest = [pair for pair in breaking if pair.label != "contradiction"]
    return [*nli_sets.snli(data, held=False), *rest, *rng.sample(turned, 2500)]


def science(data: Path, rng: random.Random, arxiv_every: int, biomedical: int) -> list[pairs.LabelledPair]:
    computer = list(arxiv(data, arxiv_every))
    exam = labelled.exam_abstracts(data)
    medical = [
        a
        for a in labelled.scifact_corpus(data).values()
        if a.id not in exam and not pairs.held_out(a.id, labelled.SHARE)
    ]
    selector = Selector([*computer, *medical])
    mixed = [*computer, *rng.sample(medical, biomedical)]
    rng.shuffle(mixed)
    labelled_pairs = list(labelled.scifact(data, selector, held=False, counts=(1, 2, 3)))
    return [
        *from_abstracts(mixed, selector, rng),
        *labelled.titles([*medical, *computer], selector, rng),
        *labelled.conclusions(medical, selector, rng),
        *labelled_pairs,
        *labelled.pubmedqa(data, selector, rng, held=False),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--arxiv-every", type=int, default=3)
    parser.add_argument("--biomedical", type=int, default=2500)
    parser.add_argument("--replay", type=int, default=4000, help="everyday pairs in the second stage")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(SEED)
    first = everyday(args.data, rng)
    second = [*science(args.data, rng, args.arxiv_every, args.biomedical), *rng.sample(first, args.replay)]
    for name, made in (("nli", first), ("science", second)):
        count = pairs.write(args.out / f"{name}.jsonl", made)
        print(
            name,
            count,
            dict(Counter(pair.label for pair in made)),
            dict(Counter(pair.kind for pair in made).most_common()),
        )


if __name__ == "__main__":
    main()
