"""Pairs made from abstracts: a sentence of the abstract, rewritten, as the claim, and edits of claim, evidence or both.

An edit alone gives nothing away: the same edits happen in claim and evidence alike (then the claim still follows), in
the evidence only, or in the claim only (then it does not).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from bench.cross_encoder import edits
from training.cross_encoder.abstracts import Abstract, Selector, words
from training.cross_encoder.pairs import Label, LabelledPair

TAILS = (
    "on", "with", "by", "for", "using", "under", "across", "without", "in", "during", "after", "through", "when", "via",
)  # fmt: skip


BUDGET = {
    "number": 1000, "unit": 250, "negation": 750, "direction": 800, "swapped sides": 1000, "opposite": 500, "name": 900,
    "term": 400, "wider": 350, "lost hedge": 350, "invented": 500,
}  # fmt: skip
WIDENING = ("wider", "lost hedge", "invented")  # more than the source says, not the reverse of it


def from_abstracts(abstracts: Sequence[Abstract], selector: Selector, rng: random.Random) -> Iterator[LabelledPair]:
    """About three pairs from one sentence an abstract, until each kind's budget is spent; rare kinds first."""
    name_pool = sorted({name for a in abstracts for s in a.sentences for name in edits.names(s)})
    term_pool = sorted(
        {w for a in abstracts[:1500] for s in a.sentences for w in words(s) if len(w) > 6 and w.isalpha()}
    )
    tail_pool = list(_tails(abstracts))
    left = dict(BUDGET)
    for place, abstract in enumerate(abstracts):
        long = [s for s in abstract.sentences if 40 < len(s) < 350]
        if len(long) < 3:
            continue
        others = [n for s in abstract.sentences for n in edits.names(s)] * 40 + rng.sample(name_pool, 80)
        kinds = _kinds(others, rng.sample(term_pool, 300), rng.sample(tail_pool, 5))
        found = [(name, s, kinds[name](s, rng)) for name in kinds if left[name] > 0 for s in long]
        usable = [(name, s, changed) for name, s, changed in found if changed and changed != s]
        if usable:
            rare = rng.choices(usable, weights=[left[u[0]] / sum(u[0] == v[0] for v in usable) for u in usable])[0]
            left[rare[0]] -= 1
            neighbour = abstracts[(place + 1) % len(abstracts)]
            yield from _from_sentence(*rare, abstract.sentences, neighbour.sentences, selector, rng)


def _kinds(names: Sequence[str], terms: Sequence[str], tails: Sequence[str]) -> dict[str, edits.Edit]:
    return {
        "number": edits.number,
        "unit": edits.unit,
        "negation": edits.negation,
        "direction": edits.direction,
        "swapped sides": edits.swapped_sides,
        "opposite": edits.opposite,
        "name": edits.other_name(names),
        "term": edits.other_term(terms),
        "wider": edits.wider,
        "lost hedge": edits.lost_hedge,
        "invented": edits.invented(tails),
    }


def _from_sentence(
    kind: str,
    sentence: str,
    changed: str,
    source: Sequence[str],
    neighbour: Sequence[str],
    selector: Selector,
    rng: random.Random,
) -> Iterator[LabelledPair]:
    label: Label = "neutral" if kind in WIDENING else "contradiction"
    edited = [changed if s == sentence else s for s in source]

    def pair(base: str, evidence: Sequence[str], keep: str | None, label: Label, name: str) -> LabelledPair:
        claim = edits.rewrite(base, rng)
        top = selector.top(claim, evidence, rng.choice((1, 2, 2, 3)))
        if keep is not None and keep not in top:
            top = (keep, *top[:-1])
        return LabelledPair(claim, top, label, name)

    yield pair(changed, source, sentence, label, kind)
    if rng.random() < 0.8:
        yield pair(sentence, source, sentence, "entailment", "rewrite")
    if rng.random() < 0.4 and label == "contradiction":
        yield pair(sentence, edited, changed, label, f"{kind}, in the evidence")
    if rng.random() < 0.5:
        yield pair(changed, edited, changed, "entailment", f"{kind}, in both")
    if rng.random() < 0.35 and sentence not in source[-2:]:  # a conclusion may follow from the rest
        yield pair(
            rng.choice((sentence, changed)),
            [s for s in source if s != sentence],
            None,
            "neutral",
            "rest of the abstract",
        )
    elif rng.random() < 0.2:
        yield pair(rng.choice((sentence, changed)), neighbour, None, "neutral", "another abstract")


def _tails(abstracts: Sequence[Abstract]) -> Iterator[str]:
    for abstract in abstracts:
        for sentence in abstract.sentences:
            for word in TAILS:
                at = sentence.rfind(f" {word} ")
                tail = sentence[at + 1 :].rstrip(".")
                if at > 0 and 3 <= len(tail.split()) <= 7 and "," not in tail:
                    yield tail
