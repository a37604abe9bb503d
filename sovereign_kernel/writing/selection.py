"""Which claims answer a question best, and which are near it: by meaning, then by what the kind of question needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sovereign_kernel.prose import stands_alone
from sovereign_kernel.records import Claim, Goal, Paper
from sovereign_kernel.relevance import Relevance
from sovereign_kernel.sources.terms import stems
from sovereign_kernel.writing.effects import effects_in
from sovereign_kernel.writing.naming import points_outside, with_name
from sovereign_kernel.writing.proposition import statement_of

SENTENCE, TITLED = 0.6, 0.4
"""Weights of the cosine of question and sentence, and of question and title with sentence."""

NEED = 0.08
"""What a sentence gains that has what the kind of question needs: less than the distance of two topics."""

NEAR = 0.3
"""Below this a sentence is of another topic: of sentences drawn at random from the corpus 95% are below it."""

DECIDES = 0.2
"""What a sentence gains that an entailment engine finds to decide the question's statement, for or against it."""

MATCH = 0.12
"""What a sentence gains that reports a change, in numbers, of what the question names."""

INTENT = 0.12
"""What a sentence loses that says what the authors set out to do, where a finding is wanted."""

_INTENT = re.compile(
    r"\b(?:we|this (?:paper|work|study|article|report)|the authors|our (?:paper|work|study))\s(?:\w+ly\s|also\s|first\s|then\s)?"
    r"(?:propos|present|introduc|explor|investigat|stud(?:y|ies)|develop|design|address|aim|examin|consider|focus|formulat"
    r"|build|revisit|seek|adopt|describ|discuss|review|survey)",
    re.I,
)
_EFFECT_ASKED = re.compile(
    r"\b(?:affect|change|impact|influence|reduce|improve|increase|decrease|lower|raise|effects?|help|hurt|harm|degrade|cost)\w*\b",
    re.I,
)
INTENTS_WANTED = frozenset({"survey", "define", "paper"})
Speaks = Callable[[str, Sequence[str]], Sequence[float]]
"""A statement and sentences in; how far each sentence decides it, for or against, in [0, 1], out."""

_FIGURE = re.compile(r"(?<![\w-])\d")
_NEEDS = {
    "how_much": _FIGURE,
    "compare": re.compile(
        r"\b(?:than|compared|versus|vs|outperform\w*|relative to|whereas|while|unlike|baselines?)\b", re.I
    ),
    "which": re.compile(r"\b(?:best|most|first|outperform\w*|state-of-the-art|higher|highest|lowest|top)\b", re.I),
    "why": re.compile(
        r"\b(?:because|due to|caus\w+|attribut\w+|stems?|arises?|explain\w*|driven|result\w* from|since|reason)\b", re.I
    ),
    "how": re.compile(r"\b(?:by \w+ing|through|via|using|mechanism|because|enabl\w+)\b", re.I),
    "conditions": re.compile(
        r"\b(?:when|if|only|under|unless|depends?|whereas|however|but|as long as|except|fail\w*|not)\b", re.I
    ),
    "whether": re.compile(
        r"\b(?:show\w*|find\w*|found|reveal\w*|demonstrat\w+|not|no|improv\w+|reduc\w+|increas\w+|degrad\w+|harm\w*)\b",
        re.I,
    ),
}


@dataclass(frozen=True)
class Ranked:
    """A claim, how near it is to the question (about -0.2 to 1), and its sentence made fit to stand by itself."""

    claim: Claim
    score: float
    text: str


def asks_for_effect(goal: Goal) -> bool:
    """Whether the question wants to know what something does to something else, and by how much."""
    return goal.kind in ("how_much", "whether", "compare") or (
        goal.kind in ("how", "conditions", "survey", "which") and bool(_EFFECT_ASKED.search(goal.question))
    )


def near_to(goal: Goal, sentences: Sequence[str], titles: Sequence[str], speaks: Speaks | None = None) -> list[float]:
    """How near each sentence, under its paper's title, is to the question; with the gain of what its kind needs and of
    what speaks for or against the question's statement, and the loss of what says only what was intended."""
    relevance = Relevance(goal.question)
    alone = relevance.of(sentences)
    titled = relevance.of([f"{title}. {sentence}" for title, sentence in zip(titles, sentences, strict=True)])
    statement = statement_of(goal.question)
    said = speaks(statement, sentences) if speaks and statement else [0.0] * len(sentences)
    return [
        SENTENCE * float(one) + TITLED * float(two) + DECIDES * decided + _need(goal, sentence)
        for one, two, decided, sentence in zip(alone, titled, said, sentences, strict=True)
    ]


def _need(goal: Goal, sentence: str) -> float:
    need = _NEEDS.get(goal.kind)
    gain = NEED * bool(need and need.search(sentence))
    changed = [effect for effect in effects_in(sentence) if effect.direction]
    changes = bool(changed)
    if asks_for_effect(goal):
        asked = set(stems(goal.question))
        gain += NEED * changes + MATCH * any(asked.intersection(stems(effect.measure)) for effect in changed)
    return gain - INTENT * (goal.kind not in INTENTS_WANTED and not changes and bool(_INTENT.search(sentence)))


def ranked(
    goal: Goal, claims: Sequence[Claim], papers: Sequence[Paper], speaks: Speaks | None = None
) -> tuple[Ranked, ...]:
    """The claims, nearest first. What cannot stand by itself comes after what can."""
    titles = {paper.id: paper.title for paper in papers}
    texts = [with_name(claim.text, titles.get(claim.paper_id, "")) for claim in claims]
    scores = near_to(goal, texts, [titles.get(claim.paper_id, "") for claim in claims], speaks)
    found = [
        Ranked(claim, round(score * (0.6 + 0.4 * stands_alone(text)) * (0.7 if points_outside(text) else 1.0), 4), text)
        for claim, score, text in zip(claims, scores, texts, strict=True)
    ]
    return tuple(sorted(found, key=lambda entry: (-entry.score, entry.claim.id)))


def one_a_paper(entries: Sequence[Ranked], limit: int) -> list[Ranked]:
    """The first of each paper, at most `limit`."""
    best: dict[str, Ranked] = {}
    for entry in entries:
        best.setdefault(entry.claim.paper_id, entry)
    return list(best.values())[:limit]
