"""`check`: one claim against one source, from Python; and many, streamed, for the command line.

from sovereign_kernel import check
check("A beats B by 3 points.", abstract).verdict
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from sovereign_kernel.ports import EntailmentEngine, Verifier
from sovereign_kernel.records import Verification
from sovereign_kernel.verification import KernelVerifier

BATCH = 64  # pairs that are judged together; their answers are written as soon as the batch is done


class ClaimPair(BaseModel):
    """One line of a pairs file; further fields are allowed and ignored."""

    model_config = ConfigDict(extra="ignore", strict=True)

    claim: str
    source: str | list[str]


def check(claim: str, source: str | Sequence[str], *, entailment: EntailmentEngine | None = None) -> Verification:
    """What all signals together say of `claim` against `source`, a text or a list of sentences.

    Offsets of the evidence count in `source`, or in its sentences joined by blank lines. Without `entailment` the
    bundled engine is used where there is one. Never raises on odd text: see the verdict's reasons.
    """
    return default_verifier(entailment).verify(claim, joined(source))


def default_verifier(entailment: EntailmentEngine | None = None) -> KernelVerifier:
    """A verifier with `entailment`, or else with the engine that is bundled, if any."""
    from sovereign_kernel.verification.entailment import default_engine

    return KernelVerifier(entailment or default_engine())


def check_pairs(
    lines: Iterable[str], write: Callable[[str], object], verifier: Verifier | None = None, batch: int = BATCH
) -> int:
    """Judges JSON lines `{"claim": …, "source": …}` and writes an answer a line, in order, as it goes.

    A line that cannot be read gets `{"error": …, "line": number}` in its place. Blank lines are passed over. Returns
    how many lines could not be read.
    """
    verifier = verifier or default_verifier()
    bad = 0
    for parsed in _batches(_parse(lines), batch):
        good = [(entry.claim, joined(entry.source), None) for entry in parsed if isinstance(entry, ClaimPair)]
        found = iter(verifier.verify_all(good))
        for entry in parsed:
            if isinstance(entry, ClaimPair):
                write(json.dumps(answer(next(found)), ensure_ascii=False) + "\n")
            else:
                bad += 1
                write(json.dumps(entry, ensure_ascii=False) + "\n")
    return bad


def answer(found: Verification) -> dict[str, Any]:
    """A verification as the JSON object that `sovereign check` writes."""
    return {
        "verdict": found.verdict,
        "verbatim": found.verbatim,
        "probabilities": found.probabilities.model_dump() if found.probabilities else None,
        "evidence": [quote.model_dump() for quote in found.evidence],
        "checks": [check.model_dump(mode="json") for check in found.checks],
        "reasons": list(found.reasons),
        "facts": [fact.model_dump(mode="json") for fact in found.facts],
    }


def joined(source: str | Sequence[str]) -> str:
    return source if isinstance(source, str) else "\n\n".join(source)


def _parse(lines: Iterable[str]) -> Iterator[ClaimPair | dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield ClaimPair.model_validate_json(line.strip().removeprefix("\ufeff"))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"][:1])
            yield {"error": f"{place}: {first['msg']}" if place else first["msg"], "line": number}


def _batches(entries: Iterator[ClaimPair | dict[str, Any]], size: int) -> Iterator[list[ClaimPair | dict[str, Any]]]:
    while chunk := list(islice(entries, size)):
        yield chunk
