"""The draft as Markdown (CommonMark with GFM tables). Pure.

The only HTML in it are the anchors `<a id="…"></a>` of claims and references; everything that came from a paper, a
model or an owner goes through `escape.markdown`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from sovereign_kernel.records import Cell, Claim, Draft, Quote
from sovereign_kernel.report import reading as r
from sovereign_kernel.report.escape import markdown as esc
from sovereign_kernel.report.markdown_parts import marks, paragraph, table
from sovereign_kernel.report.markdown_record import record
from sovereign_kernel.text.latex import readable

VERDICTS = (
    "A claim that is called verbatim is its quote, word for word; a percentage is the calibrated probability of the "
    "verdict."
)


def to_markdown(draft: Draft) -> str:
    reading = r.Reading(draft)
    parts = chain(
        _head(reading),
        _answer(reading),
        _table(reading),
        _sections(reading),
        _contradictions(reading),
        _claims(reading),
        _references(reading),
        record(reading),
    )
    return "\n\n".join(parts) + "\n"


def _head(reading: r.Reading) -> Iterator[str]:
    draft = reading.draft
    yield f"> **{esc(draft.banner)}**"
    yield f"# {esc(draft.title)}"
    yield f"**Goal.** {esc(draft.goal)}"
    rounds = draft.tribunal.rounds
    parts = (
        f"**{r.STATUS[draft.status]}**",
        f"{r.plural(len(draft.claims), 'claim')} from {r.plural(len(draft.papers), 'paper')}",
        f"tribunal {r.number(rounds[-1].score if rounds else None)} (line {r.number(reading.threshold)})",
        r.decided(draft.decision),
    )
    yield " · ".join(parts)
    if draft.notices:
        yield "\n".join(f"> **Notice.** {esc(notice)}\n>" for notice in draft.notices).removesuffix("\n>")


def _answer(reading: r.Reading) -> Iterator[str]:
    yield "## Answer"
    paragraphs = reading.answer()
    yield from (paragraph(lines) for lines in paragraphs)
    if not paragraphs:
        yield "No answer was written."


def _table(reading: r.Reading) -> Iterator[str]:
    """What the papers say of the question, each cell in a paper's own words, and what they report in numbers."""
    evidence = reading.draft.table
    if evidence and evidence.rows:
        yield "## Evidence by paper"
        rows = [
            (
                f"{_reference(reading, row.paper_id)} {esc(reading.short_title(row.paper_id))}",
                *(_cell(reading, row.paper_id, cell) for cell in row.cells),
            )
            for row in evidence.rows
        ]
        yield table(("Paper", *map(esc, evidence.columns)), rows)
        yield "Every cell is verbatim, its LaTeX shown as signs; — is what the abstract does not tell."
    if reading.draft.effects:
        yield "## Reported effects"
        rows = [
            (
                esc(entry.measure),
                esc(r.effect(entry)),
                marks((reading.mark(entry.claim_id),)),
                f"{_reference(reading, entry.paper_id)} {esc(reading.short_title(entry.paper_id))}",
            )
            for entry in reading.draft.effects
        ]
        yield table(("Measure", "Reported", "Claim", "Paper"), rows)


def _cell(reading: r.Reading, paper_id: str, cell: Cell) -> str:
    if cell.quote is None:
        return "—"
    broken = "" if reading.intact(paper_id, cell.quote) else " (**not found at its offsets**)"
    return f"{esc(readable(cell.quote.text))}{broken}"


def _reference(reading: r.Reading, paper_id: str) -> str:
    number = reading.paper_numbers.get(paper_id)
    return f"[\\[{number}\\]](#paper-{number})" if number else esc(paper_id)


def _sections(reading: r.Reading) -> Iterator[str]:
    for section in reading.body():
        yield f"## {esc(section.heading)}"
        yield from (paragraph(lines) for lines in reading.paragraphs(section))


def _claims(reading: r.Reading) -> Iterator[str]:
    draft = reading.draft
    yield f"## {r.CLAIMS}"
    yield from _own_blocks(reading, r.CLAIMS)
    if draft.claims:
        same = all(_verbatim(reading, claim) for claim in draft.claims)
        rows = [_claim_row(reading, claim, same) for claim in draft.claims]
        yield table(("Claim", "Statement", *(() if same else ("Verdict",)), "Source"), rows)
        yield "Every claim is verbatim, word for word." if same else VERDICTS
    else:
        yield "No claim stands."
    if draft.dropped_claims:
        yield "### Claims that were dropped"
        rows = [(_anchor(reading, c), esc(c.text), esc(c.dropped or r.UNKNOWN)) for c in draft.dropped_claims]
        yield table(("Claim", "Statement", "Why"), rows)


def _verbatim(reading: r.Reading, claim: Claim) -> bool:
    """Whether the claim is its quote, and that is all that there is to say of its verdict."""
    check = claim.verification
    copied = claim.text == claim.quote.text and reading.intact(claim.paper_id, claim.quote)
    return copied and check is not None and check.verdict == "SUPPORTED"


def _claim_row(reading: r.Reading, claim: Claim, same: bool) -> tuple[str, ...]:
    """`same`: every claim is verbatim, so that nothing is said of verdicts."""
    verbatim = _verbatim(reading, claim)
    quotes = [(claim.paper_id, claim.quote), *((also.paper_id, also.quote) for also in claim.also)]
    told = quotes[1:] if claim.text == claim.quote.text else quotes
    quoted = "".join(f" — quote: {_quote(reading, paper, quote)}" for paper, quote in told)
    broken = (
        "" if reading.intact(claim.paper_id, claim.quote) or quotes[0] in told else " (**not found at its offsets**)"
    )
    check = claim.verification
    verdict = "Verbatim" if verbatim else r.verdict(check)
    if not verbatim and check is not None and check.confidence is not None:
        verdict += f", {r.percent(check.confidence)}"
    return (
        _anchor(reading, claim),
        esc(claim.text) + broken + quoted,
        *(() if same else (verdict,)),
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
            yield from (paragraph(lines) for lines in reading.paragraphs(section))


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
            f"{esc(paper.published or 'date unknown')}. {name}.{flags}"
        )


def _contradictions(reading: r.Reading) -> Iterator[str]:
    if reading.draft.contradictions:
        yield "## Contradictions"
    for clash in reading.draft.contradictions:
        yield f"**{esc(clash.id)}.** {esc(clash.reason)} (score {r.number(clash.score, 2)})"
        other = marks((reading.mark(clash.other_claim_id),)) if clash.other_claim_id else ""
        yield "\n".join(
            (
                f"- {marks((reading.mark(clash.claim_id),))} {_source(reading, clash.paper_id, clash.quote)}: "
                + _quote(reading, clash.paper_id, clash.quote),
                f"- {other} {_source(reading, clash.other_paper_id, clash.other_quote)}: ".replace("-  ", "- ")
                + _quote(reading, clash.other_paper_id, clash.other_quote),
            )
        )
