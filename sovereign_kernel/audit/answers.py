"""What models answered, as the run kept it in calls/, laid beside the ledger and the draft.

An answer counts where a file of calls/ holds it and an event of the ledger names its question and its hash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sovereign_kernel.audit.findings import Finding, finding
from sovereign_kernel.errors import BadRun
from sovereign_kernel.models.answers import UnusableError, parse, spoken_objects
from sovereign_kernel.ports import Entailment
from sovereign_kernel.records import Check, Claim, Draft, Probabilities, Review
from sovereign_kernel.runs.ledger import Event
from sovereign_kernel.storage.canonical_json import canonical, sha256
from sovereign_kernel.storage.plain_files import read_plain
from sovereign_kernel.verification.entailment.llm import ABSTENTIONS, Judgements, believed
from sovereign_kernel.verification.entailment.recorded import EVENT as NLI_EVENT
from sovereign_kernel.verification.entailment.recorded import read_judged

CALLS = "calls"
ANSWERED = ("model_call", "model_call_replayed")
ASKED_BY = ("prompt_sha256", "texts_sha256", "pairs_sha256")  # the fields by which events name what was asked
REVIEWERS = ("skeptic", "synthesizer", "validator")  # the kernel's own; what an owner's role asks is its own affair
EXTRACTOR, WRITER, ENTAILMENT = "claim_extractor", "writer", "entailment"
_NAME = re.compile(r"[0-9a-f]{64}\.json")


@dataclass(frozen=True)
class Answer:
    """One answer of a language model to a role, in the ledger's order."""

    role: str
    text: str
    cut: bool


@dataclass(frozen=True)
class Recorded:
    """All that models said in a run, and what is wrong with how it was kept."""

    answers: tuple[Answer, ...] = ()
    nli: dict[tuple[str, tuple[str, ...]], Entailment] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    files: int = 0

    def of(self, role: str) -> Iterator[Answer]:
        return (answer for answer in self.answers if answer.role == role and not answer.cut)


def recorded(folder: Path, names: Sequence[str], events: Sequence[Event]) -> Recorded:
    """The answers in the files `names` of calls/ that the ledger knows of."""
    kept: dict[str, Any] = {}
    faults = []
    for name in names:
        try:
            key, value = _entry(folder, name)
        except (BadRun, ValueError, TypeError, KeyError, RecursionError):
            faults.append(f"{name} is not as the kernel keeps an answer")
        else:
            kept[key] = value
    known = {event[name] for event in events for name in ASKED_BY if isinstance(event.get(name), str)}
    faults += [
        f"{CALLS}/{sha256(key.encode())}.json answers what the ledger saw nobody ask" for key in kept.keys() - known
    ]
    answers: list[Answer] = []
    last = {event["prompt_sha256"]: event for event in events if _names_an_answer(event)}
    for event in events:
        value = kept.get(event["prompt_sha256"]) if _names_an_answer(event) else None
        if value is None:
            continue  # a call that was killed before its answer was kept: nothing may rest on it
        text = value.get("text") if isinstance(value, dict) else None
        if isinstance(text, str) and _hash(text) == event["answer_sha256"]:
            answers.append(Answer(str(event.get("role")), text, value.get("finish_reason") == "length"))
        elif last[event["prompt_sha256"]] is event:
            faults.append(f"event {event['seq']}: the answer in {CALLS} is not the one that the ledger saw")
    nli = {}
    for event in events:
        if event["event"] == NLI_EVENT:
            nli.update(read_judged(kept.get(str(event.get("pairs_sha256")))))
    return Recorded(tuple(answers), nli, tuple(faults), len(names))


def check_recorded(found: Recorded) -> Finding:
    """Every answer in calls/ is whole, and is what the ledger saw given to what it saw asked."""
    return finding("recorded answers are the ledger's", found.faults, f"{found.files} answers")


