"""Named things: models, data sets, acronyms with their long forms. Pure."""

from __future__ import annotations

from sovereign_kernel.records import Check
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token, surface

NAME = "entities"


def entities(pair: Pair) -> Check:
    """Score is the worst name's: 1 in the evidence, 0.6 elsewhere in the source, 0.1 nowhere, 0 in another's place."""
    within = [(q.start, q.end) for q in pair.quantities]
    names = tuple(t for t in named(pair.tokens) if not any(a <= t.start < b for a, b in within))
    if not names:
        return Check(name=NAME, outcome="abstained", reason="the claim names nothing")
    placed = {c.start: s for edit in pair.diff.substitutions for c, s in _facing(edit.claim, edit.source)}
    near = {t.stem for t in pair.chosen_tokens}
    worst, reasons, missing, instead = 1.0, [], list[Token](), list[Token]()
    for name in names:
        if name.stem in near or _spelled_out(name, pair.chosen_tokens):
            continue
        other = placed.get(name.start)
        score, reason = 0.1, f"the source does not name {name.text!r}"
        if name.stem in pair.source.stems or _spelled_out(name, tuple(t for u in pair.source.units for t in u.tokens)):
            score, reason = 0.6, f"{name.text!r} stands elsewhere in the source"
        if other is not None:
            score, reason = (
                min(score, 0.3) if score > 0.1 else 0.0,
                f"the claim says {name.text!r}, the source {other.text!r}",
            )
            instead.append(other)
        worst = min(worst, score)
        reasons.append(reason)
        missing.append(name)
    return Check(
        name=NAME,
        outcome="passed" if worst >= 0.5 else "failed",
        score=worst,
        reason="; ".join(reasons) or f"the evidence names {surface(names)}",
        spans=where("claim", missing) + where("source", instead),
    )


def named(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Acronyms, names with digits, and words with a capital that do not open the text."""
    return tuple(
        t
        for at, t in enumerate(tokens)
        if not t.is_number and t.is_content and len(t.text) > 1 and (t.is_name or (at > 0 and t.text[0].isupper()))
    )


def _facing(claim: tuple[Token, ...], source: tuple[Token, ...]) -> list[tuple[Token, Token]]:
    ours, theirs = named((*claim[:1], *claim)), named((*source[:1], *source))
    return list(zip(ours[-len(theirs) :], theirs[-len(ours) :], strict=False)) if ours and theirs else []


def _spelled_out(name: Token, tokens: tuple[Token, ...]) -> bool:
    """Whether consecutive words begin with the letters of the acronym (a plural s aside), or the reverse."""
    letters = name.text.rstrip("s").lower()
    if not 2 <= len(letters) <= 6 or not name.text[:2].isupper():
        return False
    initials = "".join(t.lower[0] for t in tokens)
    content = "".join(t.lower[0] for t in tokens if t.is_content)
    return letters in initials or letters in content
