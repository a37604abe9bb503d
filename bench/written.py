"""Claims that people wrote about abstracts, true, false and undecided, against the verifier: `python -m bench.written`.

The pairs (`bench/data/written.jsonl`) were written by hand on papers of their own by somebody who had not seen the
verifier; nothing is fitted, tuned or chosen on them. AUROC and the share of falsehoods found at 5% false alarms count
P(SUPPORTED) as the score; TF-IDF (words 1-2-grams, stop words kept) is computed in the same run.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sovereign_kernel.verification import KernelVerifier
from sovereign_kernel.verification.entailment import default_engine

DATA = Path(__file__).parent / "data" / "written.jsonl"
VERDICT = {"entailment": "SUPPORTED", "contradiction": "REFUTED", "neutral": "NOT_ENOUGH_INFO"}
Scores = NDArray[np.float64]


def auroc(good: Scores, bad: Scores) -> float:
    """Probability that a good pair scores higher than a bad one; ties count half. 0.5 is chance."""
    if not len(good) or not len(bad):
        return float("nan")
    return float(((good[:, None] > bad).sum() + 0.5 * (good[:, None] == bad).sum()) / (len(good) * len(bad)))


def found_at(good: Scores, bad: Scores, alarms: float = 0.05) -> float:
    """Share of `bad` below the score that a share `alarms` of `good` stays below."""
    return float((bad < np.quantile(good, alarms)).mean())


def interval(good: Scores, bad: Scores, figure: object, rounds: int = 400) -> str:
    rng = np.random.default_rng(7)
    drawn = [figure(rng.choice(good, len(good)), rng.choice(bad, len(bad))) for _ in range(rounds)]  # type: ignore[operator]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{figure(good, bad):.2f} [{low:.2f}, {high:.2f}]"  # type: ignore[operator]


def calibration(confidence: Scores, right: Scores, bins: int = 10) -> float:
    """Expected calibration error over equally full bins."""
    parts = [part for part in np.array_split(np.argsort(confidence, kind="stable"), bins) if len(part)]
    return float(sum(len(p) * abs(confidence[p].mean() - right[p].mean()) for p in parts) / len(confidence))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=Path, default=DATA)
    parser.add_argument("--signals-only", action="store_true", help="without the bundled cross-encoder")
    parser.add_argument("--kinds", action="store_true", help="a line for each kind of claim")
    args = parser.parse_args()
    pairs = [json.loads(line) for line in args.pairs.read_text("utf-8").splitlines()]
    verifier = KernelVerifier(None if args.signals_only else default_engine())
    found = verifier.verify_all([(pair["claim"], pair["source"], None) for pair in pairs])
    want = [VERDICT[pair["label"]] for pair in pairs]
    p = [f.probabilities for f in found]
    supported = np.array([x.SUPPORTED if x else 0.0 for x in p])
    refuted = np.array([x.REFUTED if x else 0.0 for x in p])
    tfidf = np.array([f.tfidf or 0.0 for f in found])
    of = {v: np.array([w == v for w in want]) for v in VERDICT.values()}
    true, false, none = of["SUPPORTED"], of["REFUTED"], of["NOT_ENOUGH_INFO"]
    got = np.array([f.verdict for f in found])
    told = np.array([f.confidence or 0.0 for f in found])
    print(f"{len(pairs)} pairs: {true.sum()} true, {false.sum()} false, {none.sum()} undecided")
    print("true against false, AUROC:        ", interval(supported[true], supported[false], auroc))
    both = supported - refuted
    print("  by P(SUPPORTED) - P(REFUTED):   ", interval(both[true], both[false], auroc))
    print("  TF-IDF:                         ", interval(tfidf[true], tfidf[false], auroc))
    print("true against undecided, AUROC:    ", interval(supported[true], supported[none], auroc))
    print("falsehoods found at 5% alarms:    ", interval(supported[true], supported[false], found_at))
    print("  TF-IDF:                         ", interval(tfidf[true], tfidf[false], found_at))
    print("true, as judged:                  ", dict(Counter(got[true].tolist())))
    print("false, as judged:                 ", dict(Counter(got[false].tolist())))
    print("undecided, as judged:             ", dict(Counter(got[none].tolist())))
    right = np.array([g == w for g, w in zip(got, want, strict=True)], dtype=float)
    print(f"calibration error: {calibration(told, right):.3f}, accuracy {right.mean():.3f}")
    if args.kinds:
        for verdict, kind in sorted({(w, pair["kind"]) for w, pair in zip(want, pairs, strict=True)}):
            rows = np.array([w == verdict and pair["kind"] == kind for w, pair in zip(want, pairs, strict=True)])
            print(f"  {verdict:16} {kind:10} {rows.sum():4}  right {right[rows].mean():.2f}")


if __name__ == "__main__":
    main()