def check_followed(draft: Draft, found: Recorded) -> Finding:
    """What the draft says a model said stands in a recorded answer, and the last answers are the ones it follows."""
    faults = [fault for claim in (*draft.claims, *draft.dropped_claims) if (fault := _claim_fault(claim, draft, found))]
    written = _said(found, WRITER)
    faults += [
        f"{sentence.id} is said to be a model's, and stands in no recorded answer"
        for sentence in draft.sentences
        if sentence.written_by == "model" and _plain(sentence.text) not in written
    ]
    for round_ in draft.tribunal.rounds:
        faults += [fault for review in round_.reviews if (fault := _review_fault(review, found))]
    if draft.tribunal.rounds:
        last = draft.tribunal.rounds[-1].reviews
        faults += [fault for review in last if (fault := _last_review_fault(review, found))]
    count = len(found.answers)
    return finding("draft follows the recorded answers", faults, f"{count} answers of language models")


def opinion(check: Check, found: Recorded) -> Entailment | None:
    """The recorded judgement that an entailment check tells; None when there is none."""
    if check.outcome == "abstained":
        asked = any(answer.role == ENTAILMENT for answer in found.answers)
        known = asked and check.reason.startswith(ABSTENTIONS)
        return Entailment(None, (), check.reason) if known else None
    for answer in found.of(ENTAILMENT):
        try:
            said = parse(answer.text, Judgements).judgements
        except UnusableError:
            continue
        for judgement in said:
            if check.reason.startswith(f"{judgement.reason} (") or not judgement.reason:
                believed_in: Probabilities = believed(judgement.verdict)
                if check.score is not None and abs(check.score - _score(believed_in)) < 1e-6:
                    return Entailment(believed_in, (), judgement.reason)
    return None


def _score(p: Probabilities) -> float:
    return min(1.0, p.SUPPORTED + 0.5 * p.NOT_ENOUGH_INFO)


def _claim_fault(claim: Claim, draft: Draft, found: Recorded) -> str | None:
    if claim.extracted_by != f"{EXTRACTOR} (model)" or claim.text == claim.quote.text:
        return None
    if any(change.target == claim.id for round_ in draft.tribunal.rounds for change in round_.changes):
        return None  # a revision has changed its words
    if _plain(claim.text) in _said(found, EXTRACTOR):
        return None
    return f"{claim.id} is said to be a model's, and stands in no recorded answer"


def _review_fault(review: Review, found: Recorded) -> str | None:
    if review.role not in REVIEWERS or review.argued is None:
        return None
    if any(_argues(review, value) for value in _arguments(found, review.role)):
        return None
    return f"{review.role}: what it is said to have argued stands in no recorded answer"


def _last_review_fault(review: Review, found: Recorded) -> str | None:
    """The last usable answer is the one that counts; a reviewer that was not heard has none after all."""
    said = list(_arguments(found, review.role))
    if review.role not in REVIEWERS or review.absent is not None or not said or _argues(review, said[-1]):
        return None
    return f"{review.role}: the draft does not follow its last recorded answer"


def _argues(review: Review, value: dict[str, Any]) -> bool:
    return value["score"] == review.argued and _plain(value["rationale"]) == _plain(review.rationale)


def _arguments(found: Recorded, role: str) -> Iterator[dict[str, Any]]:
    for answer in found.of(role):
        usable = [value for value in spoken_objects(answer.text) if _is_argument(value)]
        if usable:
            yield usable[-1]


def _is_argument(value: dict[str, Any]) -> bool:
    score = value.get("score")
    return isinstance(value.get("rationale"), str) and isinstance(score, int | float) and 0 <= score <= 10


def _said(found: Recorded, role: str) -> set[str]:
    return {
        _plain(text) for answer in found.of(role) for value in spoken_objects(answer.text) for text in _texts(value)
    }


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _entry(folder: Path, name: str) -> tuple[str, Any]:
    entry = json.loads(read_plain(folder, name))
    key, value = entry["key"], entry["value"]
    if not _NAME.fullmatch(Path(name).name) or Path(name).stem != sha256(key.encode()):
        raise ValueError(name)
    if entry["sha256"] != sha256(canonical(value)):
        raise ValueError(name)
    return key, value


def _names_an_answer(event: Event) -> bool:
    asked, answered = event.get("prompt_sha256"), event.get("answer_sha256")
    return event["event"] in ANSWERED and isinstance(asked, str) and isinstance(answered, str)


def _hash(text: str) -> str:
    return sha256(json.dumps(text, ensure_ascii=True).encode())
