"""The draft against itself and its sources: renderings, quotes, sentences, approval."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sovereign_kernel.audit.findings import Finding, finding
from sovereign_kernel.records import Claim, Draft, Quote
from sovereign_kernel.report import render_all
from sovereign_kernel.runs.approval import approval_holds, draft_fingerprint
from sovereign_kernel.runs.manifest import Manifest
from sovereign_kernel.runs.naming import source_name
from sovereign_kernel.storage.canonical_json import sha256
from sovereign_kernel.storage.plain_files import is_plain, read_plain


def check_identity(draft: Draft, manifest: Manifest) -> Finding:
    """The draft is of this run, and is the one that run.json names."""
    pairs = (
        ("run_id", draft.run_id, manifest.run_id),
        ("goal", draft.goal.split(), manifest.goal.split()),
        ("kernel_version", draft.kernel_version, manifest.kernel_version),
        ("fingerprint", draft_fingerprint(draft), manifest.draft_sha256),
    )
    faults = [f"its {name} is not that of run.json" for name, one, other in pairs if one != other]
    return finding("draft belongs to this run", faults, f"run {manifest.run_id}")


def check_renderings(draft: Draft, folder: Path) -> Finding:
    """Every file that people read says what draft.json says, to the byte."""
    rendered = render_all(draft)
    faults = [
        f"{name} is not what draft.json renders to"
        for name, text in rendered.items()
        if not is_plain(folder, name) or read_plain(folder, name) != text.encode("utf-8", "surrogatepass")
    ]
    return finding("renderings say what draft.json says", faults, ", ".join(rendered))


def check_sources(draft: Draft, folder: Path) -> Finding:
    """Every paper's text against its hash and its file in sources/."""
    faults = []
    for paper in draft.papers:
        content = paper.text.encode("utf-8", "surrogatepass")
        name = f"sources/{source_name(paper.id)}"
        if sha256(content) != paper.sha256:
            faults.append(f"the text of {paper.id} has another SHA-256")
        if not is_plain(folder, name) or read_plain(folder, name) != content:
            faults.append(f"{name} is not the text of {paper.id}")
    if len({paper.id for paper in draft.papers}) != len(draft.papers):
        faults.append("two papers have the same id")
    return finding("sources are the papers' texts", faults, f"{len(draft.papers)} papers")


def check_quotes(draft: Draft) -> Finding:
    """`papers[paper_id].text[start:end] == quote.text`, never empty, for every quote of the draft."""
    texts = {paper.id: paper.text for paper in draft.papers}
    quotes = list(_quotes(draft))
    faults = [
        f"a quote of {owner} does not stand in {paper_id} at {quote.start}"
        for owner, paper_id, quote in quotes
        if not quote.text or texts.get(paper_id, "")[quote.start : quote.end] != quote.text
    ]
    return finding("quotes stand at their offsets", faults, f"{len(quotes)} quotes")


def check_sentences(draft: Draft) -> Finding:
    """Every published sentence rests on claims that stand and are SUPPORTED, and every block of prose names such a
    sentence. That the blocks say what the sentences say is checked where the sections are composed again."""
    claims = {claim.id: claim for claim in draft.claims}
    sentences = {sentence.id: sentence for sentence in draft.sentences}
    faults = []
    for sentence in draft.sentences:
        for claim_id in sentence.claims:
            claim = claims.get(claim_id)
            if claim is None:
                faults.append(f"{sentence.id} rests on {claim_id}, which does not stand")
            elif claim.verification is None or claim.verification.verdict != "SUPPORTED":
                faults.append(f"{sentence.id} rests on {claim_id}, which is not SUPPORTED")
    faults += [
        f"a block of {section.heading!r} names {block.sentence}, which is no sentence of the draft"
        for section in draft.sections
        for block in section.blocks
        if block.sentence is not None and block.sentence not in sentences
    ]
    if len(sentences) != len(draft.sentences) or len(claims) != len(draft.claims):
        faults.append("two sentences or two claims have the same id")
    return finding("sentences rest on their claims", faults, f"{len(draft.sentences)} sentences, {len(claims)} claims")


def check_approval(draft: Draft, manifest: Manifest) -> Finding:
    """An approval binds exactly the draft that the owner saw."""
    answer = draft.decision.owner
    name = "approval binds this draft"
    if answer is None:
        awaited = draft.decision.policy == "OWNER_REVIEW" and manifest.status == "finished"
        faults = ["the policy asked for the owner, and no answer is recorded"] if awaited else []
        return finding(name, faults, f"no owner's answer; the policy said {draft.decision.policy}")
    if answer.action == "approve" and not approval_holds(draft):
        return Finding(name, False, f"what {answer.owner or 'the owner'} approved is not this draft")
    return Finding(name, True, f"{answer.action} by {answer.owner or 'the owner'}")


def _evidence(claim: Claim) -> tuple[Quote, ...]:
    """What the verdict rests on, and the verdicts on its facts."""
    found = claim.verification
    return () if found is None else (*found.evidence, *(quote for fact in found.facts for quote in fact.evidence))


def _quotes(draft: Draft) -> Iterator[tuple[str, str, Quote]]:
    for claim in (*draft.claims, *draft.dropped_claims):
        yield claim.id, claim.paper_id, claim.quote
        for also in claim.also:
            yield claim.id, also.paper_id, also.quote
        for quote in _evidence(claim):
            yield f"{claim.id}'s evidence", claim.paper_id, quote
        for entry in claim.aspects:
            yield f"{claim.id}'s {entry.name}", claim.paper_id, Quote(text=entry.text, start=entry.start, end=entry.end)
    for row in draft.table.rows if draft.table else ():
        for cell in row.cells:
            if cell.quote is not None:
                yield f"the table's {cell.column}", row.paper_id, cell.quote
    for clash in draft.contradictions:
        yield clash.id, clash.paper_id, clash.quote
        yield clash.id, clash.other_paper_id, clash.other_quote
