"""Negation: what the source affirms and the claim denies, or the reverse. Pure.

Besides "not" and "no", constructions deny: without, instead of, rather than, fails to, no longer, lack of. What is
denied is compared (denials.py), not that a denial stands there; "not effective" is "ineffective".
"""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.records import Check
from sovereign_kernel.verification.denials import Denial, denials
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import DENIALS, NEGATIONS, opposed, stems
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token

NAME = "polarity"
_NEGATING = NEGATIONS | DENIALS
_RESULTS = stems(
    "effect difference differ change affect alter association associate relation influence impact improve benefit"
)
_ALIKE = stems("similar similarly comparable equivalent unchanged nonsignificant insignificant unaffected same equally")
TIGHT = 8  # tokens of an edit, on both sides, in which a negation was put in or taken out
REACH = 3  # tokens after a negation that it still denies


def polarity(pair: Pair) -> Check:
    """0 when something both speak of is denied in one only; 0.3 when the texts lie far apart. Abstains
    where neither denies."""
    ours = denials(pair.tokens, pair.claim)
    theirs = [mark for i in pair.chosen for mark in pair.source.parsed(i, denials)]
    flips = _flips(pair)
    if not ours and not theirs and not flips:
        return Check(name=NAME, outcome="abstained", reason="neither the claim nor its evidence negates")
    here, there = _stems(ours), _stems(theirs)
    free_here = {t.stem for t in pair.tokens if t.is_content} - here
    free_there = {t.stem for t in pair.chosen_tokens if t.is_content} - there
    added = [mark for mark in ours if mark.head in free_there and not mark.lacks]
    dropped = [mark for mark in theirs if mark.head in free_here and not mark.lacks]
    null = (_null(ours) and _finds_nothing(pair.chosen_tokens)) or (_null(theirs) and _finds_nothing(pair.tokens))
    if (not added and not dropped) or null:
        opposite = any(_opposite(mark, free_there) for mark in ours) or any(_opposite(m, free_here) for m in theirs)
        if here & there or opposite or null:
            return Check(
                name=NAME,
                outcome="passed",
                score=1.0,
                reason="claim and evidence deny the same",
                spans=where("claim", [t for mark in ours for t in mark.tokens]),
            )
        if not flips:
            return Check(name=NAME, outcome="abstained", reason="what one denies the other does not speak of")
    return _failed(pair, added, dropped, flips)


def _failed(pair: Pair, added: Sequence[Denial], dropped: Sequence[Denial], flips: Sequence[Token]) -> Check:
    near = pair.similarity[0] if pair.similarity else 0.0
    score = 0.0 if near >= 0.3 else 0.3
    if added or dropped:
        mark = (*added, *dropped)[0]
        says, other = ("the claim", "the source") if added else ("the source", "the claim")
        reason = f"{says} denies {mark.word!r} ({mark.cue}), {other} does not"
        return Check(
            name=NAME,
            outcome="failed",
            score=score,
            reason=reason,
            spans=where("claim" if added else "source", mark.tokens),
        )
    ours = all(any(t is mine for mine in pair.tokens) for t in flips)
    says, other = ("the claim", "the source") if ours else ("the source", "the claim")
    reason = f"{says} negates ({', '.join(t.text for t in flips)}) what {other} does not"
    spans = where("claim" if ours else "source", flips)
    return Check(name=NAME, outcome="failed", score=score, reason=reason, spans=spans)


def _null(marks: Sequence[Denial]) -> bool:
    """Whether a result is denied: no effect, no difference, did not change."""
    return any(mark.head in _RESULTS for mark in marks)


def _finds_nothing(tokens: Sequence[Token]) -> bool:
    """Whether the same is said without a denial of that word: similar, unchanged, not significant."""
    words = [t.lower for t in tokens]
    if any(t.stem in _ALIKE for t in tokens) or any(
        a == "as" and b == "as" for a, b in zip(words, words[2:], strict=False)
    ):
        return True
    return any(
        t.stem in NEGATIONS and any(n.lower.startswith("signific") for n in tokens[at : at + 5])
        for at, t in enumerate(tokens)
    )


def _opposite(mark: Denial, free: set[str]) -> bool:
    return any(opposed(mark.head, word) for word in free)


def _stems(marks: Sequence[Denial]) -> set[str]:
    return {stem for mark in marks for stem in mark.reach}


def _flips(pair: Pair) -> list[Token]:
    """Negations that were put in or taken out where claim and source run alike."""
    edits = [edit for edit in pair.diff.edits if len(edit.claim) + len(edit.source) <= TIGHT]
    added = [t for edit in edits for t in _loose(edit.claim, edit.right)]
    dropped = [t for edit in edits for t in _loose(edit.source, edit.right)]
    if len(added) == len(dropped):
        return []
    return added if len(added) > len(dropped) else dropped


def _loose(tokens: tuple[Token, ...], right: int) -> list[Token]:
    """Negations of an edit that deny words which claim and source share."""
    if not right:
        return []
    return [t for at, t in enumerate(tokens) if t.stem in _NEGATING and len(tokens) - at <= REACH]
