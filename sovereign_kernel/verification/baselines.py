"""What something is compared with: another baseline, group or time than the source's. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.records import Check
from sovereign_kernel.verification.clauses import OPENERS, PREPOSITIONS, breaks
from sovereign_kernel.verification.evidence import Pair
from sovereign_kernel.verification.lexicon import FIELD, synonymous
from sovereign_kernel.verification.spans import where
from sovereign_kernel.verification.tokens import Token, stem

NAME = "baseline"
REACH = 6  # tokens of what is compared with
_TWO_WORDS = {
    ("compared", "with"),
    ("compared", "to"),
    ("relative", "to"),
    ("comparison", "with"),
    ("comparison", "to"),
}
_VAGUE = frozenset(
    stem(w)
    for w in (
        *FIELD,
        *["control", "placebo", "method", "methods", "model", "models", "others", "other", "group", "alone"],
    )
)


def baseline(pair: Pair) -> Check:
    """0.1 when the claim compares with something that the evidence does not, but with another;
    1 when both compare with the same."""
    ours = compared_with(pair.tokens, pair.claim)
    if not ours:
        return Check(name=NAME, outcome="abstained", reason="the claim compares with nothing")
    theirs = [t for i in pair.chosen for t in pair.source.parsed(i, compared_with)]
    if not theirs:
        return Check(name=NAME, outcome="abstained", reason="the evidence compares with nothing")
    there = {t.stem for t in theirs}
    anywhere = {t.stem for t in pair.chosen_tokens}
    if any(t.stem in there or any(synonymous(t.stem, s) for s in there) for t in ours):
        return Check(name=NAME, outcome="passed", score=1.0, reason="both compare with the same")
    turned = any(same for _, _, same in pair.related)
    known = [t for t in ours if t.stem not in _VAGUE]
    here = {t.stem for t in pair.tokens}
    named_elsewhere = any(t.stem in here for t in theirs) or any(t.stem in anywhere for t in known)
    vague = any(t.lower in FIELD for t in ours) or any(t.stem in _VAGUE for t in theirs)
    if turned or vague or not known or named_elsewhere or _abbreviate(ours, theirs):
        return Check(name=NAME, outcome="abstained", reason="what is compared with cannot be told apart")
    return Check(
        name=NAME,
        outcome="failed",
        score=0.1,
        reason=f"the claim compares with {known[0].text!r}, the source with {theirs[0].text!r}",
        spans=where("claim", known) + where("source", theirs),
    )


def _abbreviate(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Whether one side is short for the other, or may be ("laryngeal mask airway" and "LMA")."""
    for short, long in ((ours, theirs), (theirs, ours)):
        initials = "".join(t.lower[0] for t in long)
        if any(t.text.isupper() and (t.lower[:2] in initials or len(t.text) <= 3) for t in short):
            return True
    return False


def compared_with(tokens: Sequence[Token], text: str) -> tuple[Token, ...]:
    """The words of what a sentence compares with, after "than", "versus", "compared with", "over"."""
    cut = breaks(tokens, text)
    for at, token in enumerate(tokens):
        after = tokens[at + 1].lower if at + 1 < len(tokens) else ""
        if (token.lower, after) in _TWO_WORDS:
            start = at + 2
        elif token.lower in {"than", "versus", "vs"}:
            start = at + 1
        else:
            continue
        while start < len(tokens) and tokens[start].lower in PREPOSITIONS and not cut[start]:
            start += 1
        end = start
        while end < len(tokens) and end - start < REACH and not (cut[end] and end > start):
            if tokens[end].lower in OPENERS or tokens[end].lower in PREPOSITIONS:
                break
            end += 1
        found = tuple(
            t for t in tokens[start:end] if len(t.text) > 1 and t.is_content and not t.is_number and t.lower != "%"
        )
        if found:
            return found
    return ()
