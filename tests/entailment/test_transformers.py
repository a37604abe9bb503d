"""The same through transformers, with a small random model made here; without the extra, the way to it is told."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from sovereign_kernel.errors import BadInput
from sovereign_kernel.ports import EntailmentPair
from sovereign_kernel.verification.entailment import nli_engine
from tests.entailment.tiny import SPECIAL, make_tokenizer

PAIRS = [EntailmentPair("A beats B.", ("B beats A.",)), EntailmentPair("", ("B beats A.",))]
INSTALLED = all(importlib.util.find_spec(name) for name in ("torch", "transformers"))
needs_transformers = pytest.mark.skipif(not INSTALLED, reason="the extra [nli] (transformers, torch) is not installed")


@pytest.mark.skipif(INSTALLED, reason="transformers is installed")
def test_without_the_extra_the_mend_is_named() -> None:
    engine = nli_engine("some-owner/some-nli-model")
    assert engine.judge([]) == (), "nothing is loaded before it is needed"
    with pytest.raises(BadInput, match="transformers") as refused:
        engine.judge(PAIRS)
    assert "[nli]" in refused.value.help


@needs_transformers
def test_a_folder_of_transformers_judges(tmp_path: Path) -> None:
    said = nli_engine(str(make_model(tmp_path, {0: "CONTRADICTION", 1: "neutral", 2: "Entailment"}))).judge(PAIRS)
    assert said[0].probabilities is not None and said[1].probabilities is None
    assert sum(said[0].probabilities.model_dump().values()) == pytest.approx(1)


@needs_transformers
def test_numbered_labels_are_refused(tmp_path: Path) -> None:
    engine = nli_engine(str(make_model(tmp_path, {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"})))
    with pytest.raises(BadInput, match="only numbered"):
        engine.judge(PAIRS)


def make_model(folder: Path, labels: dict[int, str]) -> Path:
    from transformers import BertConfig, BertForSequenceClassification

    words = [*SPECIAL, "A", "B", "beats", "."]
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = BertConfig(vocab_size=len(words), id2label=labels, label2id={v: k for k, v in labels.items()}, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    make_tokenizer(words).save(str(folder / "tokenizer.json"))
    kind = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(kind), "utf-8")
    return folder
