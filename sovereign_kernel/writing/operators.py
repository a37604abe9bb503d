"""Sentences of the run's own, made from checked claims: count, agree, disagree, range, rank, only under a condition,
stands alone, none reports. Pure.

Each names the claims that it is made from, and is made again from them by the audit: nothing in it is anybody's wording
but what stands in quotation marks, and that is verbatim.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sovereign_kernel.goal.facets import speaks_to
from sovereign_kernel.records import Claim, Conclusion, Contradiction, Effect, Goal, Paper
from sovereign_kernel.relevance.rarity import covered_share, question_words
from sovereign_kernel.writing.aspects import aspect
from sovereign_kernel.writing.families import asked_for, of_quantity, same_measure
from sovereign_kernel.writing.selection import NEAR
from sovereign_kernel.writing.stance import asked_change, denies_change

SHARE = 0.6
"""What a claim must be of the best one's nearness to be counted."""

NAMED = 3
"""Papers that a sentence names; of more it tells how many."""

COUNTING = frozenset({"how_much", "compare", "how", "which", "survey"})
"""Kinds of questions that figures answer."""

SPOKEN = 0.7
"""A paper speaks of a part of the question that it has so many words of."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Known:
    """What operators may look at: the question, the papers that were read, the claims that stand and are firmly
    supported, best first, what they report in numbers; `carrying` are the claims of the answer, `names` what papers are
    called."""

    goal: Goal
    papers: Sequence[Paper] = ()
    claims: Sequence[Claim] = ()
    effects: Sequence[Effect] = ()
    contradictions: Sequence[Contradiction] = ()
    carrying: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def conclude(known: Known) -> tuple[Conclusion, ...]:
    """All that can be said, the lead first. The same from the same claims, in a run and in an audit."""
    near = bearing(known.claims)
    lead = [*stances(known, near), *changes(known, near), *named_conditions(known, near), *ranks(known, near)]
    # one lead, of the question's kind; what else was found supports it
    told = [entry if place == 0 else entry.model_copy(update={"part": "support"}) for place, entry in enumerate(lead)]
    return (*told, *stands_alone(known), *denials(known, near), *disagreements(known), *none_reports(known, near))


def bearing(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims that bear on the question: near it, and not far behind the nearest."""
    values = [claim.bearing.nearness for claim in claims if claim.bearing]
    line = max(NEAR, SHARE * max(values, default=0.0))
    return tuple(claim for claim in claims if claim.bearing and claim.bearing.nearness >= line)


def stances(known: Known, near: Sequence[Claim]) -> Iterator[Conclusion]:
    """A question of yes or no on a change: yes, no, or mixed, by how many papers say what."""
    said: dict[str, set[str]] = defaultdict(set)
    behind: dict[str, list[str]] = defaultdict(list)
    for claim in known.claims:
        if claim.bearing and claim.bearing.stance and claim.bearing.nearness >= NEAR:
            said[claim.paper_id].add(claim.bearing.stance)
            behind[claim.paper_id].append(claim.id)
    if known.goal.kind != "whether" or not said:
        return
    papers = {
        stance: [paper for paper, found in said.items() if _one(found) == stance] for stance in ("yes", "no", "both")
    }
    claims = tuple(claim for paper in said for claim in behind[paper])
    yes, no, both = (len(papers[stance]) for stance in ("yes", "no", "both"))
    told = _listed(
        [
            f"{_say(amount)} {word}{_by(papers[stance], known)}"
            for stance, amount, word in (
                ("yes", yes, "yes"),
                ("no", no, "no"),
                ("both", both, "that it depends"),
            )
            if amount
        ]
    )
    word = "Yes" if not no and not both else "No" if not yes and not both else "Mixed" if yes + no else "It depends"
    text = f"{word}: of {_of(len(known.papers))} that were read, {told}."
    if yes + no + both == 1:
        answer = {"Yes": "yes", "No": "no"}.get(word, "that it depends")
        name = known.names.get(next(iter(said)), "one paper")
        text = f"{name} says {answer}; no other of {_of(len(known.papers))} that were read says yes or no."
    operator = "disagree" if word == "Mixed" else "agree" if yes + no + both > 1 else "count"
    yield Conclusion.model_validate({"operator": operator, "part": "lead", "text": text, "claims": claims})


