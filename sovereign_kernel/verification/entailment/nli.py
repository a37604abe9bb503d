"""The NLI model that the owner names: an ONNX folder, a transformers folder, or a name that is then downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from sovereign_kernel.errors import BadInput
from sovereign_kernel.ports import Entailment, EntailmentEngine, EntailmentPair
from sovereign_kernel.verification.entailment.labels import Labels, read_labels
from sovereign_kernel.verification.entailment.onnx import OnnxEntailment
from sovereign_kernel.verification.entailment.scoring import Logits, judge_in_batches

MAX_TOKENS = 320


def nli_engine(name: str) -> EntailmentEngine:
    """The engine for `name`, a folder or a model's name. Raises BadInput when there is none, or no NLI in it."""
    folder = Path(name).expanduser()
    if (folder / "model.onnx").is_file():
        return OnnxEntailment(folder, name, MAX_TOKENS)
    if folder.is_dir() and not (folder / "config.json").is_file():
        raise BadInput(f"{name} holds neither model.onnx nor config.json", help="name the folder of an NLI model")
    if not folder.is_dir() and (folder.is_absolute() or name.startswith((".", "~"))):
        raise BadInput(f"there is no folder {name}", help="name the folder of an NLI model, or a model's name")
    return TransformersEntailment(name)


class TransformersEntailment:
    """A sequence-classification model of the transformers library. Loads (and downloads) at the first judgement."""

    def __init__(self, name: str, max_tokens: int = MAX_TOKENS) -> None:
        self.name = name
        self._max_tokens = max_tokens
        self._using = Lock()

    def judge(self, pairs: Sequence[EntailmentPair]) -> tuple[Entailment, ...]:
        """One answer a pair, in order. Raises BadInput when the library or the model is missing, or is no NLI model."""
        with self._using:
            return judge_in_batches(pairs, self.labels, self._score) if pairs else ()

    @cached_property
    def labels(self) -> Labels:
        return read_labels(self._model.config.to_dict(), self.name)

    def _score(self, texts: Sequence[tuple[str, str]]) -> Logits:
        import torch

        tokenizer, model = self._loaded
        batch = tokenizer(
            [premise for premise, _ in texts],
            [hypothesis for _, hypothesis in texts],
            padding=True,
            truncation=True,
            max_length=self._max_tokens,
            return_tensors="pt",
        )
        with torch.inference_mode():
            return np.asarray(model(**batch).logits.float().numpy(), dtype=np.float32)

    @property
    def _model(self) -> Any:
        return self._loaded[1]

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        try:
            import torch  # noqa: F401
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as exc:
            raise BadInput(
                f"the NLI model {self.name} needs transformers and torch", help='pip install "sovereign-kernel[nli]"'
            ) from exc
        try:
            tokenizer = AutoTokenizer.from_pretrained(self.name)
            model = AutoModelForSequenceClassification.from_pretrained(self.name)
        except (OSError, ValueError) as exc:
            raise BadInput(
                f"the NLI model {self.name} cannot be loaded: {exc}", help="check the name, the network or the folder"
            ) from exc
        return tokenizer, model.eval()
