"""The bundled cross-encoder as it ships."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from sovereign_kernel.ports import EntailmentEngine, EntailmentPair
from sovereign_kernel.verification.entailment import default_engine
from sovereign_kernel.verification.entailment.local import FOLDER

ROOT = Path(__file__).parents[2]
EVIDENCE = ("GateNet outperforms the dense baseline by 3.2 points on ImageNet.",)


@pytest.fixture(scope="module")
def engine() -> EntailmentEngine:
    found = default_engine()
    assert found is not None
    return found


def support(engine: EntailmentEngine, *claims: str) -> list[float]:
    said = engine.judge([EntailmentPair(claim, EVIDENCE) for claim in claims])
    return [entailment.probabilities.SUPPORTED for entailment in said if entailment.probabilities is not None]


@pytest.mark.parametrize(
    "false",
    [
        "GateNet outperforms the dense baseline by 9.7 points on ImageNet.",
        "GateNet does not outperform the dense baseline on ImageNet.",
        "Tax law has changed in Norway.",
    ],
)
def test_a_copy_is_told_from_an_edited_copy_and_from_another_matter(engine: EntailmentEngine, false: str) -> None:
    true, other = support(engine, EVIDENCE[0], false)
    assert true > 0.5 > other


def test_a_figure_does_not_depend_on_its_neighbours(engine: EntailmentEngine) -> None:
    claims = ["GateNet needs 12 GB of memory.", "GateNet wins.", "It is " + "very " * 50 + "large."]
    together = support(engine, *claims, *reversed(claims))
    assert together == together[::-1] == [support(engine, claim)[0] for claim in [*claims, *reversed(claims)]]


def test_it_is_small_and_its_card_is_about_this_file() -> None:
    model = FOLDER / "model.onnx"
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 25_000_000
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    card = (ROOT / "docs" / "cross-encoder.md").read_text("utf-8")
    assert digest in card and f"{model.stat().st_size:,} bytes" in card


def test_nothing_heavy_loads_before_the_first_judgement() -> None:
    code = (
        "import sys; from sovereign_kernel.verification.entailment import default_engine; assert default_engine();"
        "assert not {'onnxruntime', 'tokenizers', 'torch', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=120)
