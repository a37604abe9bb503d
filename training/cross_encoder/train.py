"""Trains the cross-encoder on files of pairs, on two cores: `python -m training.cross_encoder.train --help`.

Batches hold a number of tokens, not of pairs: everyday sentences are a quarter as long as abstracts.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.cross_encoder.model import LABELS, CrossEncoder
from training.cross_encoder.pairs import LabelledPair, read

MAX_TOKENS = 160
Encoded = tuple[list[int], list[int], int]


def load_tokenizer(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
    return tokenizer


def encode(tokenizer: Tokenizer, pairs: list[LabelledPair]) -> list[Encoded]:
    encodings = tokenizer.encode_batch([(" ".join(pair.evidence), pair.claim[:600]) for pair in pairs])
    return [(e.ids, e.type_ids, LABELS.index(pair.label)) for e, pair in zip(encodings, pairs, strict=True)]


def batches(examples: list[Encoded], tokens: int, rng: random.Random) -> Iterator[list[Encoded]]:
    """Batches of like length, in random order; every example once."""
    order = sorted(examples, key=lambda example: (len(example[0]) // 8, rng.random()))
    made: list[list[Encoded]] = [[]]
    for example in order:
        if made[-1] and (len(made[-1]) + 1) * len(example[0]) > tokens:
            made.append([])
        made[-1].append(example)
    rng.shuffle(made)
    yield from made


def collate(batch: list[Encoded]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    width = max(len(ids) for ids, _, _ in batch)
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, (tokens, kinds, _) in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        types[row, : len(kinds)] = torch.tensor(kinds)
        mask[row, : len(tokens)] = 1
    return ids, mask, types, torch.tensor([label for _, _, label in batch])


def train(
    model: CrossEncoder,
    examples: list[Encoded],
    epochs: int,
    rate: float,
    tokens: int,
    seconds: float,
    out: Path,
    seed: int,
) -> None:
    """Runs `epochs`, or until `seconds` are spent: the rate falls to zero by whichever is nearer to its end."""
    rng = random.Random(seed)
    plan = [batch for _ in range(epochs) for batch in batches(examples, tokens, rng)]
    free = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(free, lr=rate, weight_decay=0.01)
    warm = max(1, min(50, len(plan) // 16))
    model.train()
    started, running = time.monotonic(), 0.0
    for step, batch in enumerate(plan, 1):
        spent = time.monotonic() - started
        left = 1 - max((step - 1) / len(plan), spent / seconds)
        if left <= 0:
            break
        optimizer.param_groups[0]["lr"] = rate * min(step / warm, left)
        ids, mask, types, labels = collate(batch)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(ids, mask, types)
        loss = torch.nn.functional.cross_entropy(logits.float(), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(free, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        running = loss.item() if step == 1 else 0.98 * running + 0.02 * loss.item()
        if step % 25 == 0 or step == len(plan):
            print(f"step {step}/{len(plan)} loss {running:.3f} {time.monotonic() - started:.0f} s", flush=True)
            torch.save(model.state_dict(), out)
    torch.save(model.state_dict(), out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of all-MiniLM-L6-v2: weights, tokenizer.json")
    parser.add_argument("--start", type=Path, help="a model.pt of an earlier stage")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True, help="the model.pt that is written")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--tokens", type=int, default=3072, help="tokens in a batch")
    parser.add_argument("--minutes", type=float, default=600.0, help="time that may be spent")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--limit", type=int, help="pairs at most, for a trial")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(2)
    model = CrossEncoder(args.base)
    if args.start:
        model.load_state_dict(torch.load(args.start, weights_only=True))
    pairs = [pair for path in args.pairs for pair in read(path)]
    random.Random(args.seed).shuffle(pairs)
    examples = encode(load_tokenizer(args.base), pairs[: args.limit])
    print(json.dumps({"pairs": len(examples), "tokens": sum(len(ids) for ids, _, _ in examples)}), flush=True)
    train(model, examples, args.epochs, args.rate, args.tokens, args.minutes * 60, args.out, args.seed)


if __name__ == "__main__":
    main()
