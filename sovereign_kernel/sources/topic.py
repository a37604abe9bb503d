"""Whether a paper speaks to the goal at all, or shares only common words with it. Pure."""

from __future__ import annotations

from sovereign_kernel.records import Paper
from sovereign_kernel.sources.lexicon import Lexicon
from sovereign_kernel.sources.terms import stems

LINE = 0.2


class Topic:
    """The goal's content words, each weighing its inverse document frequency in the corpus."""

    def __init__(self, goal: str, lexicon: Lexicon) -> None:
        self._weights = {stem: lexicon.idf(stem) for stem in stems(goal)}

    def share(self, paper: Paper) -> float:
        """The part of the goal's weight whose words stand in the paper, in [0, 1]; 1 for a goal without content words."""
        total = sum(self._weights.values())
        said = set(stems(paper.text))
        return sum(weight for stem, weight in self._weights.items() if stem in said) / total if total else 1.0

    def objection(self, paper: Paper) -> str | None:
        """Why the paper is off the goal's topic; None when it is not."""
        share = self.share(paper)
        return (
            None if share >= LINE else f"speaks to {share:.0%} of the goal's words by weight; {LINE:.0%} is the least"
        )
