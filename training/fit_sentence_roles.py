"""Fits the classifier of sentence roles and writes sovereign_kernel/text/sentence_roles/weights.json.

    python training/fit_sentence_roles.py --data ../shared/data

Trained on CSAbstruct train, the strength of regularisation chosen on dev; test is read after the choice, by the stored
(quantised) weights. CSAbstruct is older than two habits of abstracts today, the closing "Code is available at ..." and
the measured gain ("improves X by 3.2% over Y"): sentences of arXiv abstracts (CC0) that show them, found by two
patterns, are added to training as `other` and `result`. No figure below contains them.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score, log_loss

from sovereign_kernel.text import sentence_roles as rhetoric
from sovereign_kernel.text.sentence_roles import ROLES, sentence_roles
from sovereign_kernel.text.sentence_roles.features import features
from sovereign_kernel.text.sentences import split_sentences

OUT = Path(rhetoric.__file__).parent / "weights.json"
STRENGTHS = (0.015, 0.03, 0.06, 0.12)
BALANCE = (0.0, 0.25, 0.5)
MIN_COUNT = 3
LEVELS = 127
RELEASE = re.compile(
    r"^(?:(?:the|our|all) )?(?:source )?(?:code|codes|data|dataset|models?|project page)\b.{0,60}"
    r"\b(?:available|released|found)\b.{0,20}\b(?:at|on|via|here|under|upon)\b",
    re.I,
)
MEASURED = re.compile(
    r"^(?!.*\b(?:propos|introduc|present|however|existing|recent|prior)).*\b(?:outperform|surpass|achiev|improv|reduc|exceed)\w*\b"
    r".{0,60}\d\s?(?:\\?%|\$?\\times|x\b|×|points?\b)",
    re.I,
)
# Two habits of today's abstracts that CSAbstruct is too old to know: how many sentences of each are added, and as what.
HABITS = ((RELEASE, "other", 150), (MEASURED, "result", 150))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    parts = {name: read(data / "csabstruct" / f"{name}.jsonl") for name in ("train", "dev", "test")}
    fitted = choose(parts["train"] + habits(data), parts["dev"])
    store(fitted)
    for name in ("dev", "test"):
        report(name, parts[name])


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def habits(data: Path) -> list[dict[str, Any]]:
    """Whole arXiv abstracts with one labelled sentence each: the last that shows the habit."""
    found: list[dict[str, Any]] = []
    wanted = {role: count for _, role, count in HABITS}
    with gzip.open(data / "arxiv" / "arxiv_2025-03_2026-07.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if hashlib.sha256(record["id"].encode()).digest()[0] >= 16:
                continue
            text = " ".join(record["abstract"].split())
            sentences = [text[start:end] for start, end in split_sentences(text)]
            labelled = {role: at for at, one in enumerate(sentences) for habit, role, _ in HABITS if habit.search(one)}
            for role, at in labelled.items():
                if wanted[role]:
                    wanted[role] -= 1
                    labels = [role if place == at else None for place in range(len(sentences))]
                    found.append({"sentences": sentences, "labels": labels, "confs": [1.0] * len(sentences)})
            if not any(wanted.values()):
                break
    return found


def choose(train: list[dict[str, Any]], dev: list[dict[str, Any]]) -> dict[str, Any]:
    rows, gold, weight = flatten(train)
    names = vocabulary(rows)
    x, x_dev = matrix(rows, names), matrix(flatten(dev)[0], names)
    gold_dev = flatten(dev)[1]
    best: tuple[float, dict[str, Any]] | None = None
    for strength in STRENGTHS:
        for balance in BALANCE:
            share = np.bincount(gold) / len(gold)
            model = LogisticRegression(C=strength, max_iter=400)
            model.fit(x, gold, sample_weight=weight * (share[gold] * len(share)) ** -balance)
            predicted = model.predict_proba(x_dev)
            f1 = f1_score(gold_dev, predicted.argmax(1), average="macro")
            loss = log_loss(gold_dev, predicted)
            print(f"C {strength:<5} balance {balance:<5} dev macro-F1 {f1:.3f} log loss {loss:.3f}")
            if best is None or f1 > best[0]:
                choice = {"C": strength, "balance": balance}
                best = f1, {"names": names, "coef": model.coef_.T, "bias": model.intercept_, "choice": choice}
    assert best is not None
    return best[1]


def flatten(abstracts: list[dict[str, Any]]) -> tuple[list[list[str]], np.ndarray, np.ndarray]:
    """Feature names, role numbers and annotators' confidence of every labelled sentence."""
    rows, gold, weight = [], [], []
    for abstract in abstracts:
        found = features(abstract["sentences"])
        for row, label, confidence in zip(found, abstract["labels"], abstract["confs"], strict=True):
            if label is not None:
                rows.append(row)
                gold.append(ROLES.index(label))
                weight.append(confidence)
    return rows, np.array(gold), np.array(weight)


