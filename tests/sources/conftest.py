"""The embedded corpus, indexed once for all workers: they share the home that the tests live in."""

import os
from pathlib import Path

import pytest

from sovereign_kernel.sources.corpus import CorpusSource


@pytest.fixture(scope="session")
def embedded() -> CorpusSource:
    return CorpusSource(None, Path(os.environ["XDG_CACHE_HOME"]) / "sovereign-kernel")
