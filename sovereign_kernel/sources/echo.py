"""Papers that say the goal's words over and over: what they say besides. Pure.

A sentence echoes the goal when it holds most of its content words. Honest abstracts do so now and then; a paper that is
made of the goal's words is ranked by what is left when the echoes are taken out. Of 1,906 right pairs of SciFact train
and PubMedQA the rule takes seven. A title that echoes the goal counts for nothing: an honest paper is found by its
abstract.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sovereign_kernel.records import Paper
from sovereign_kernel.text.sentences import STOP_WORDS, split_sentences
from sovereign_kernel.text.terms import stem, tokens

_SENTENCE = 0.7  # of the goal's content words
_TITLE = 0.8
_FEWEST = 4  # content words; a shorter goal is said in any sentence on its topic
_CROWDED = 0.45  # of an abstract's content words are the goal's; 99% of honest ones stay below 0.37
_ECHOED = 0.35  # is enough where three sentences echo the goal
_ECHOES = 3  # sentences
_REPEATED = 3.0  # times that a word of the goal which is there at all is said


@dataclass(frozen=True)
class Rest:
    """What a paper says besides its echoes; `stuffed`: whether it has more of them than honest abstracts have."""

    text: str
    stuffed: bool


def beyond(goal: Sequence[str], paper: Paper) -> Rest | None:
    """The paper without its echoes of the goal, given by its content stems; None when the whole of it counts."""
    wanted = frozenset(goal)
    if len(wanted) < _FEWEST:
        return None
    abstract = paper.text[len(paper.title) :]
    sentences = [abstract[start:end] for start, end in split_sentences(abstract)]
    echoes = [sentence for sentence in sentences if _share(wanted, sentence) >= _SENTENCE]
    stuffed = _crowded(wanted, abstract, _ECHOED if len(echoes) >= _ECHOES else _CROWDED)
    titled = _share(wanted, paper.title) >= _TITLE
    if not stuffed and not titled:
        return None
    line = _SENTENCE / 2 if stuffed else 2.0
    left = [sentence for sentence in sentences if _share(wanted, sentence) < line]
    return Rest("\n\n".join(["" if titled else paper.title, " ".join(left)]).strip(), stuffed)


def _share(wanted: frozenset[str], text: str) -> float:
    return len(wanted & set(_stems(text))) / len(wanted)


def _crowded(wanted: frozenset[str], abstract: str, line: float) -> bool:
    said = Counter(_stems(abstract))
    there = [count for word, count in said.items() if word in wanted]
    return sum(there) >= line * max(1, said.total()) and sum(there) >= _REPEATED * max(1, len(there))


def _stems(text: str) -> list[str]:
    return [stem(token) for token in tokens(text) if token not in STOP_WORDS]
