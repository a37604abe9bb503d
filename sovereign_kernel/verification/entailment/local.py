"""The bundled cross-encoder, where there is one; docs/cross-encoder.md is its card."""

from __future__ import annotations

from pathlib import Path

from sovereign_kernel.ports import EntailmentEngine

NAME = "local/sovereign-cross-encoder"
FOLDER = Path(__file__).parent / "model"


def default_engine() -> EntailmentEngine | None:
    """The bundled engine; None when the installation ships without it. Loads nothing before its first judgement."""
    if not (FOLDER / "model.onnx").is_file():
        return None
    from sovereign_kernel.verification.entailment.onnx import OnnxEntailment

    return OnnxEntailment(FOLDER, NAME)
