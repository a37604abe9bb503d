"""The bundled sentence encoder: all-MiniLM-L6-v2 as int8 ONNX, made by training/encoder/export.py."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from sovereign_kernel.ports import Vectors

NAME = "all-MiniLM-L6-v2, int8"
DIMENSION = 384
MAX_TOKENS = 128
"""What the model was trained on; a title and the first hundred words. The rest is not read."""

_PACKAGE = Path(__file__).resolve().parents[1]
_MODEL = _PACKAGE / "relevance" / "model" / "model.onnx"
_TOKENIZER = _PACKAGE / "verification" / "entailment" / "model" / "tokenizer.json"  # the same for both models
_REMEMBERED = 1 << 14  # texts, 1.5 kB each
_loading = Lock()


def tokenizer_file() -> Path:
    """The tokenizer, whose vocabulary is sorted by frequency."""
    return _TOKENIZER


def encode(texts: Sequence[str]) -> Vectors:
    """Unit vectors, float32, shape (len(texts), 384); zeros for a blank text. The same text has the same vector.

    One text at a time: an int8 model scales its activations over the whole batch, so that a text's vector would depend
    on its neighbours. Thread safe; vectors of the last 16,384 texts are remembered.
    """
    if not texts:
        return np.zeros((0, DIMENSION), np.float32)
    return np.stack([_vector(text) for text in texts])


@lru_cache(maxsize=_REMEMBERED)
def _vector(text: str) -> Vectors:
    if not text.strip():
        return np.zeros(DIMENSION, np.float32)
    with _loading:  # the first caller loads; tokenizer and session are safe to share
        tokenizer, session = _parts()
    encoded = tokenizer.encode(text.encode("utf-8", "replace").decode())  # lone surrogates are no text to it
    inputs = {"input_ids": encoded.ids, "attention_mask": encoded.attention_mask, "token_type_ids": encoded.type_ids}
    vector: Vectors = session.run(None, {name: np.array([ids], np.int64) for name, ids in inputs.items()})[0][0]
    vector.setflags(write=False)
    return vector


@cache
def _parts() -> tuple[Any, Any]:
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is loaded
    from onnxruntime import InferenceSession, SessionOptions
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_TOKENIZER))
    tokenizer.enable_truncation(MAX_TOKENS)
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return tokenizer, InferenceSession(str(_MODEL), options, providers=["CPUExecutionProvider"])