def changes(known: Known, near: Sequence[Claim]) -> Iterator[Conclusion]:
    """What the papers report in numbers of what a number is wanted for: how many, and where they measure the same in
    the same unit, the range."""
    ids = {claim.id for claim in near}
    found = [
        effect
        for effect in known.effects
        if effect.direction and effect.claim_id in ids and asked_for(effect, known.goal.quantities)
    ]
    if not found or known.goal.kind not in COUNTING or (not known.goal.quantities and known.goal.kind == "survey"):
        return
    papers = tuple(dict.fromkeys(effect.paper_id for effect in found))
    same = ", all by the same authors," if len(papers) > 2 else ", both by the same authors,"
    by = same if len(papers) > 1 and _one_group(known, papers) else ""
    what = f"a change of {_listed(known.goal.quantities[:2])}" if known.goal.quantities else "a change"
    report = "reports" if len(papers) == 1 else "report"
    head = f"Of {_of(len(known.papers))} that were read, {_number(len(papers))}{by} {report} {what} in numbers"
    groups = _groups(found)
    ranges = [group for group in groups if len(_papers(group)) > 1 and len({effect.direction for effect in group}) == 1]
    mixed = [group for group in groups if {effect.direction for effect in group} == {"up", "down"}]
    if mixed and len(_papers(mixed[0])) > 1:
        tail = f"{_direction_told(mixed[0])} ({_name(mixed[0])})"
        yield _change("disagree", f"{head}, and they differ: {tail}{_beside(known, papers)}.", mixed[0])
    elif ranges:
        best = max(ranges, key=lambda group: len(_papers(group)))
        many = len(_papers(best))
        every = "both" if many == len(papers) == 2 else "all" if many == len(papers) else _number(many)
        word = {"up": "a rise", "down": "a reduction"}[best[0].direction or "up"]
        yield _change("range", f"{head}: {every} {word} in {_name(best)}, {_span(best)}{_beside(known, papers)}.", best)
    else:
        each = [f"{_name([group[0]])} {_signed(group[0])}" for group in _one_each(groups)[:NAMED]]
        another = ", each by another measure" if len(papers) > 1 else ""
        yield _change("count", f"{head}{another}: {_listed(each)}{_beside(known, papers)}.", found)


def named_conditions(known: Known, near: Sequence[Claim]) -> Iterator[Conclusion]:
    """The conditions that the nearest papers name, verbatim."""
    if known.goal.kind != "conditions":
        return
    saying = [claim for claim in near if claim.bearing and claim.bearing.stance in ("yes", "both")]
    # where the question is on a change that code can read, a condition of something else is no answer
    told = _conditions_of(saying if asked_change(known.goal.question) else near)
    if told:
        each = [f"“{text}” ({_plain_name(known, paper)})" for paper, (_, text) in list(told.items())[:NAMED]]
        claims = tuple(claim.id for claim, _ in list(told.values())[:NAMED])
        head = f"Of {_of(len(known.papers))} that were read, {_count(len(told), 'names', 'name')}"
        yield Conclusion(
            operator="only_under",
            part="lead",
            text=f"{head} a condition: {_listed(each)}.",
            claims=claims,
        )


def _conditions_of(claims: Sequence[Claim]) -> dict[str, tuple[Claim, str]]:
    """The first condition of each paper that is more than two words."""
    told: dict[str, tuple[Claim, str]] = {}
    for claim in claims:
        found = aspect(claim, "condition")
        if found is not None and claim.paper_id not in told and len(found.text.split()) > 2:
            told[claim.paper_id] = claim, found.text
    return told


def ranks(known: Known, near: Sequence[Claim]) -> Iterator[Conclusion]:
    """Levels of the same measure in the same unit on the same data, in order."""
    if known.goal.kind not in ("which", "compare"):
        return
    by_id = {claim.id: claim for claim in near}
    levels: dict[tuple[str, str, str], dict[str, Effect]] = defaultdict(dict)
    for effect in known.effects:
        claim = by_id.get(effect.claim_id)
        data, measure = (aspect(claim, "data") if claim else None), same_measure(effect)
        if effect.direction is None and data is not None and measure is not None:
            levels[(*measure, data.text.lower())].setdefault(effect.paper_id, effect)
    for found in levels.values():
        if len(found) > 1:
            order = sorted(found.values(), key=lambda effect: -_figures(effect)[-1])
            told = [f"{known.names.get(effect.paper_id, effect.paper_id)} {_plain_effect(effect)}" for effect in order]
            text = f"In {_name(order)}, from the highest: {_listed(told)}."
            yield Conclusion(operator="rank", part="lead", text=text, claims=_claims(order))


