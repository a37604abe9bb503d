"""Judgements of an entailment engine, kept: an owner's own NLI model is not there when the run is checked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sovereign_kernel.ports import Entailment, EntailmentEngine, EntailmentPair, Journal
from sovereign_kernel.records import Probabilities
from sovereign_kernel.storage.canonical_json import canonical, sha256

EVENT = "nli_judged"
Judged = dict[tuple[str, tuple[str, ...]], Entailment]


class RecordedEntailment:
    """The engine, with everything that it says kept in the journal and named in the ledger (`record`)."""

    def __init__(self, engine: EntailmentEngine, journal: Journal, record: Callable[..., None]) -> None:
        self.name = engine.name
        self._engine, self._journal, self._record = engine, journal, record

    def judge(self, pairs: Sequence[EntailmentPair]) -> tuple[Entailment, ...]:
        """One answer a pair, in order."""
        said = tuple(self._engine.judge(pairs))
        asked = sha256(canonical([EVENT, self.name, [[pair.claim, list(pair.evidence)] for pair in pairs]]))
        self._journal.put(
            asked,
            [
                {
                    "claim": pair.claim,
                    "evidence": list(pair.evidence),
                    "probabilities": entailment.probabilities.model_dump() if entailment.probabilities else None,
                    "reason": entailment.reason,
                }
                for pair, entailment in zip(pairs, said, strict=True)
            ],
        )
        self._record(EVENT, model=self.name, pairs=len(pairs), pairs_sha256=asked)
        return said


class KnownEntailment:
    """An engine that repeats what was recorded, and abstains on everything else."""

    name = "recorded"

    def __init__(self, known: Mapping[tuple[str, tuple[str, ...]], Entailment]) -> None:
        self._known = known

    def judge(self, pairs: Sequence[EntailmentPair]) -> tuple[Entailment, ...]:
        nothing = Entailment(None, (), "no judgement is recorded")
        return tuple(self._known.get((pair.claim, pair.evidence), nothing) for pair in pairs)


def read_judged(value: Any) -> Judged:
    """What `RecordedEntailment` kept. Raises what a value of another shape brings about."""
    found: Judged = {}
    for entry in value or ():
        p = entry["probabilities"]
        told = Entailment(Probabilities.model_validate(p) if p is not None else None, (), str(entry["reason"]))
        found[str(entry["claim"]), tuple(map(str, entry["evidence"]))] = told
    return found
