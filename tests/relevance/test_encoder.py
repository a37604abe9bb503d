"""The bundled sentence encoder: what its vectors promise, what it costs, and that it phones nobody."""

import os
import subprocess
import sys

import numpy as np
import pytest

from sovereign_kernel.relevance import DIMENSION, Relevance, encode

NEAR = "Four-bit weights cost language models about two points of accuracy."
FAR = "Sourdough rises for twelve hours at room temperature."


def test_vectors_are_unit_and_blank_texts_zero() -> None:
    vectors = encode([NEAR, FAR, "", " \n"])
    assert vectors.shape == (4, DIMENSION) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0, 0], abs=1e-5)


def test_no_texts_have_no_vectors() -> None:
    assert encode([]).shape == (0, DIMENSION)


def test_a_texts_vector_does_not_depend_on_its_neighbours() -> None:
    assert np.array_equal(encode([NEAR, FAR])[0], encode([NEAR])[0])


def test_what_means_the_same_is_nearer() -> None:
    near, far = Relevance("How much accuracy does quantization cost?").of([NEAR, FAR])
    assert near > 0.3 > far


@pytest.mark.parametrize("text", ["a" * 100_000, "\ud800 lone", "視覚", "\x00\x01", "word " * 5_000])
def test_any_text_has_a_vector(text: str) -> None:
    assert np.isfinite(encode([text])).all()


def test_importing_it_loads_no_model_and_loading_it_turns_telemetry_off() -> None:
    code = (
        "import os, sys; from sovereign_kernel.relevance import encode; assert 'onnxruntime' not in sys.modules;"
        "encode(['a']); assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'; print('onnxruntime' in sys.modules)"
    )
    bare = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=bare, check=True)
    assert done.stdout.strip() == "True"