def stands_alone(known: Known) -> Iterator[Conclusion]:
    """Whether the answer rests on one paper."""
    papers = {claim.id: claim.paper_id for claim in known.claims}
    behind = {papers[claim_id] for claim_id in known.carrying if claim_id in papers}
    if len(behind) == 1 and len(known.papers) > 1:
        name = known.names.get(next(iter(behind)), "one paper")
        yield Conclusion(
            operator="alone",
            part="support",
            text=f"This rests on {name} alone; no other paper that was read was found to report it.",
            claims=tuple(known.carrying),
        )


def denials(known: Known, near: Sequence[Claim]) -> Iterator[Conclusion]:
    """Papers that say that what a number is wanted for does not change, where others report that it does."""
    quantities = known.goal.quantities
    if not quantities or known.goal.kind not in COUNTING:
        return
    changed = {effect.paper_id for effect in known.effects if effect.direction and asked_for(effect, quantities)}
    told: set[str] = set()
    for claim in near:
        if claim.paper_id in changed or claim.paper_id in told:
            continue
        if denies_change(claim.quote.text, lambda words: any(of_quantity(words, one) for one in quantities)):
            told.add(claim.paper_id)
            name = known.names.get(claim.paper_id, claim.paper_id)
            text = f"Against this, {name}: “{claim.quote.text}”"
            yield Conclusion(operator="disagree", part="against", text=text, claims=(claim.id,))


def disagreements(known: Known) -> Iterator[Conclusion]:
    """Claims of the answer that another paper speaks against."""
    for clash in known.contradictions:
        if clash.claim_id in known.carrying:
            one, other = (known.names.get(paper, paper) for paper in (clash.paper_id, clash.other_paper_id))
            claims = tuple(claim for claim in (clash.claim_id, clash.other_claim_id) if claim)
            text = f"{other} says otherwise than {one}: “{clash.other_quote.text}”"
            yield Conclusion(operator="disagree", part="against", text=text, claims=claims)


def none_reports(known: Known, near: Sequence[Claim]) -> Iterator[Conclusion]:
    """What the question asks for, or limits itself to, and no paper that was read reports."""
    ids = {claim.id for claim in near}
    changed = [effect for effect in known.effects if effect.direction and effect.claim_id in ids]
    if known.goal.kind == "how_much" or (known.goal.quantities and known.goal.kind != "whether"):
        for quantity in known.goal.quantities[:2]:
            if not any(asked_for(effect, (quantity,)) for effect in changed):
                of = (
                    f"None of {_of(len(known.papers))} that were read"
                    if len(known.papers) > 1
                    else "No paper that was read"
                )
                text = f"{of} reports in numbers how {quantity} changes."
                yield _missing(text)
    unsaid = [
        f"“{limit}”"
        for limit in (*known.goal.conditions, *known.goal.datasets)
        if question_words(limit) and not any(covered_share(limit, paper.text) >= SPOKEN for paper in known.papers)
    ]
    if unsaid:
        yield _missing(f"No abstract that was read says {' or '.join(unsaid[:NAMED])} in these words.")
    if (
        known.goal.kind == "compare"
        and known.goal.sides
        and not any(
            all(covered_share(side, paper.text) >= SPOKEN for side in known.goal.sides) for paper in known.papers
        )
    ):
        yield _missing(f"No abstract that was read names both {_listed(known.goal.sides)}.")


def _one_group(known: Known, papers: Sequence[str]) -> bool:
    """Whether an author stands on all of these papers: they do not confirm each other."""
    authors = [
        {" ".join(name.lower().split()) for name in paper.authors} for paper in known.papers if paper.id in papers
    ]
    return bool(authors) and bool(set.intersection(*authors))


