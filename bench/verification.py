"""The exam: claims against their sources, with TF-IDF beside us in the same run.

    python -m bench.verification --data ../shared/data [--signals-only] [--out FILE.json]
    python -m bench.verification --provider openai --base-url URL --model NAME --sample 60: a sample of each set, judged
    without the language model, with it as the verifier's entailment engine, and by its word alone

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
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import configured
from sovereign_kernel.ports import Entailment, EntailmentEngine, EntailmentPair
from sovereign_kernel.records import Probabilities, Verification
from sovereign_kernel.verification import KernelVerifier
from sovereign_kernel.verification.combiner import CLASSES
from sovereign_kernel.verification.entailment import default_engine
from training.fit_combiner import calibration, readable
from training.labelled_pairs import Labelled, nli, pubmedqa, scifact, scitab

SUPPORTED, REFUTED, NOTHING = range(3)
DRAWS = 1000
LINE = 0.15
BATCH = 64
MEASURES = ("AUROC S/R", "AUROC S/N", "macro-F1", "calibration error")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Measures = dict[str, tuple[float, float, float]]


def exam_sets(data: Path) -> dict[str, list[Labelled]]:
    """Rows by name."""
    return {
        "SciFact dev": list(scifact(data, "dev")),
        "SCITAB": list(scitab(data)),
        "PubMedQA, unread part": [p for p in pubmedqa(data) if unread(p)],
        "SNLI, unread part": [p for p in nli(data, "snli_dev_test.jsonl.gz") if unread(p)],
        "Breaking NLI, unread part": [p for p in nli(data, "breaking_nli.jsonl.gz") if unread(p)],
    }


def unread(pair: Labelled) -> bool:
    """Sources that neither the cross-encoder's training nor the combiner's fitting reads."""
    return not readable(pair)


class Overheard:
    """An engine whose own words are kept, to be measured by themselves."""

    def __init__(self, engine: EntailmentEngine) -> None:
        self.name = engine.name
        self.said: list[Entailment] = []
        self._engine = engine

    def judge(self, pairs: Sequence[EntailmentPair]) -> tuple[Entailment, ...]:
        said = self._engine.judge(pairs)
        self.said += said
        return said

    def shares(self, found: Sequence[Verification]) -> Floats:
        """Its probabilities, shape (pairs, 3); a third each where it abstained, or was not asked."""
        said = iter(self.said)
        heard = [next(said) if any(c.name == "entailment" for c in f.checks) else None for f in found]
        return np.array(
            [[1 / 3] * 3 if e is None or e.probabilities is None else probabilities(e.probabilities) for e in heard]
        )


def judge(pairs: Sequence[Labelled], engine: EntailmentEngine | None) -> list[Verification]:
    verifier = KernelVerifier(engine)
    found: list[Verification] = []
    for start in range(0, len(pairs), BATCH):
        found += verifier.verify_all([(p.claim, p.source, None) for p in pairs[start : start + BATCH]])
        print(f"\r{len(found)} of {len(pairs)}", end="", file=sys.stderr, flush=True)
    print("\r", end="", file=sys.stderr)
    return found


def probabilities(of: Probabilities | None) -> list[float]:
    return [getattr(of, name) for name in CLASSES]


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


def examine(
    pairs: Sequence[Labelled], engine: EntailmentEngine | None, model: EntailmentEngine | None
) -> dict[str, object]:
    """TF-IDF, the verifier with `engine`, with `model` in its place, and `model` by its word alone; the same pairs."""
    labels = np.array([CLASSES.index(p.label) for p in pairs])
    judge(pairs[:1], engine)  # what is loaded once does not count
    start = time.process_time()
    found = judge(pairs, engine)
    seconds = time.process_time() - start
    shares = {"ours": np.array([probabilities(f.probabilities) for f in found])}
    if model is not None:
        heard = Overheard(model)
        judged = judge(pairs, heard)
        shares[f"ours with {model.name}"] = np.array([probabilities(f.probabilities) for f in judged])
        shares[f"{model.name} alone"] = heard.shares(judged)
    methods = {name: measure(labels, share) for name, share in shares.items()}
    guess = {name: share.argmax(axis=1) for name, share in shares.items()}
    return {
        "pairs": len(pairs),
        "labels": {name: int((labels == i).sum()) for i, name in enumerate(CLASSES)},
        "pairs_per_second": round(len(pairs) / seconds, 1),
        "methods": {"TF-IDF": measure_tfidf(labels, np.array([f.tfidf or 0.0 for f in found])), **methods},
        "confusion": {name: confusion(labels, verdicts) for name, verdicts in guess.items()},
    }


def confusion(labels: Ints, guess: Ints) -> list[list[int]]:
    return [[int(((labels == a) & (guess == b)).sum()) for b in range(3)] for a in range(3)]


def show(name: str, result: dict[str, Any]) -> None:
    print(
        f"\n{name}: {result['pairs']} pairs {result['labels']}, {result['pairs_per_second']} pairs a second of one core"
    )
    print(f"  {'':40}" + "".join(f"{measure:>21}" for measure in MEASURES))
    for method, measured in result["methods"].items():
        cells = ["{:.3f} [{:.2f}, {:.2f}]".format(*measured[m]) if m in measured else "" for m in MEASURES]
        print(f"  {method:40}" + "".join(f"{cell:>21}" for cell in cells))
    for method, table in result["confusion"].items():
        print(f"  {method}: rows are the labels S, R, N; columns the verdicts: {table}")


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--limit", type=int, default=1500, help="pairs of SNLI and of Breaking NLI")
    parser.add_argument("--sample", type=int, help="pairs of every set, drawn at random: a language model is slow")
    parser.add_argument("--sets", nargs="+", help="only sets whose names begin so")
    parser.add_argument("--signals-only", action="store_true", help="without the bundled entailment engine")
    parser.add_argument("--not-dev", action="store_true", help="leave SciFact dev out: for work on the verifier")
    parser.add_argument("--out", type=Path)
    configured.add_options(parser)
    args = parser.parse_args(arguments)
    engine = None if args.signals_only else default_engine()
    model = configured.engine(configured.toolkit(args))
    results = {}
    for name, pairs in exam_sets(args.data).items():
        if (args.not_dev and name == "SciFact dev") or (args.sets and not name.startswith(tuple(args.sets))):
            continue
        most = args.sample or (args.limit if "NLI" in name else len(pairs))
        results[name] = examine(random.Random(0).sample(pairs, min(most, len(pairs))), engine, model)
        show(name, results[name])
    if args.out:
        named = {"engine": engine and engine.name, "model": model and model.name, "sets": results}
        args.out.write_text(json.dumps(named, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
