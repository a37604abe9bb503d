"""An ONNX folder as NLI model: a real model file, a real tokenizer, the real runtime."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.errors import BadInput
from sovereign_kernel.ports import EntailmentPair
from sovereign_kernel.records import Probabilities
from sovereign_kernel.verification.entailment import nli_engine
from sovereign_kernel.verification.entailment.labels import Labels
from sovereign_kernel.verification.entailment.onnx import OnnxEntailment
from sovereign_kernel.verification.entailment.scoring import judge_in_batches
from tests.entailment.tiny import make_folder

EVIDENCE = ("The sky is blue.", "It never rains.")


def verdict(probabilities: Probabilities | None) -> str:
    assert probabilities is not None
    shares = probabilities.model_dump()
    assert sum(shares.values()) == pytest.approx(1)
    return max(shares, key=shares.__getitem__)


@pytest.mark.parametrize(
    "labels",
    [
        ("entailment", "contradiction", "neutral"),
        ("CONTRADICTION", "NEUTRAL", "ENTAILMENT"),
        ("Neutral", "Entailment", "Contradiction"),
    ],
)
@pytest.mark.parametrize("types", [True, False])
def test_labels_are_read_from_the_configuration(tmp_path: Path, labels: tuple[str, ...], types: bool) -> None:
    engine = nli_engine(str(make_folder(tmp_path, labels, types=types)))
    said = engine.judge([EntailmentPair(word, EVIDENCE) for word in ("yes", "no", "perhaps")])
    assert [verdict(entailment.probabilities) for entailment in said] == ["SUPPORTED", "REFUTED", "NOT_ENOUGH_INFO"]
    assert all(entailment.evidence == (0, 1) for entailment in said)


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        (("LABEL_0", "LABEL_1", "LABEL_2"), "only numbered"),
        (("entailment", "not_entailment", "neutral"), "its labels are"),
        (("entailment", "neutral"), "its labels are"),
        (("positive", "negative", "neutral"), "its labels are"),
    ],
)
def test_other_classifiers_are_refused_with_the_mend(tmp_path: Path, labels: tuple[str, ...], why: str) -> None:
    with pytest.raises(BadInput, match=why) as refused:
        nli_engine(str(make_folder(tmp_path, labels)))
    assert "id2label" in refused.value.help


def test_answers_keep_the_order_over_many_batches(tmp_path: Path) -> None:
    engine = OnnxEntailment(make_folder(tmp_path))
    words = [("yes", "no", "perhaps")[i % 3] for i in range(100)]
    pairs = [EntailmentPair(f"{word} {'so ' * (i % 7)}", EVIDENCE * (i % 4 + 1)) for i, word in enumerate(words)]
    said = [verdict(entailment.probabilities) for entailment in engine.judge(pairs)]
    assert said == [{"yes": "SUPPORTED", "no": "REFUTED", "perhaps": "NOT_ENOUGH_INFO"}[word] for word in words]
    assert engine.judge([]) == ()


def test_a_long_source_is_cut_and_the_claim_is_still_read(tmp_path: Path) -> None:
    engine = OnnxEntailment(make_folder(tmp_path))
    (said,) = engine.judge([EntailmentPair("no", ("blue " * 20_000,))])
    assert verdict(said.probabilities) == "REFUTED"


def test_many_threads_share_one_engine(tmp_path: Path) -> None:
    engine = OnnxEntailment(make_folder(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: engine.judge([EntailmentPair("no", EVIDENCE)]), range(32)))
    assert {verdict(said.probabilities) for (said,) in answers} == {"REFUTED"}


@pytest.mark.parametrize(
    "pair", [EntailmentPair("", EVIDENCE), EntailmentPair("yes", ()), EntailmentPair("yes", (" ",))]
)
def test_it_abstains_where_there_is_nothing_to_judge(tmp_path: Path, pair: EntailmentPair) -> None:
    (said,) = OnnxEntailment(make_folder(tmp_path)).judge([pair])
    assert said.probabilities is None and said.reason


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: (folder / "tokenizer.json").unlink(), "lacks tokenizer.json"),
        (lambda folder: (folder / "config.json").write_text("[]"), "no JSON object"),
        (lambda folder: (folder / "config.json").write_text("{"), "cannot be read"),
        (lambda folder: (folder / "config.json").write_text(json.dumps({"hidden_size": 3})), "names no labels"),
    ],
)
def test_a_broken_folder_is_refused_at_once(tmp_path: Path, spoil: Callable[[Path], object], why: str) -> None:
    spoil(make_folder(tmp_path))
    with pytest.raises(BadInput, match=why):
        nli_engine(str(tmp_path))


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_a_damaged_file_is_told_at_the_first_judgement(tmp_path: Path, file: str) -> None:
    (make_folder(tmp_path) / file).write_bytes(b"\x00damaged")
    engine = nli_engine(str(tmp_path))
    with pytest.raises(BadInput, match="cannot be"):
        engine.judge([EntailmentPair("yes", EVIDENCE)])


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere/at/all", "~/nowhere"])
def test_a_missing_folder_is_no_name_to_download(name: str) -> None:
    with pytest.raises(BadInput, match="there is no folder"):
        nli_engine(name)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="neither"):
        nli_engine(str(tmp_path))


@given(st.lists(st.tuples(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3)), max_size=40))
def test_every_pair_gets_its_own_answer(texts: list[tuple[str, list[str]]]) -> None:
    pairs = [EntailmentPair(claim, tuple(evidence)) for claim, evidence in texts]

    def by_length(batch: list[tuple[str, str]]) -> np.ndarray:
        return np.array([[float(len(claim)), 0.0, float(len(premise))] for premise, claim in batch], dtype=np.float32)

    said = judge_in_batches(pairs, Labels(0, 1, 2, 3), by_length)
    assert len(said) == len(pairs)
    for pair, entailment in zip(pairs, said, strict=True):
        p = entailment.probabilities
        if p is None:
            assert not pair.claim.strip() or not any(text.strip() for text in pair.evidence)
        else:
            assert (p.SUPPORTED > p.NOT_ENOUGH_INFO) == (len(pair.claim) > len(" ".join(pair.evidence)))


def test_a_figure_that_is_no_number_is_an_abstention() -> None:
    broken = judge_in_batches(
        [EntailmentPair("yes", EVIDENCE)],
        Labels(0, 1, 2, 3),
        lambda batch: np.full((len(batch), 3), np.nan, dtype=np.float32),
    )
    assert broken[0].probabilities is None