def _beside(known: Known, papers: Sequence[str]) -> str:
    """The part of the question that none of these papers speaks of: "; neither is about vision-language models"."""
    texts = [paper.text for paper in known.papers if paper.id in papers]
    asked = {word for quantity in known.goal.quantities for word, _ in question_words(quantity)}
    limits = {word for limit in known.goal.conditions for word, _ in question_words(limit)}
    for facet in known.goal.facets:
        own = {word for word, _ in question_words(facet.name)}
        if own and not own & (asked | limits) and not any(speaks_to(text, facet) >= SPOKEN for text in texts):
            none = {1: "it does not speak", 2: "neither speaks"}.get(len(texts), "none of them speaks")
            return f"; {none} of {facet.name}"
    return ""


def _groups(found: Sequence[Effect]) -> list[list[Effect]]:
    """Effects on the same measure in the same unit."""
    groups: dict[tuple[str, str], list[Effect]] = defaultdict(list)
    for effect in found:
        if (key := same_measure(effect)) is not None:
            groups[key].append(effect)
    return list(groups.values())


def _one_each(groups: Sequence[Sequence[Effect]]) -> list[Sequence[Effect]]:
    """The first group of each paper."""
    seen: set[str] = set()
    chosen = []
    for group in groups:
        if group[0].paper_id not in seen:
            seen.add(group[0].paper_id)
            chosen.append(group)
    return chosen


def _change(operator: str, text: str, found: Sequence[Effect]) -> Conclusion:
    return Conclusion.model_validate({"operator": operator, "part": "lead", "text": text, "claims": _claims(found)})


def _missing(text: str) -> Conclusion:
    return Conclusion(operator="none_reports", part="unknown", text=text)


def _one(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else "both"


def _by(papers: Sequence[str], known: Known) -> str:
    names = [_plain_name(known, paper) for paper in papers]
    return f" ({'; '.join(names)})" if 0 < len(names) <= NAMED else ""


def _plain_name(known: Known, paper: str) -> str:
    """The paper's name within brackets: "Cao and Aref 2025"."""
    return known.names.get(paper, paper).replace("(", "").replace(")", "")


def _say(amount: int) -> str:
    return f"{_number(amount)} {'says' if amount == 1 else 'say'}"


def _direction_told(group: Sequence[Effect]) -> str:
    up = {effect.paper_id for effect in group if effect.direction == "up"}
    down = {effect.paper_id for effect in group if effect.direction == "down"}
    return f"{_count(len(up), 'a rise', 'a rise')}, {_count(len(down), 'a reduction', 'a reduction')}"


def _papers(group: Sequence[Effect]) -> set[str]:
    return {effect.paper_id for effect in group}


def _claims(group: Sequence[Effect]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(effect.claim_id for effect in group))


def _name(group: Sequence[Effect]) -> str:
    """The shortest name that the papers give the measure."""
    return min((effect.measure.rstrip(".,;") for effect in group), key=lambda name: (len(name.split()), name))


def _figures(effect: Effect) -> list[float]:
    return [float(number.replace(",", "")) for number in _NUMBER.findall(effect.value)] or [0.0]


def _span(group: Sequence[Effect]) -> str:
    values = [value for effect in group for value in _figures(effect)]
    low, high = min(values), max(values)
    return _told(low, group[0].unit) if low == high else f"{low:g} to {_told(high, group[0].unit)}"


def _signed(effect: Effect) -> str:
    return f"{'−' if effect.direction == 'down' else '+'}{_plain_effect(effect)}"


def _plain_effect(effect: Effect) -> str:
    figure = effect.value.lstrip("+-−")
    return f"{figure}{effect.unit}" if effect.unit in ("%", "×", "") else f"{figure} {effect.unit}"


def _told(value: float, unit: str) -> str:
    return f"{value:g}{unit}" if unit in ("%", "×", "") else f"{value:g} {unit}"


def _listed(parts: Sequence[str]) -> str:
    parts = list(parts)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _count(amount: int, one: str, many: str) -> str:
    return f"{_number(amount)} {one if amount == 1 else many}"


def _of(papers: int) -> str:
    return "the one paper" if papers == 1 else f"the {_number(papers)} papers"


def _number(count: int) -> str:
    names = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return names[count] if count < len(names) else str(count)
