"""Puts into the answer what a review or the owner wants there, and orders it. Pure: it moves sentences and repeats
claims, and never words anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sovereign_kernel.goal.coverage import is_supported
from sovereign_kernel.records import Claim, Sentence
from sovereign_kernel.writing.third_person import third_person

MOST = 6
"""Sentences of an answer; what comes after them goes to the discussion."""


def placed(
    sentences: Sequence[Sentence], claims: Iterable[Claim], added: Sequence[str], put_first: Sequence[str]
) -> tuple[Sentence, ...]:
    """The sentences with a sentence of the answer for every claim of `added` and `put_first`, those of `put_first` at
    its head.

    A sentence elsewhere that rests on that claim alone is moved; without one the claim is repeated in the third person.
    Only claims that stand and are firmly supported are placed; what is already in the answer stays.
    """
    usable = {claim.id: claim for claim in claims if claim.dropped is None and is_supported(claim)}
    wanted = [claim_id for claim_id in dict.fromkeys((*put_first, *added)) if claim_id in usable]
    found = list(sentences)
    for claim_id in wanted:
        if any(entry.section == "answer" and claim_id in entry.claims for entry in found):
            continue
        moved = next((entry for entry in found if entry.claims == (claim_id,)), None)
        if moved is None:
            text = third_person(usable[claim_id].text)
            moved = Sentence(id="", section="answer", text=text, claims=(claim_id,), written_by="measured")
        else:
            found.remove(moved)
        found.append(moved.model_copy(update={"section": "answer"}))
    answer = [entry for entry in found if entry.section == "answer"]
    heads = [entry for claim_id in put_first for entry in answer if claim_id in entry.claims]
    ordered = list(dict.fromkeys([*heads, *answer]))
    named = set(wanted)
    while len(ordered) > MOST and (loose := [entry for entry in ordered[1:] if not named & set(entry.claims)]):
        ordered.remove(loose[-1])
    rest = [entry for entry in found if entry.section != "answer"]
    left = [entry.model_copy(update={"section": "discussion"}) for entry in answer if entry not in ordered]
    return (*ordered, *rest, *left)
