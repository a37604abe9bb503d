"""Which claims answer a question best, and which are near it: by meaning, then by what the kind of question needs.

A sentence is chosen whatever verb it has: a mechanism, a cause, a limit or a negative result can be what is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sovereign_kernel.records import Bearing, Claim, Goal, Paper
from sovereign_kernel.relevance import Relevance
from sovereign_kernel.relevance.needs import need_met
from sovereign_kernel.text.sentence_roles import RoleProbabilities
from sovereign_kernel.text.terms import stems
from sovereign_kernel.writing.effects import effects_in
from sovereign_kernel.writing.naming import points_outside, with_name
from sovereign_kernel.writing.stance import stance_of
from sovereign_kernel.writing.standalone import stands_alone

SENTENCE, TITLED = 0.6, 0.4
"""Weights of the cosine of question and sentence, and of question and title with sentence."""

NEED = 0.08
"""What a sentence gains that has what the kind of question needs: less than the distance of two topics."""

TOLD = 0.15
"""What a sentence gains by its role: P(result) + P(method) / 2 + P(objective) / 3."""

NEAR = 0.3
"""Below this a sentence is of another topic: of sentences drawn at random from the corpus 95% are below it."""

SAYS = 0.2
"""What a sentence gains that says yes, no or both to a question of yes or no."""

MATCH = 0.12
"""What a sentence gains that reports a change, in numbers, of what the question names."""

INTENT = 0.12
"""What a sentence loses that says what the authors set out to do, or that something is not known, where a finding is
wanted."""

_INTENT = re.compile(
    r"\b(?:we|this (?:paper|work|study|article|report)|the authors|our (?:paper|work|study))\s(?:\w+ly\s|also\s"
    r"|first\s|then\s)?"
    r"(?:propos|present|introduc|explor|investigat|stud(?:y|ies)|develop|design|address|aim|examin|consider"
    r"|focus|formulat"
    r"|build|revisit|seek|adopt|describ|discuss|review|survey)"
    r"|\b(?:remains?|is|are|still) (?:largely |poorly |mostly |still |an? |not )*(?:under-?stud|under-?explor"
    r"|unexplor|unclear"
    r"|unknown|open (?:question|problem)|well understood|overlooked|unanswered)",
    re.I,
)
_EFFECT_ASKED = re.compile(
    r"\b(?:affect|change|impact|influence|reduce|improve|increase|decrease|lower|raise|effects?|help|hurt|harm"
    r"|degrade|cost)\w*\b",
    re.I,
)
INTENTS_WANTED = frozenset({"survey", "define", "paper"})


@dataclass(frozen=True)
class Ranked:
    """A claim, how near it is to the question (about -0.2 to 1.2), and its sentence made fit to stand by itself."""

    claim: Claim
    score: float
    text: str


def asks_for_effect(goal: Goal) -> bool:
    """Whether the question wants to know what something does to something else, and by how much."""
    return goal.kind in ("how_much", "whether", "compare") or (
        goal.kind in ("how", "conditions", "survey", "which") and bool(_EFFECT_ASKED.search(goal.question))
    )


def near_to(goal: Goal, sentences: Sequence[str], titles: Sequence[str]) -> list[float]:
    """How near each sentence, under its paper's title, is to the question; with the gain of what its kind needs, of its
    role and of what it says, and the loss of what says only what was intended."""
    relevance = Relevance(goal.question)
    alone = relevance.of(sentences)
    titled = relevance.of([f"{title}. {sentence}" for title, sentence in zip(titles, sentences, strict=True)])
    return [
        SENTENCE * float(one) + TITLED * float(two) + _need(goal, sentence, title)
        for one, two, sentence, title in zip(alone, titled, sentences, titles, strict=True)
    ]


def told_share(role: RoleProbabilities) -> float:
    """How far a sentence of such a role tells what its paper did and found."""
    return role.result + role.method / 2 + role.objective / 3


def bearing_of(goal: Goal, claim: Claim, title: str, near: float, told: float) -> Bearing:
    """How the claim bears on the question; `near` of its sentence as it stands by itself, `told` by its role."""
    text = with_name(claim.text, title)
    outside = 0.7 if points_outside(text) else 1.0
    score = (near + TOLD * told) * (0.5 + 0.5 * stands_alone(text)) * outside
    return Bearing(nearness=round(score, 3), stance=stance_of(goal, claim.quote.text, title))


def _need(goal: Goal, sentence: str, title: str) -> float:
    gain = NEED * bool(need_met(goal.kind, goal.sides, goal.question, sentence, title))
    changed = [effect for effect in effects_in(sentence) if effect.direction]
    if asks_for_effect(goal):
        asked = set(stems(goal.question))
        gain += NEED * bool(changed) + MATCH * any(asked.intersection(stems(effect.measure)) for effect in changed)
    gain += SAYS * (stance_of(goal, sentence, title) is not None)
    return gain - INTENT * (goal.kind not in INTENTS_WANTED and not changed and bool(_INTENT.search(sentence)))


def ranked(goal: Goal, claims: Sequence[Claim], papers: Sequence[Paper]) -> tuple[Ranked, ...]:
    """The claims, nearest first, by their recorded bearing; without one they come last."""
    titles = {paper.id: paper.title for paper in papers}
    found = [
        Ranked(
            claim,
            claim.bearing.nearness if claim.bearing else 0.0,
            with_name(claim.text, titles.get(claim.paper_id, "")),
        )
        for claim in claims
    ]
    return tuple(sorted(found, key=lambda entry: (-entry.score, entry.claim.id)))


def one_a_paper(entries: Sequence[Ranked], limit: int) -> list[Ranked]:
    """The first of each paper, at most `limit`."""
    best: dict[str, Ranked] = {}
    for entry in entries:
        best.setdefault(entry.claim.paper_id, entry)
    return list(best.values())[:limit]
