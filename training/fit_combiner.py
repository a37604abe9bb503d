"""Fits the combiner's parameters and writes `sovereign_kernel/verification/combiner.json`.

    python -m training.fit_combiner --data ../shared/data [--entailment]

Data: claims planted by the training's rules (training/cross_encoder/edits.py) in arXiv abstracts up to November 2025,
SciFact train without the abstracts that dev cites, PubMedQA, SNLI and Breaking NLI. Each set's total weight is fixed
below, whatever its size. Penalty and temperatures are chosen on what was held out of five folds, by source. SciFact dev
and the planted exam are never read. With --entailment the second set is fitted too, with
the bundled engine's say, and on sources alone that the engine's own training kept away from.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sovereign_kernel.ports import Entailment, EntailmentEngine, EntailmentPair
from sovereign_kernel.verification.combiner import CLASSES
from sovereign_kernel.verification.evidence import read_pair
from sovereign_kernel.verification.features import features
from sovereign_kernel.verification.verifier import evidence_texts, run_checks
from training.labelled_pairs import Labelled, abstracts, draw, nli, planted, pubmedqa, scifact

OUT = Path(__file__).parent.parent / "sovereign_kernel" / "verification" / "combiner.json"
SHARES = {"planted": 0.55, "scifact": 0.25, "snli": 0.05, "breaking": 0.05, "pubmedqa": 0.10}
PENALTIES = (0.01, 0.03, 0.1)
FOLDS = 5
GRID = [(round(a, 2), round(b, 2)) for a in np.arange(0.7, 2.3, 0.1) for b in np.arange(0.7, 1.6, 0.1)]
Matrix = NDArray[np.float64]


def kept_from_training(pair: Labelled) -> bool:
    """Whether the cross-encoder's training keeps away from this source (its rule: training/cross_encoder/pairs.py)."""
    return draw(pair.group, 5 if pair.kind in {"pubmedqa", "scifact"} else 10) == 0


def readable(pair: Labelled) -> bool:
    """Whether fitting may read it: what the exam's rows hold is kept from it."""
    return pair.kind == "scifact" or not (kept_from_training(pair) and draw("exam " + pair.group, 2) == 0)


def gather(data: Path, seed: int, every: int) -> list[Labelled]:
    rng = random.Random(seed)
    # Places of 1 modulo 3: the cross-encoder's training reads those of 0 modulo 3.
    pool = list(abstracts(data, phase=7, every=every))
    return [
        *planted(pool, rng),
        *scifact(data, "train"),
        *(p for p in pubmedqa(data) if readable(p)),
        *_some([p for p in nli(data, "snli_dev_test.jsonl.gz") if readable(p)], rng, 2000),
        *_some([p for p in nli(data, "breaking_nli.jsonl.gz") if readable(p)], rng, 1500),
    ]


def for_engine(pairs: list[Labelled]) -> list[Labelled]:
    """Without the sources that the engine was trained on."""
    return [p for p in pairs if family(p) == "planted" or kept_from_training(p)]


def _some(pairs: list[Labelled], rng: random.Random, limit: int) -> list[Labelled]:
    """At most `limit`, those that every engine may be fitted on first."""
    kept = [p for p in pairs if kept_from_training(p)]
    rest = [p for p in pairs if not kept_from_training(p)]
    return (rng.sample(kept, len(kept)) + rng.sample(rest, len(rest)))[:limit]


def family(pair: Labelled) -> str:
    return pair.kind if pair.kind in SHARES else "planted"


def matrix(pairs: list[Labelled], engine: EntailmentEngine | None) -> tuple[list[str], Matrix]:
    rows = []
    for start in range(0, len(pairs), 256):
        batch = [read_pair(p.claim, p.source) for p in pairs[start : start + 256]]
        said: list[Entailment | None] = [None] * len(batch)
        if engine is not None:
            said = list(engine.judge([EntailmentPair(pair.claim, evidence_texts(pair)) for pair in batch]))
        rows += [
            features(pair, run_checks(pair, None, pair.source.text), e) for pair, e in zip(batch, said, strict=True)
        ]
    names = sorted({name for row in rows for name in row})
    return names, np.array([[row.get(name, 0.0) for name in names] for row in rows])


