"""A real ONNX classifier, made in the test: each word votes by its row in a table, and the votes are added up."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

VOTES = {
    "yes": (3.0, 0.0, 0.0),
    "no": (0.0, 3.0, 0.0),
    "perhaps": (0.0, 0.0, 3.0),
}  # entailment, contradiction, neutral
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
ORDER = ("entailment", "contradiction", "neutral")


def make_folder(folder: Path, labels: tuple[str, ...] = ORDER, *, types: bool = True) -> Path:
    """model.onnx, tokenizer.json and config.json; the model's outputs stand in the order of `labels`."""
    folder.mkdir(parents=True, exist_ok=True)
    words = [*SPECIAL, *VOTES]
    order = [
        next((i for i, name in enumerate(ORDER) if label.lower().startswith(name[:7])), at)
        for at, label in enumerate(labels)
    ]
    table = np.array([[VOTES.get(word, (0.0, 0.0, 0.0))[i] for i in order] for word in words], dtype=np.float32)
    onnx.save(_graph(table, types), folder / "model.onnx")
    make_tokenizer(words).save(str(folder / "tokenizer.json"))
    config = {"id2label": {str(at): label for at, label in enumerate(labels)}, "pad_token_id": 0}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return folder


def make_tokenizer(words: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def _graph(table: np.ndarray, types: bool) -> onnx.ModelProto:
    """Sum over the tokens of the second text, the claim, of their rows; without `types`, over all tokens."""
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if types else [])]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in names]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Mul", ["attention_mask", "token_type_ids" if types else "attention_mask"], ["own"]),
        helper.make_node("Cast", ["own"], ["weight"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["weight", "last"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], ["votes"]),
        helper.make_node("ReduceSum", ["votes", "middle"], ["logits"], keepdims=0),
    ]
    fixed = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([2], dtype=np.int64), "last"),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "middle"),
    ]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", table.shape[1]])
    graph = helper.make_graph(nodes, "votes", inputs, [output], fixed)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
