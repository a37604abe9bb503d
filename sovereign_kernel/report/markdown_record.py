"""What the run says of itself, as Markdown: tribunal, decision, coverage, provenance. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from sovereign_kernel.records import Review, Round
from sovereign_kernel.report import reading as r
from sovereign_kernel.report.escape import markdown as esc
from sovereign_kernel.report.markdown_parts import table

MOST_REASONS = 5
_PLACE = re.compile(r"^place \d+ of \d+; ")
TOLD_SETTINGS = frozenset({"source", "provider", "model", "papers", "rounds", "threshold"})


def record(reading: r.Reading) -> Iterator[str]:
    return chain(_tribunal(reading), _decision(reading), _coverage(reading), _provenance(reading))


def _tribunal(reading: r.Reading) -> Iterator[str]:
    rounds = reading.draft.tribunal.rounds
    yield "## Tribunal"
    if not rounds:
        yield "The tribunal did not sit."
        return
    line = r.number(reading.threshold)
    yield f"Scores are 0 to 10; the approval line is {line}. A score never exceeds what was measured."
    roles = reading.reviewers()
    header = ("Round", *(esc(role) for role in roles), "Together", "Outcome")
    yield table(header, [_round_row(round_, roles) for round_ in rounds])
    for round_ in rounds:
        yield f"### Round {round_.number}"
        for review in round_.reviews:
            yield from _review(review)
        if round_.changes:
            yield "What changed after this round:"
            yield "\n".join(
                f"- {esc(change.target)}: {esc(change.action)} — {esc(change.reason)}"
                + (f" ({esc(change.role)})" if change.role else "")
                for change in round_.changes
            )


def _round_row(round_: Round, roles: Sequence[str]) -> tuple[str, ...]:
    reviews = {review.role: review for review in round_.reviews}
    scores = [_score(reviews.get(role)) for role in roles]
    return (str(round_.number), *scores, r.number(round_.score), r.OUTCOME[round_.outcome])


def _score(review: Review | None) -> str:
    if review is None:
        return "not present"
    return "absent" if review.absent else r.number(review.score)


def _review(review: Review) -> Iterator[str]:
    if review.absent:
        yield f"**{esc(review.role)}** was absent: {esc(review.absent)}"
        return
    yield (
        f"**{esc(review.role)}** {r.number(review.score)} "
        f"(measured {r.number(review.measured)}, {r.argued(review)}). {esc(review.rationale)}"
    ).rstrip()
    known = [c for c in review.criteria if c.value is not None]
    if known:
        told = [
            f"{esc(r.words(c.name))} {r.number(c.value, 2)}{f' ({esc(c.detail)})' if c.detail else ''}" for c in known
        ]
        yield f"Measured, 0 to 1: {', '.join(told)}."
    if review.objections:
        yield "\n".join(f"- {o.severity}, {esc(o.target)}: {esc(o.text)} (mend: {o.mend})" for o in review.objections)


def _decision(reading: r.Reading) -> Iterator[str]:
    decision = reading.draft.decision
    yield "## Decision"
    yield f"**{r.decided(decision)}** (`{decision.policy}`) {esc(r.ground(decision))}."
    if decision.inputs:
        yield f"What the rules looked at, {r.plural(len(decision.inputs), 'value')}, stands in draft.json."
    owner = decision.owner
    if owner:
        deed = "approved" if owner.action == "approve" else "sent back"
        yield f"The owner, {esc(owner.owner) or r.UNKNOWN}, {deed} this draft ({esc(owner.at or 'time unknown')})."
        if owner.note:
            yield f"Note: {esc(owner.note)}"


def _coverage(reading: r.Reading) -> Iterator[str]:
    coverage = reading.draft.coverage
    yield "## Coverage"
    if coverage.queries:
        rows = [
            (esc(q.text), esc(q.source), r.count(q.hits), "yes" if q.cached else "no", esc(q.error or ""))
            for q in coverage.queries
        ]
        yield table(("Query", "Source", "Hits", "From cache", "Error"), rows)
    yield f"{r.plural(coverage.hits, 'hit')} in all; {r.plural(len(reading.draft.papers), 'paper')} kept."
    missing = [esc(facet.name) for facet in coverage.facets if not facet.claims]
    if missing:
        yield f"No supported claim was found on: {', '.join(missing)}."
    if coverage.dropped:
        why = Counter(_PLACE.sub("", " ".join(entry.reason.split())) for entry in coverage.dropped)
        told = [f"{amount} ({esc(reason)})" for reason, amount in why.most_common(MOST_REASONS)]
        rest = len(why) - len(told)
        more = f" and {r.plural(rest, 'other reason')}" if rest > 0 else ""
        yield f"Papers not read: {', '.join(told)}{more}. draft.json lists them."


def _provenance(reading: r.Reading) -> Iterator[str]:
    draft = reading.draft
    yield "## Provenance"
    uses = [(use.purpose, use.provider, use.model, use.usage) for use in draft.models]
    rows = [
        tuple(
            esc(cell)
            for cell in (
                *names,
                r.count(u.calls),
                r.count(u.prompt_tokens),
                r.count(u.completion_tokens),
                r.duration(u.seconds),
                r.money(u.cost),
            )
        )
        for *names, u in [*uses, ("all", "", "", draft.cost)]
    ]
    yield table(("Purpose", "Provider", "Model", "Calls", "Tokens in", "Tokens out", "Time", "Cost"), rows)
    if draft.settings:
        chosen = [f"{esc(k)} {esc(_set(draft.settings[k]))}" for k in sorted(draft.settings) if k in TOLD_SETTINGS]
        yield f"Settings: {', '.join(chosen)}; all of them, and the SHA-256 of every paper's text, stand in draft.json."
    yield f"Run {esc(draft.run_id)}, {esc(draft.created)}, sovereign-kernel {esc(draft.kernel_version)}."


def _set(value: object) -> str:
    return "not set" if value is None else r.plain(value)
