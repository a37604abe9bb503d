"""A small corpus, and settings that keep a run within its own folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parents[1] / "data" / "small_corpus.jsonl"
GOAL = "How does sparse mixture-of-experts change the inference cost of vision-language models at equal accuracy?"


@pytest.fixture
def options(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Settings for a run on the small corpus without a model; `more` goes over them."""

    def make(**more: Any) -> dict[str, Any]:
        own = {"source": "corpus", "provider": "none", "corpus": CORPUS, "cache_dir": tmp_path / "cache"}
        return own | {"out": tmp_path / "run"} | more

    return make
