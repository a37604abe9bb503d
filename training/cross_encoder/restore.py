"""The shipped int8 ONNX cross-encoder as a PyTorch state dict, to train it on: weights times their scales.

python -m training.cross_encoder.restore --base BASE --onnx model.onnx --out start.pt
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from training.cross_encoder.model import CrossEncoder


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--onnx", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    graph = onnx.load(args.onnx).graph
    stored = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    state = CrossEncoder(args.base).state_dict()

    def whole(name: str) -> np.ndarray:
        offset = stored[f"{name}_zero_point"].astype(np.float32)
        return (stored[f"{name}_quantized"].astype(np.float32) - offset) * stored[f"{name}_scale"]

    found = {name: value for name, value in stored.items() if name in state}
    found |= {
        name.removesuffix("_quantized"): whole(name.removesuffix("_quantized"))
        for name in stored
        if name.endswith(".weight_quantized") and name.removesuffix("_quantized") in state
    }
    for node in graph.node:
        if node.op_type == "MatMulInteger" and not node.input[1].startswith("head"):
            place = ".".join(node.name.strip("/").split("/")[:-1]) + ".weight"
            found[place] = whole(node.input[1].removesuffix("_quantized")).T
    missing = state.keys() - found.keys()
    if missing:
        parser.error(f"not in {args.onnx}: {', '.join(sorted(missing))}")
    torch.save({name: torch.tensor(np.array(found[name])).reshape(state[name].shape) for name in state}, args.out)


if __name__ == "__main__":
    main()
