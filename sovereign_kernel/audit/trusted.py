"""What an audit takes on trust, one line each: what no computation on the run's folder can show. Pure.

docs/security.md has the same list, complete; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterator

from sovereign_kernel.audit.answers import REVIEWERS
from sovereign_kernel.records import Draft

PAPERS = "that the texts in sources/ are what the papers say: compare them with arXiv"
SEARCH = "that the search was asked these queries and brought these papers, and no others"
TIMES = "the times: they are the clock of the machine that ran"
USAGE = "the ledger's tokens, seconds and cost of {calls} calls"
ANSWERS = "that the {answers} recorded answers are what the models said"
ROUNDS = "the measurements and changes of rounds before the last: their drafts are no more"
ROLES = "what the owner's own roles measured and argued: {roles} (their code is not run here)"
NLI = "that the NLI model {nli} judged as it is recorded"
OWNER = "that {owner} gave the approval: it is not signed by a key that was named with --key"
UNSIGNED = (
    "that all of this is one run and not made up as a whole: only an owner's signature, checked with --key, shows it"
)


def trusted(draft: Draft, answers: int, signed: bool) -> Iterator[str]:
    """The lines for this draft; `signed` when an owner's signature was checked with the owner's key."""
    yield PAPERS
    yield SEARCH
    yield TIMES
    if draft.cost.calls:
        yield USAGE.format(calls=draft.cost.calls)
    if answers:
        yield ANSWERS.format(answers=answers)
    if len(draft.tribunal.rounds) > 1:
        yield ROUNDS
    others = {review.role for round_ in draft.tribunal.rounds for review in round_.reviews} - set(REVIEWERS)
    if others:
        yield ROLES.format(roles=", ".join(sorted(others)))
    if nli := draft.settings.get("nli"):
        yield NLI.format(nli=nli)
    if signed:
        return
    if draft.decision.owner is not None:
        yield OWNER.format(owner=draft.decision.owner.owner or "the owner")
    yield UNSIGNED
