"""The language model that a bench is told to ask: its options, and the kernel's own toolkit and engine for it."""

from __future__ import annotations

import argparse

from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.ports import EntailmentEngine
from sovereign_kernel.settings import Settings
from sovereign_kernel.verification.entailment import ModelEntailment


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--provider", choices=("nim", "openai", "none"), default="none", help="ask a language model too"
    )
    parser.add_argument("--model")
    parser.add_argument("--base-url")


def toolkit(args: argparse.Namespace) -> Toolkit:
    chosen = {"provider": args.provider, "model": args.model, "base_url": args.base_url, "source": "corpus"}
    patient = {"model_timeout": 900.0, "model_patience": 3600.0}  # a small machine answers four questions side by side
    return Toolkit.open(Settings(**patient, **{name: value for name, value in chosen.items() if value is not None}))


def engine(tools: Toolkit) -> EntailmentEngine | None:
    """The configured model as an entailment engine; None without one."""
    model = tools.chat("entailment")
    return None if model is None else ModelEntailment(model)
