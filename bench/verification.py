"""The exam: claims against their sources, with TF-IDF beside us in the same run.

    python -m bench.verification --data ../shared/data [--entailment] [--out FILE.json]

SciFact dev: a claim against title and abstract of the paper it cites; our own code finds the evidence. Nothing is
trained, tuned or chosen on it. The other rows are labelled sets of other kinds: of SNLI, Breaking NLI and PubMedQA only
the sources that no fitting read.

AUROC S/R ranks SUPPORTED over REFUTED by log P(S)/P(R); AUROC S/N ranks SUPPORTED over NOT_ENOUGH_INFO by
log P(S)/P(N); for TF-IDF both by its cosine, and its macro-F1 is that of SUPPORTED at 0.15, else NOT_ENOUGH_INFO.
Calibration error: ten equally full bins of the confidence in the verdict. Intervals: 1,000 bootstrap draws, 95%.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.fit_combiner import calibration, readable
from bench.labelled_pairs import Labelled, nli, pubmedqa, scifact, scitab
from sovereign_kernel.ports import EntailmentEngine
from sovereign_kernel.records import Verification
from sovereign_kernel.verification import KernelVerifier
from sovereign_kernel.verification.combiner import CLASSES

SUPPORTED, REFUTED, NOTHING = range(3)
DRAWS = 1000
LINE = 0.15
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Measures = dict[str, tuple[float, float, float]]


def exam_sets(data: Path, rng: random.Random, limit: int) -> dict[str, list[Labelled]]:
    """Rows by name; `limit` bounds the two large sets."""
    return {
        "SciFact dev": list(scifact(data, "dev")),
        "SCITAB": list(scitab(data)),
        "PubMedQA, unread part": [p for p in pubmedqa(data) if unread(p)],
        "SNLI, unread part": _some([p for p in nli(data, "snli_dev_test.jsonl.gz") if unread(p)], rng, limit),
        "Breaking NLI, unread part": _some([p for p in nli(data, "breaking_nli.jsonl.gz") if unread(p)], rng, limit),
    }


def unread(pair: Labelled) -> bool:
    """Sources that neither the cross-encoder's training nor the combiner's fitting reads."""
    return not readable(pair)


def judge(pairs: Sequence[Labelled], engine: EntailmentEngine | None, batch: int = 64) -> list[Verification]:
    verifier = KernelVerifier(engine)
    return [
        found
        for start in range(0, len(pairs), batch)
        for found in verifier.verify_all([(p.claim, p.source, None) for p in pairs[start : start + batch]])
    ]


def measure(labels: Ints, shares: Floats) -> Measures:
    """All measures of one method, each as (value, low, high)."""
    with np.errstate(divide="ignore"):
        logs = np.log(np.clip(shares, 1e-9, 1))
    guess = shares.argmax(axis=1)
    confidence = shares.max(axis=1)
    return {
        "AUROC S/R": interval(lambda i: auroc(labels[i], logs[i, 0] - logs[i, 1], REFUTED), labels),
        "AUROC S/N": interval(lambda i: auroc(labels[i], logs[i, 0] - logs[i, 2], NOTHING), labels),
        "macro-F1": interval(lambda i: macro_f1(labels[i], guess[i]), labels),
        "calibration error": interval(lambda i: calibration(confidence[i], guess[i] == labels[i]), labels),
    }


def measure_tfidf(labels: Ints, similar: Floats) -> Measures:
    guess = np.where(similar >= LINE, SUPPORTED, NOTHING)
    return {
        "AUROC S/R": interval(lambda i: auroc(labels[i], similar[i], REFUTED), labels),
        "AUROC S/N": interval(lambda i: auroc(labels[i], similar[i], NOTHING), labels),
        "macro-F1": interval(lambda i: macro_f1(labels[i], guess[i]), labels),
    }


def auroc(labels: Ints, score: Floats, against: int) -> float:
    """Chance that a SUPPORTED pair scores above one of class `against`; ties count half; nan without both."""
    from scipy.stats import rankdata

    mask = (labels == SUPPORTED) | (labels == against)
    positive = labels[mask] == SUPPORTED
    above, below = int(positive.sum()), int((~positive).sum())
    if not above or not below:
        return float("nan")
    ranks = rankdata(score[mask])
    return float((ranks[positive].sum() - above * (above + 1) / 2) / (above * below))


def macro_f1(labels: Ints, guess: Ints) -> float:
    """Mean F1 over the classes that the set has."""
    values = []
    for kind in np.unique(labels):
        hit = int(((guess == kind) & (labels == kind)).sum())
        values.append(2 * hit / max(1, int((guess == kind).sum() + (labels == kind).sum())))
    return float(np.mean(values))


def interval(value: Callable[[Ints], float], labels: Ints) -> tuple[float, float, float]:
    rng = np.random.default_rng(0)
    everything = np.arange(len(labels))
    draws = [value(rng.integers(0, len(labels), len(labels))) for _ in range(DRAWS)]
    return value(everything), float(np.nanquantile(draws, 0.025)), float(np.nanquantile(draws, 0.975))


def examine(pairs: Sequence[Labelled], engine: EntailmentEngine | None) -> dict[str, object]:
    labels = np.array([CLASSES.index(p.label) for p in pairs])
    start = time.perf_counter()
    found = judge(pairs, engine)
    seconds = time.perf_counter() - start
    shares = np.array([[getattr(f.probabilities, name) for name in CLASSES] for f in found])
    guess = shares.argmax(axis=1)
    return {
        "pairs": len(pairs),
        "labels": {name: int((labels == i).sum()) for i, name in enumerate(CLASSES)},
        "pairs_per_second": round(len(pairs) / seconds, 1),
        "ours": measure(labels, shares),
        "tfidf": measure_tfidf(labels, np.array([f.tfidf or 0.0 for f in found])),
        "confusion": [[int(((labels == a) & (guess == b)).sum()) for b in range(3)] for a in range(3)],
    }


def show(name: str, result: dict[str, object]) -> None:
    print(f"\n{name}: {result['pairs']} pairs {result['labels']}, {result['pairs_per_second']} pairs a second")
    ours, tfidf = result["ours"], result["tfidf"]
    assert isinstance(ours, dict) and isinstance(tfidf, dict)
    for measure_name, (value, low, high) in ours.items():
        beside = tfidf.get(measure_name)
        told = f"   TF-IDF {beside[0]:.3f} [{beside[1]:.2f}, {beside[2]:.2f}]" if beside else ""
        print(f"  {measure_name:18} {value:.3f} [{low:.2f}, {high:.2f}]{told}")
    print("  rows are the labels S, R, N; columns the verdicts:", result["confusion"])


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--limit", type=int, default=1500)
    parser.add_argument("--signals-only", action="store_true", help="without the bundled entailment engine")
    parser.add_argument("--not-dev", action="store_true", help="leave SciFact dev out: for work on the verifier")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(arguments)
    engine = None if args.signals_only else bundled()
    results = {}
    for name, pairs in exam_sets(args.data, random.Random(0), args.limit).items():
        if not (args.not_dev and name == "SciFact dev"):
            results[name] = examine(pairs, engine)
            show(name, results[name])
    if args.out:
        document = {"engine": engine.name if engine else None, "sets": results}
        args.out.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def bundled() -> EntailmentEngine | None:
    from sovereign_kernel.checking import default_verifier

    return default_verifier().entailment


def _some(pairs: list[Labelled], rng: random.Random, limit: int) -> list[Labelled]:
    return rng.sample(pairs, min(limit, len(pairs)))


if __name__ == "__main__":
    main()
