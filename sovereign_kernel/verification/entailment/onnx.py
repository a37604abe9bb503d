"""An NLI classifier as ONNX: model.onnx, tokenizer.json and config.json in one folder, one thread, on the processor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from sovereign_kernel.errors import BadInput
from sovereign_kernel.ports import Entailment, EntailmentPair
from sovereign_kernel.verification.entailment.labels import read_labels
from sovereign_kernel.verification.entailment.scoring import Logits, judge_in_batches

FILES = ("model.onnx", "tokenizer.json", "config.json")
MAX_TOKENS = 160  # claim and evidence; of what is longer, the longer of the two is cut
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class OnnxEntailment:
    """Loads at the first judgement. Thread safe. Raises BadInput when the folder holds no NLI model."""

    def __init__(self, folder: Path, name: str | None = None, max_tokens: int = MAX_TOKENS) -> None:
        self.name = name or folder.name
        self._folder = folder
        self._max_tokens = max_tokens
        self._loading = Lock()
        missing = [file for file in FILES if not (folder / file).is_file()]
        if missing:
            raise BadInput(
                f"{folder} lacks {', '.join(missing)}", help=f"an ONNX NLI model is a folder with {', '.join(FILES)}"
            )
        self.labels = read_labels(_json(folder / "config.json"), self.name)

    def judge(self, pairs: Sequence[EntailmentPair]) -> tuple[Entailment, ...]:
        """One answer a pair, in order; the evidence of an answer is all that was read.

        One pair at a time: an int8 model scales its activations over the whole batch, so that a pair's figure would
        depend on its neighbours (by up to 0.14, measured); and on one thread batches are slower, not faster.
        """
        return judge_in_batches(pairs, self.labels, self._score, batch=1)

    def _score(self, texts: Sequence[tuple[str, str]]) -> Logits:
        with self._loading:  # the first caller loads; the model itself is safe to share
            tokenizer, session = self._tokenizer, self._session
        encodings = tokenizer.encode_batch(list(texts))
        columns = {
            "input_ids": [e.ids for e in encodings],
            "attention_mask": [e.attention_mask for e in encodings],
            "token_type_ids": [e.type_ids for e in encodings],
        }
        wanted = {entry.name for entry in session.get_inputs()}
        logits = session.run(
            None, {name: np.array(columns[name], dtype=np.int64) for name in INPUTS if name in wanted}
        )[0]
        if logits.shape != (len(texts), self.labels.total):
            raise BadInput(
                f"{self.name} gave logits of shape {logits.shape} for {len(texts)} pairs",
                help="it is no NLI classifier",
            )
        return np.asarray(logits, dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as exc:  # tokenizers raises nothing narrower
            raise BadInput(
                f"{self._folder / 'tokenizer.json'} cannot be read: {exc}", help="export the tokenizer again"
            ) from exc
        tokenizer.enable_truncation(self._max_tokens, strategy="longest_first")
        pad = _json(self._folder / "config.json").get("pad_token_id") or 0
        tokenizer.enable_padding(pad_id=pad, pad_token=tokenizer.id_to_token(pad) or "[PAD]")
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        from onnxruntime import InferenceSession, SessionOptions
        from onnxruntime.capi import onnxruntime_pybind11_state as onnx_errors

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        broken = (onnx_errors.Fail, onnx_errors.InvalidProtobuf, onnx_errors.InvalidGraph, onnx_errors.NotImplemented)
        try:
            session = InferenceSession(str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        except broken as exc:
            raise BadInput(
                f"{self._folder / 'model.onnx'} cannot be loaded: {exc}", help="export the model again"
            ) from exc
        odd = [entry.name for entry in session.get_inputs() if entry.name not in INPUTS]
        if odd:
            raise BadInput(f"{self.name} wants inputs {', '.join(odd)}", help=f"only {', '.join(INPUTS)} are known")
        return session


def _json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as exc:
        raise BadInput(f"{path} cannot be read: {exc}", help="it must be a JSON object") from exc
    if not isinstance(read, dict):
        raise BadInput(f"{path} holds no JSON object", help="it must be a model's configuration")
    return read
