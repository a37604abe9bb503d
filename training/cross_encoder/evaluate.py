"""Scores an ONNX cross-encoder on pairs that its training did not see: `python -m training.cross_encoder.evaluate --help`.

Evidence is chosen as at run time. SciFact here is the fifth of train, by abstract, kept for choosing; never dev.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from sovereign_kernel.ports import EntailmentPair
from sovereign_kernel.records import Probabilities
from sovereign_kernel.verification.entailment.onnx import OnnxEntailment
from sovereign_kernel.verification.evidence import read_pair
from sovereign_kernel.verification.verifier import evidence_texts
from training.cross_encoder.labelled import SHARE
from training.cross_encoder.nli_sets import SHARE as NLI_SHARE
from training.cross_encoder.pairs import held_out
from training.labelled_pairs import Labelled, nli, pubmedqa, scifact


def held_sets(data: Path, most: int) -> dict[str, list[Labelled]]:
    """Pairs of each labelled set that training left out, `most` of each at most."""
    kept = {
        "scifact train, held out": [p for p in scifact(data, "train") if held_out(p.group, SHARE)],
        "pubmedqa": [p for p in pubmedqa(data) if held_out(p.group, SHARE)],
        "snli": [p for p in nli(data, "snli_dev_test.jsonl.gz") if held_out(p.group, NLI_SHARE)],
        "breaking": [p for p in nli(data, "breaking_nli.jsonl.gz") if held_out(p.group, NLI_SHARE)],
    }
    rng = random.Random(0)
    return {name: rng.sample(pairs, min(most, len(pairs))) for name, pairs in kept.items()}


def as_asked(pairs: Sequence[Labelled]) -> list[EntailmentPair]:
    return [EntailmentPair(p.claim, evidence_texts(read_pair(p.claim, p.source)) or (p.source,)) for p in pairs]


def figures(pairs: Sequence[Labelled], said: Sequence[Probabilities]) -> str:
    """AUROC of S against R and of S against N where both are there, macro-F1 and accuracy, as one line."""
    truth = [p.label for p in pairs]
    odds = np.array([[p.SUPPORTED, p.REFUTED, p.NOT_ENOUGH_INFO] for p in said]).clip(1e-6)
    best = [("SUPPORTED", "REFUTED", "NOT_ENOUGH_INFO")[i] for i in odds.argmax(1)]
    parts = [f"n {len(pairs)}"]
    for other, column in (("REFUTED", 1), ("NOT_ENOUGH_INFO", 2)):
        rows = [i for i, label in enumerate(truth) if label in ("SUPPORTED", other)]
        if len({truth[i] for i in rows}) == 2:
            score = np.log(odds[rows, 0]) - np.log(odds[rows, column])
            parts.append(f"S/{other[0]} {roc_auc_score([truth[i] == 'SUPPORTED' for i in rows], score):.3f}")
    labels = sorted(set(truth))
    parts.append(f"macro-F1 {f1_score(truth, best, average='macro', labels=labels):.3f}")
    parts.append(f"accuracy {np.mean([a == b for a, b in zip(truth, best, strict=True)]):.3f}")
    return ", ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--model", type=Path, required=True, help="the folder of training.cross_encoder.export")
    parser.add_argument("--most", type=int, default=600, help="pairs of each set")
    args = parser.parse_args()
    engine = OnnxEntailment(args.model)
    judged, seconds = 0, 0.0
    for name, pairs in held_sets(args.data, args.most).items():
        asked = as_asked(pairs)
        started = time.process_time()
        said = [entailment.probabilities for entailment in engine.judge(asked)]
        seconds, judged = seconds + time.process_time() - started, judged + len(pairs)
        there = [(pair, p) for pair, p in zip(pairs, said, strict=True) if p is not None]
        print(f"{name}: {figures([pair for pair, _ in there], [p for _, p in there])}", flush=True)
    print(f"{judged / seconds:.0f} pairs a second of processor time")


if __name__ == "__main__":
    main()