def vocabulary(rows: list[list[str]]) -> list[str]:
    counts: dict[str, int] = {}
    for row in rows:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    return sorted(name for name, count in counts.items() if count >= MIN_COUNT)


def matrix(rows: list[list[str]], names: list[str]) -> csr_matrix:
    at = {name: column for column, name in enumerate(names)}
    cells = [(i, at[name]) for i, row in enumerate(rows) for name in row if name in at]
    i, j = zip(*cells, strict=True)
    return csr_matrix((np.ones(len(cells)), (i, j)), shape=(len(rows), len(names)))


def store(fitted: dict[str, Any]) -> None:
    step = float(np.abs(fitted["coef"]).max() / LEVELS)
    levels = np.rint(fitted["coef"] / step).astype(int)
    kept = {name: row.tolist() for name, row in zip(fitted["names"], levels, strict=True) if np.abs(row).max() >= 2}
    stored = {
        "about": "Weights of sovereign_kernel.text.sentence_roles: integers times `step`, one row a feature, one column a role.",
        "command": "python training/fit_sentence_roles.py --data ../shared/data",
        "data": "CSAbstruct train (1,668 abstracts; Cohan et al. 2019, arXiv:1909.04054; Apache-2.0), chosen on dev; "
        "300 sentences of arXiv abstracts found by two patterns (arXiv metadata, CC0 1.0)",
        "licence": "Apache-2.0",
        "date": datetime.date.today().isoformat(),
        "choice": fitted["choice"],
        "roles": ROLES,
        "step": step,
        "bias": [round(float(value), 5) for value in fitted["bias"]],
    }
    head = json.dumps(stored, indent=1)[:-2]
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in kept.items())
    OUT.write_text(f'{head},\n "weights": {{\n{rows}\n }}\n}}\n', encoding="utf-8")
    print(f"{len(kept)} of {len(fitted['names'])} features kept, {OUT.stat().st_size / 1e6:.2f} MB")
    rhetoric._weights.cache_clear()


def report(name: str, abstracts: list[dict[str, Any]]) -> None:
    gold = [label for abstract in abstracts for label in abstract["labels"]]
    predicted = [found.likeliest for abstract in abstracts for found in sentence_roles(abstract["sentences"])]
    each = f1_score(gold, predicted, average=None, labels=ROLES)
    accuracy = np.mean([a == b for a, b in zip(gold, predicted, strict=True)])
    print(f"\n{name}: {len(gold)} sentences, macro-F1 {np.mean(each):.3f}, accuracy {accuracy:.3f}")
    print("  F1 " + ", ".join(f"{role} {value:.3f}" for role, value in zip(ROLES, each, strict=True)))
    print("  rows gold, columns predicted, in that order:")
    print("  " + str(confusion_matrix(gold, predicted, labels=ROLES)).replace("\n", "\n  "))


if __name__ == "__main__":
    main()
