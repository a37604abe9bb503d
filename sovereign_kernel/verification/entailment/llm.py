"""Entailment by the configured language model: one call for claims that share a paper, every answer checked.

A judgement that names a claim or a sentence that was not asked about is no judgement: the engine abstains on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sovereign_kernel.errors import BadAnswer
from sovereign_kernel.ports import ChatModel, Entailment, EntailmentPair
from sovereign_kernel.records import Probabilities, Verdict
from sovereign_kernel.text.prompts import PromptTemplate, load_prompt

PURPOSE = "entailment"
BATCH = 12  # claims in one question; more, and models begin to skip some
SIDE_BY_SIDE = 4  # questions; the model's own limiter paces them
ABSTENTIONS = (
    "the model's answer was unusable",
    "the model passed over the claim",
    "the model gave two verdicts",
    "the model cited ",
)
"""How the reasons begin for which the model's word on a claim does not count."""
CERTAINTY = 0.8  # what a model's word is taken to mean; the combiner weighs it against the signals


class Judgement(BaseModel):
    """What the model says of one claim. The order of the fields is the order of thought: reason before verdict."""

    model_config = ConfigDict(frozen=True)

    claim: int = Field(description="the claim's number")
    reason: str = Field(description="one or two sentences: the words that decide")
    sentences: tuple[int, ...] = Field(description="numbers of the sentences that decide")
    verdict: Verdict


class Judgements(BaseModel):
    model_config = ConfigDict(frozen=True)

    judgements: tuple[Judgement, ...]


class ModelEntailment:
    """Thread safe as its model is. Raises what the model raises, save BadAnswer: then it abstains on that question."""

    def __init__(self, model: ChatModel) -> None:
        self.name = f"{model.provider}/{model.model}"
        self._model = model

    def judge(self, pairs: Sequence[EntailmentPair]) -> tuple[Entailment, ...]:
        """One answer a pair, in order."""
        questions = [part for paper in same_paper(pairs) for part in _parts(paper)]
        found: dict[int, Entailment] = {}
        with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
            for places, answers in zip(
                questions, pool.map(lambda q: self._ask([pairs[i] for i in q]), questions), strict=True
            ):
                found.update(zip(places, answers, strict=True))
        return tuple(found[place] for place in range(len(pairs)))

    def _ask(self, pairs: Sequence[EntailmentPair]) -> list[Entailment]:
        numbers = {
            text: place for place, text in enumerate(dict.fromkeys(t for pair in pairs for t in pair.evidence), 1)
        }
        prompt = _template().fill(
            sentences={str(number): text for text, number in numbers.items()},
            claims=[
                {"claim": place, "text": pair.claim, "sentences": [numbers[text] for text in pair.evidence]}
                for place, pair in enumerate(pairs, 1)
            ],
        )
        try:
            said = self._model.ask(PURPOSE, prompt, Judgements).judgements
        except BadAnswer:
            return [_abstain("the model's answer was unusable") for _ in pairs]
        return [read(pair, place, said, numbers) for place, pair in enumerate(pairs, 1)]


def read(pair: EntailmentPair, place: int, said: Sequence[Judgement], numbers: dict[str, int]) -> Entailment:
    """The judgement of claim `place`, checked against the sentences that it was given. Pure."""
    own = [judgement for judgement in said if judgement.claim == place]
    if not own:
        return _abstain("the model passed over the claim")
    if len({judgement.verdict for judgement in own}) > 1:
        return _abstain("the model gave two verdicts")
    judgement = own[0]
    given = {numbers[text]: index for index, text in reversed(list(enumerate(pair.evidence)))}
    unknown = [number for number in judgement.sentences if number not in given]
    if unknown:
        return _abstain(f"the model cited a sentence that the claim was not given: {unknown[0]}")
    if judgement.verdict != "NOT_ENOUGH_INFO" and not judgement.sentences:
        return _abstain("the model cited no sentence")
    evidence = tuple(sorted({given[number] for number in judgement.sentences}))
    return Entailment(believed(judgement.verdict), evidence, judgement.reason)


def same_paper(pairs: Sequence[EntailmentPair]) -> list[list[int]]:
    """Places of the pairs, in groups that share evidence sentences, directly or through others: claims on one paper."""
    group_of: dict[str, list[int]] = {}
    groups: list[list[int]] = []
    for place, pair in enumerate(pairs):
        joined = [place]
        for group in {id(group_of[text]): group_of[text] for text in pair.evidence if text in group_of}.values():
            joined = group + joined
            groups.remove(group)
        groups.append(joined)
        group_of.update((text, joined) for member in joined for text in pairs[member].evidence)
    return [sorted(group) for group in groups]


def _parts(places: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(places), BATCH):
        yield places[start : start + BATCH]


def believed(verdict: Verdict) -> Probabilities:
    rest = (1 - CERTAINTY) / 2
    return Probabilities(**{name: CERTAINTY if name == verdict else rest for name in Probabilities.model_fields})


def _abstain(reason: str) -> Entailment:
    return Entailment(None, (), reason)


@cache
def _template() -> PromptTemplate:
    with resources.as_file(resources.files(__package__) / "llm_prompt.md") as path:
        return load_prompt(Path(path))
