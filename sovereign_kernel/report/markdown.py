"""The draft as Markdown (CommonMark with GFM tables). Pure.

The only HTML in it are the anchors `<a id="…"></a>` of claims and references; everything that came from a paper, a model
or an owner goes through `escape.markdown`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from sovereign_kernel.records import Claim, Draft, Quote, Review, Round
from sovereign_kernel.report import reading as r
from sovereign_kernel.report.escape import markdown as esc


def to_markdown(draft: Draft) -> str:
    reading = r.Reading(draft)
    parts = chain(
        _head(reading),
        _answer(reading),
        _sections(reading),
        _claims(reading),
        _references(reading),
        _contradictions(reading),
        _tribunal(reading),
        _decision(reading),
        _coverage(reading),
        _provenance(reading),
    )
    return "\n\n".join(parts) + "\n"


def _head(reading: r.Reading) -> Iterator[str]:
    draft = reading.draft
    yield f"> **{esc(draft.banner)}**"
    yield f"# {esc(draft.title)}"
    yield f"**Goal.** {esc(draft.goal)}"
    scores = draft.tribunal.rounds
    yield (
        f"**{r.STATUS[draft.status]}** · {r.plural(len(draft.claims), 'claim')} from {r.plural(len(draft.papers), 'paper')}"
        f" · tribunal {r.number(scores[-1].score if scores else None)} (line {r.number(reading.threshold)})"
        f" · {r.DECISION[draft.decision.policy]}"
    )
    if draft.notices:
        yield "\n".join(f"> **Notice.** {esc(notice)}\n>" for notice in draft.notices).removesuffix("\n>")


def _answer(reading: r.Reading) -> Iterator[str]:
    yield "## Answer"
    paragraphs = reading.answer()
    yield from (_paragraph(paragraph) for paragraph in paragraphs)
    if not paragraphs:
        yield "No answer was written."


def _sections(reading: r.Reading) -> Iterator[str]:
    for section in reading.body():
        yield f"## {esc(section.heading)}"
        yield from (_paragraph(paragraph) for paragraph in reading.paragraphs(section))


def _paragraph(lines: Sequence[r.Line]) -> str:
    return " ".join(filter(None, (f"{esc(line.text)} {_marks(line.marks)}".rstrip() for line in lines)))


def _marks(marks: Sequence[r.Mark]) -> str:
    return "".join(f"[\\[{esc(m.label)}\\]](#{m.anchor})" if m.anchor else f"\\[{esc(m.label)}\\]" for m in marks)


def _claims(reading: r.Reading) -> Iterator[str]:
    draft = reading.draft
    yield f"## {r.CLAIMS}"
    yield from _own_blocks(reading, r.CLAIMS)
    if draft.claims:
        rows = [_claim_row(reading, claim) for claim in draft.claims]
        yield _table(("Claim", "Statement", "Verdict", "Confidence", "TF-IDF", "Quote", "Source"), rows)
        yield "Confidence is the calibrated probability of the verdict. TF-IDF is a signal of relevance, never a verdict."
    else:
        yield "No claim stands."
    if draft.dropped_claims:
        yield "### Claims that were dropped"
        rows = [(_anchor(reading, c), esc(c.text), esc(c.dropped or r.UNKNOWN)) for c in draft.dropped_claims]
        yield _table(("Claim", "Statement", "Why"), rows)


def _claim_row(reading: r.Reading, claim: Claim) -> tuple[str, ...]:
    check = claim.verification
    quotes = [(claim.paper_id, claim.quote), *((also.paper_id, also.quote) for also in claim.also)]
    return (
        _anchor(reading, claim),
        esc(claim.text),
        r.verdict(check),
        r.confidence(check),
        r.number(check.tfidf if check else None, 2),
        " — also: ".join(_quote(reading, paper, quote) for paper, quote in quotes),
        ", ".join(_source(reading, paper, quote) for paper, quote in quotes),
    )


def _anchor(reading: r.Reading, claim: Claim) -> str:
    return f'<a id="{reading.mark(claim.id).anchor}"></a>{esc(claim.id)}'


def _quote(reading: r.Reading, paper_id: str, quote: Quote) -> str:
    broken = "" if reading.intact(paper_id, quote) else " (**not found at its offsets**)"
    return f"“{esc(quote.text)}”{broken}"


def _source(reading: r.Reading, paper_id: str, quote: Quote | None = None) -> str:
    number = reading.paper_numbers.get(paper_id)
    where = f", characters {quote.start:,}–{quote.end:,}" if quote else ""
    if number is None:
        return f"{esc(paper_id)} (not among the papers){where}"
    return f"[\\[{number}\\]](#paper-{number}) {esc(r.versioned(reading.papers[paper_id]))}{where}"


def _own_blocks(reading: r.Reading, heading: str) -> Iterator[str]:
    for section in reading.draft.sections:
        if section.heading == heading:
            yield from (_paragraph(paragraph) for paragraph in reading.paragraphs(section))


def _references(reading: r.Reading) -> Iterator[str]:
    yield f"## {r.REFERENCES}"
    yield from _own_blocks(reading, r.REFERENCES)
    if not reading.draft.papers:
        yield "No paper was kept."
    for number, paper in enumerate(reading.draft.papers, start=1):
        url = r.arxiv_url(paper)
        name = f"[arXiv\\:{esc(r.versioned(paper))}]({url})" if url else esc(r.versioned(paper))
        flags = " **Withdrawn.**" if paper.withdrawn else ""
        yield (
            f'<a id="paper-{number}"></a>\\[{number}\\] {esc(r.authors(paper))}. *{esc(paper.title) or "(no title)"}*. '
            f"{esc(paper.published or 'date unknown')}. {name}.{flags} SHA-256 of the text: `{_hex(paper.sha256)}`"
        )


def _contradictions(reading: r.Reading) -> Iterator[str]:
    yield "## Contradictions"
    if not reading.draft.contradictions:
        yield "No contradiction between the papers was found."
    for clash in reading.draft.contradictions:
        yield f"**{esc(clash.id)}.** {esc(clash.reason)} (score {r.number(clash.score, 2)})"
        other = _marks((reading.mark(clash.other_claim_id),)) if clash.other_claim_id else ""
        yield "\n".join(
            (
                f"- {_marks((reading.mark(clash.claim_id),))} {_source(reading, clash.paper_id, clash.quote)}: "
                + _quote(reading, clash.paper_id, clash.quote),
                f"- {other} {_source(reading, clash.other_paper_id, clash.other_quote)}: ".replace("-  ", "- ")
                + _quote(reading, clash.other_paper_id, clash.other_quote),
            )
        )


def _tribunal(reading: r.Reading) -> Iterator[str]:
    rounds = reading.draft.tribunal.rounds
    yield "## Tribunal"
    if not rounds:
        yield "The tribunal did not sit."
        return
    yield f"Scores are 0 to 10; the approval line is {r.number(reading.threshold)}. A score never exceeds what was measured."
    roles = reading.reviewers()
    header = ("Round", *(esc(role) for role in roles), "Together", "Outcome")
    yield _table(header, [_round_row(round_, roles) for round_ in rounds])
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
        f"(measured {r.number(review.measured)}, argued {r.number(review.argued)}). {esc(review.rationale)}"
    ).rstrip()
    if review.criteria:
        rows = [(esc(c.name), r.number(c.value, 2), r.number(c.weight, 2), esc(c.detail)) for c in review.criteria]
        yield _table(("Criterion", "Value (0–1)", "Weight", "Detail"), rows)
    if review.formula:
        yield f"Formula: {esc(review.formula)}"
    if review.objections:
        yield "\n".join(f"- {o.severity}, {esc(o.target)}: {esc(o.text)} (mend: {o.mend})" for o in review.objections)


def _decision(reading: r.Reading) -> Iterator[str]:
    decision = reading.draft.decision
    yield "## Decision"
    yield f"**{r.DECISION[decision.policy]}** (`{decision.policy}`) by rule “{esc(decision.rule)}”. {esc(decision.reason)}".rstrip()
    if decision.inputs:
        rows = [(esc(name), esc(_value(decision.inputs[name]))) for name in sorted(decision.inputs)]
        yield _table(("Input", "Value"), rows)
    owner = decision.owner
    if owner:
        deed = "approved" if owner.action == "approve" else "sent back"
        note = f" Note: {esc(owner.note)}" if owner.note else ""
        yield f"The owner, {esc(owner.owner) or r.UNKNOWN}, {deed} this draft ({esc(owner.at or 'time unknown')}).{note}"


def _coverage(reading: r.Reading) -> Iterator[str]:
    coverage = reading.draft.coverage
    yield "## Coverage"
    if coverage.queries:
        rows = [
            (esc(q.text), esc(q.source), r.count(q.hits), "yes" if q.cached else "no", esc(q.error or ""))
            for q in coverage.queries
        ]
        yield _table(("Query", "Source", "Hits", "From cache", "Error"), rows)
    yield f"{r.plural(coverage.hits, 'hit')} in all; {r.plural(len(reading.draft.papers), 'paper')} kept."
    if coverage.facets:
        facets = [
            (esc(f.name), _marks([reading.mark(c) for c in f.claims]) or "**no supported claim**")
            for f in coverage.facets
        ]
        yield _table(("Facet of the goal", "Supported claims"), facets)
    if coverage.dropped:
        yield "### Papers that were dropped"
        yield _table(
            ("Paper", "Title", "Why"), [(esc(d.paper_id), esc(d.title), esc(d.reason)) for d in coverage.dropped]
        )


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
    yield _table(("Purpose", "Provider", "Model", "Calls", "Tokens in", "Tokens out", "Time", "Cost"), rows)
    if draft.settings:
        yield _table(("Setting", "Value"), [(esc(k), esc(_value(draft.settings[k]))) for k in sorted(draft.settings)])
    yield f"Run {esc(draft.run_id)}, {esc(draft.created)}, sovereign-kernel {esc(draft.kernel_version)}."


def _value(value: object) -> str:
    return r.UNKNOWN if value is None else str(value)


def _hex(digest: str) -> str:
    return digest if digest.isalnum() and digest.isascii() else "malformed"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A GFM table. Cells are escaped already: their pipes too."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
