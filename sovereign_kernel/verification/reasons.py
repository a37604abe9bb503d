"""Why a verdict is what it is, in words: only reasons that speak for the verdict under which they stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_kernel.records import Check, Quote, Verdict
from sovereign_kernel.verification.numbers import CONFLICT

VERBATIM = "verbatim in the source"
LONGEST = 240  # characters of a quoted sentence
# A check that fails says that the source puts it otherwise (REFUTED), or that it does not say it.
_TURNING = ("binding", "polarity", "direction", "contrast", "sides", "time", "scope", "causality", "baseline")
_OPEN = ("scope", "causality", "baseline", "time")
_FOR = (
    "numbers",
    "binding",
    "sides",
    "contrast",
    "polarity",
    "causality",
    "baseline",
    "entities",
    "time",
    "scope",
    "words",
)


def reasons_for(
    verdict: Verdict, checks: Sequence[Check], evidence: Sequence[Quote], verbatim: bool = False
) -> tuple[str, ...]:
    """Strongest first; never empty, and never one that speaks for another verdict."""
    told = {check.name: check for check in checks if check.outcome != "abstained" and check.reason}
    said = [f"the source says: “{_short(quote.text)}”" for quote in evidence[:1]]
    if verdict == "SUPPORTED":
        passed = [told[name].reason for name in _FOR if name in told and told[name].outcome == "passed"]
        found = [VERBATIM] if verbatim else [*said, *passed]
        return (*found, *_engine(told, "passed"))
    if verdict == "REFUTED":
        turned = sorted((c for c in told.values() if _turns(c)), key=lambda c: c.score or 0.0)
        found = [c.reason for c in turned] + said + _engine(told, "failed")
        return tuple(found) or ("the source speaks against it",)
    silent = [c.reason for c in told.values() if _leaves_open(c)]
    nearest = [f"the nearest that the source says: “{_short(quote.text)}”" for quote in evidence[:1]]
    return (*silent, *(nearest or ["nothing in the source speaks of it"]))


def _turns(check: Check) -> bool:
    if check.outcome != "failed" or check.score is None:
        return False
    if check.name == "numbers":
        return check.score <= CONFLICT
    if check.name == "entities":
        return check.score in (0.0, 0.3)  # another name in its place
    return check.name in _TURNING


def _leaves_open(check: Check) -> bool:
    if check.name in {"numbers", "entities"}:
        return check.outcome == "failed" and not _turns(check)
    if check.name == "words":
        return (check.score or 0.0) < 1.0
    return check.outcome == "failed" and check.name in _OPEN


def _engine(told: dict[str, Check], outcome: str) -> list[str]:
    check = told.get("entailment")
    return [f"the entailment engine: {check.reason}"] if check is not None and check.outcome == outcome else []


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"
