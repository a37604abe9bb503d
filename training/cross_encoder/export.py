"""Writes the trained cross-encoder as an int8 ONNX folder: `python -m training.cross_encoder.export --help`.

Weights become int8, activations stay float and are quantised as they come (dynamic): no calibration data is needed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from training.cross_encoder.model import LABELS, CrossEncoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--model", type=Path, required=True, help="the model.pt of training.cross_encoder.train")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    model = CrossEncoder(args.base)
    model.load_state_dict(torch.load(args.model, weights_only=True))
    args.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        to_onnx(model.eval(), whole)
        quantise(whole, args.out / "model.onnx")
    slim_tokenizer(args.base / "tokenizer.json", args.out / "tokenizer.json")
    config = {"id2label": dict(enumerate(LABELS)), "pad_token_id": 0, "base": "all-MiniLM-L6-v2"}
    (args.out / "config.json").write_text(json.dumps(config, indent=1) + "\n", "utf-8")
    for path in sorted(args.out.iterdir()):
        print(f"{path.name} {path.stat().st_size:,} bytes")


def to_onnx(model: CrossEncoder, path: Path) -> None:
    names = ["input_ids", "attention_mask", "token_type_ids"]
    example = tuple(torch.ones(2, 8, dtype=torch.long) for _ in names)
    axes = {name: {0: "batch", 1: "tokens"} for name in names}
    keep = {"input_names": names, "output_names": ["logits"], "dynamic_axes": axes}
    torch.onnx.export(model, example, path, opset_version=17, dynamo=False, **keep)


def quantise(whole: Path, path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def slim_tokenizer(source: Path, target: Path) -> None:
    """The tokenizer as it came, without the padding and cutting that its file prescribes."""
    tokenizer = json.loads(source.read_text("utf-8")) | {"padding": None, "truncation": None}
    target.write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    main()
