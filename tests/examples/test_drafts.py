"""The drafts of examples/ are what their folders say."""

from __future__ import annotations

from pathlib import Path

import pytest

from sovereign_kernel.audit import audit
from sovereign_kernel.runs import RunFolder, load_draft

DRAFTS = sorted(path for path in (Path(__file__).parents[2] / "examples" / "drafts").iterdir() if path.is_dir())
# Computed by a model in int8, whose arithmetic differs a little from processor to processor.
OF_THIS_PROCESSOR = {"signals", "verdicts"}


@pytest.mark.parametrize("folder", DRAFTS, ids=lambda folder: folder.name)
def test_a_draft_holds(folder: Path) -> None:
    broken = [found for found in audit(folder).findings if not found.holds and found.name not in OF_THIS_PROCESSOR]
    assert broken == []


@pytest.mark.parametrize("folder", DRAFTS, ids=lambda folder: folder.name)
def test_a_draft_found_the_paper_that_it_is_about(folder: Path) -> None:
    draft = load_draft(RunFolder.open(folder))
    assert "2604.23996" in {paper.id for paper in draft.papers}
    assert draft.decision.policy == "OWNER_REVIEW" and draft.coverage.uncovered
