"""What an owner's note does: it drops claims and papers, puts claims first, searches; the rest is for the writer's
model."""

from __future__ import annotations

from sovereign_kernel.goal.notes import named_claims, names_paper, read_note
from sovereign_kernel.pipeline.dossier import papers_of
from sovereign_kernel.pipeline.state import ResearchState
from sovereign_kernel.records import Change, Claim

BY_NOTE = "the owner's note drops it"
NOT_DONE = "Without a language model this of the owner's note could not be done: “{}”."


def follow_note(state: ResearchState, note: str, has_model: bool) -> ResearchState:
    """The state after a draft was sent back with a note: which claims still stand, what to search for, and the account
    of it in the last round. Nothing that is dropped is searched for."""
    read = read_note(note)
    papers = papers_of(state)
    gone = {paper.id for paper in papers if any(names_paper(name, paper) for name in read.drops)}
    standing = tuple(claim for claim in state.get("claims", ()) if claim.dropped is None)
    dropped = {*named_claims(read.drops, standing), *(claim.id for claim in standing if claim.paper_id in gone)}
    known = [
        name for name in read.drops if named_claims((name,), standing) or any(names_paper(name, p) for p in papers)
    ]
    changes = (
        Change(target="answer", action="sent back", reason=note, role="owner"),
        *(
            Change(target=claim.id, action="dropped", reason=BY_NOTE, role="owner")
            for claim in standing
            if claim.id in dropped
        ),
    )
    *before, last = state["rounds"]
    notices = [
        f"Nothing in the draft is called {name!r}, which the owner's note drops."
        for name in read.drops
        if name not in known
    ]
    if read.rest and not has_model:
        notices.append(NOT_DONE.format(read.rest))
    return {
        "owner": None,
        "owner_notes": (*state.get("owner_notes", ()), note),
        "claims": tuple(_after(claim, dropped, gone) for claim in state.get("claims", ())),
        "wanted": read.searches,
        "notices": tuple(notices),
        "rounds": (*before, last.model_copy(update={"changes": (*last.changes, *changes)})),
    }


def _after(claim: Claim, dropped: set[str], gone: set[str]) -> Claim:
    also = tuple(source for source in claim.also if source.paper_id not in gone)
    reason = BY_NOTE if claim.id in dropped else claim.dropped
    return claim.model_copy(update={"also": also, "dropped": reason})