def fit(
    names: list[str],
    x: Matrix,
    y: NDArray[np.int64],
    weight: Matrix,
    fold: NDArray[np.int64],
    families: NDArray[np.str_],
) -> dict[str, object]:
    """Penalty and temperatures by what was held out of each fold, weights on all."""
    from sklearn.linear_model import LogisticRegression

    means = np.average(x, axis=0, weights=weight)
    scales = np.sqrt(np.average((x - means) ** 2, axis=0, weights=weight))
    scales[scales < 1e-6] = 1.0
    z = (x - means) / scales
    copied = x[:, names.index("copied")]
    best, chosen = np.inf, (PENALTIES[0], (1.0, 1.0), np.zeros((len(y), 3)))
    for penalty in PENALTIES:
        held = np.zeros((len(y), len(CLASSES)))
        for part in range(FOLDS):
            out = fold == part
            model = LogisticRegression(C=penalty, max_iter=2000).fit(z[~out], y[~out], sample_weight=weight[~out])
            held[out] = model.decision_function(z[out])
        temperatures = min(GRID, key=lambda t: loss(tempered(held, copied, t), y, weight))
        value = loss(tempered(held, copied, temperatures), y, weight)
        print(f"penalty {penalty}: held-out log loss {value:.4f} at temperatures {temperatures}", file=sys.stderr)
        if value < best:
            best, chosen = value, (penalty, temperatures, tempered(held, copied, temperatures))
    penalty, temperatures, logits = chosen
    measured = {name: told(logits[families == name], y[families == name]) for name in sorted(set(families))}
    for name, values in measured.items():
        print(f"held out, {name}: {values}", file=sys.stderr)
    model = LogisticRegression(C=penalty, max_iter=2000).fit(z, y, sample_weight=weight)
    return {
        "names": names,
        "means": means.round(6).tolist(),
        "scales": scales.round(6).tolist(),
        "weights": model.coef_.round(5).tolist(),
        "intercepts": model.intercept_.round(5).tolist(),
        "temperatures": temperatures,
        "penalty": penalty,
        "held_out_log_loss": round(float(best), 4),
        "held_out": measured,
    }


def tempered(logits: Matrix, copied: Matrix, temperatures: tuple[float, float]) -> Matrix:
    free, copy = temperatures
    return logits / (free + (copy - free) * copied)[:, None]


def told(logits: Matrix, y: NDArray[np.int64]) -> dict[str, float]:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return {
        "pairs": len(y),
        "log_loss": round(loss(logits, y, np.ones(len(y))), 4),
        "calibration_error": round(calibration(shares.max(axis=1), shares.argmax(axis=1) == y), 4),
    }


def calibration(confidence: Matrix, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over equally full bins."""
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(p) * abs(confidence[p].mean() - right[p].mean()) for p in parts) / len(order))


def loss(logits: Matrix, y: NDArray[np.int64], weight: Matrix) -> float:
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return float(-np.average(log_p[np.arange(len(y)), y], weights=weight))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--every", type=int, default=24, help="one in so many arXiv records is used")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--entailment", action="store_true", help="fit the set with the bundled engine too")
    args = parser.parse_args()
    if args.every % 3:
        parser.error("--every must be a multiple of 3")
    pairs = gather(args.data, args.seed, args.every)
    written = json.loads(OUT.read_text("utf-8")) if OUT.is_file() else {}
    written |= {
        "command": " ".join(["python -m training.fit_combiner", *sys.argv[1:]]),
        "date": date.today().isoformat(),
        "shares": SHARES,
        "data": dict(sorted(Counter(p.kind for p in pairs).items())),
        "signals": fitted(pairs, None),
    }
    if args.entailment:
        from sovereign_kernel.verification.entailment import default_engine

        engine = default_engine()
        if engine is None:
            parser.error("no engine is bundled")
        own = for_engine(pairs)
        written["with_entailment"] = {
            "engine": engine.name,
            "data": dict(sorted(Counter(p.kind for p in own).items())),
            **fitted(own, engine),
        }
    OUT.write_text(json.dumps(written, indent=1) + "\n", "utf-8")


def fitted(pairs: list[Labelled], engine: EntailmentEngine | None) -> dict[str, object]:
    sizes = Counter(family(p) for p in pairs)
    weight = np.array([SHARES[family(p)] / sizes[family(p)] for p in pairs]) * len(pairs)
    y = np.array([CLASSES.index(p.label) for p in pairs])
    fold = np.array([draw("combiner " + p.group, FOLDS) for p in pairs])
    names, x = matrix(pairs, engine)
    return fit(names, x, y, weight, fold, np.array([family(p) for p in pairs]))


if __name__ == "__main__":
    main()
