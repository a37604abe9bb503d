"""Every fault at every place where it can occur, and what must come of it. docs/reliability.md shows this table.

`CHAT`, `EMBEDDING` and `ARXIV` are the faults; `PLACES` where a run meets them, with what it does when the fault
stays. A fault that passes is met by asking again, and leaves no trace in the draft.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sovereign_kernel.testing import faults as wire
from sovereign_kernel.testing.arxiv import RATE_PAGE, Entry, atom
from sovereign_kernel.testing.arxiv import Fault as Arxiv
from sovereign_kernel.testing.openai import Asked
from sovereign_kernel.testing.plausible import schema_in

End = Literal["fails", "notice", "abstains", "absent", "as usual", "finds nothing", "recorded"]


@dataclass(frozen=True)
class Fault:
    """`passing`: asking again is right."""

    name: str
    serve: Any
    passing: bool = True


CHAT = (
    Fault("429 with Retry-After", wire.status(429, retry_after="1")),
    Fault("429 without Retry-After", wire.status(429)),
    Fault("500", wire.status(500)),
    Fault("hang", wire.hang),
    Fault("reset in mid-body", wire.reset),
    Fault("cut JSON", wire.cut_json),
    Fault("wrong types", wire.wrong_types),
    Fault("empty choices", wire.no_choices),
    Fault("an answer of another shape", wire.says('{"verdict": ["yes"]}')),
    Fault("another model's name", wire.wrong_model),
    Fault("unknown model (404)", wire.status(404), passing=False),
)
EMBEDDING = (
    *CHAT[:6],
    Fault("wrong types", wire.wrong_types),
    Fault("a vector of the wrong length", wire.short_vector),
    Fault("a vector with NaN", wire.nan_vector),
    Fault("too few vectors", wire.few_vectors),
    Fault("unknown model (404)", wire.status(404), passing=False),
)


@dataclass(frozen=True)
class Place:
    """Where a run asks a model. `asked`: whether a request is of this place. `stays` and `says`: how a run ends, and
    what its draft says, when the fault stays; `unreachable`: the same where the server cannot be had at all."""

    name: str
    asked: Callable[[Asked], bool]
    stays: End
    says: str
    unreachable: End | None = None


def _schema(title: str, word: str = "") -> Callable[[Asked], bool]:
    return lambda asked: (schema_in(asked.text) or {}).get("title") == title and word in asked.text


def _texts(kind: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path.endswith("/embeddings") and asked.body.get("input_type") == kind


PLACES = (
    Place("plan", _schema("Plan"), "notice", "planned no usable queries", unreachable="fails"),
    Place("extract", _schema("ExtractedClaims"), "notice", "No usable claims from the language model for"),
    Place("entailment", _schema("Judgements"), "abstains", "the model's answer was unusable", unreachable="notice"),
    Place("write", _schema("Written"), "notice", "wrote no usable draft"),
    Place("skeptic", _schema("Argument", "SKEPTIC"), "absent", "absent: the language model was not heard"),
    Place("validator", _schema("Argument", "VALIDATOR"), "absent", "absent: the language model was not heard"),
    Place("synthesizer", _schema("Argument", "SYNTHESIZER"), "absent", "absent: the language model was not heard"),
    Place("embeddings of passages", _texts("passage"), "notice", "The embeddings could not be had"),
    Place("embeddings of queries", _texts("query"), "notice", "The embeddings could not be had"),
)
UNREACHABLE = {"429 with Retry-After", "429 without Retry-After", "500", "hang", "reset in mid-body"}
NO_SECOND_OPINION = "no second opinion"


def end_of(place: Place, fault: Fault) -> End:
    """How a run ends when this fault stays at this place."""
    if not fault.passing:
        return "fails"
    if fault.serve is wire.wrong_model:
        return "recorded"
    return place.unreachable if place.unreachable and fault.name in UNREACHABLE else place.stays


def faults_at(place: Place) -> tuple[Fault, ...]:
    return EMBEDDING if place.name.startswith("embeddings") else CHAT


ENTRIES = [
    Entry("2601.00001v1", "Sparse mixture-of-experts vision-language models", "We show that sparse experts cost less."),
    Entry("2601.00002v2", "Inference cost of sparse experts", "Sparse experts reduce the inference cost by 30%."),
]
MANY = [
    Entry(f"2601.{number:05}v1", f"Sparse experts and inference cost {number}", "They cost less.")
    for number in range(1, 2001)
]
TWICE = [ENTRIES[0], ENTRIES[0], Entry("2601.00001v3", ENTRIES[0].title, ENTRIES[0].abstract), ENTRIES[1]]


@dataclass(frozen=True)
class SourceFault:
    """What arXiv does to every request, and what comes of it with `--source arxiv`; `auto` turns to the corpus."""

    name: str
    serve: Arxiv
    end: End
    says: str


ARXIV = (
    SourceFault("429 with Retry-After", Arxiv.status(429, {"Retry-After": "0"}), "fails", "HTTP 429"),
    SourceFault("503", Arxiv.status(503), "fails", "HTTP 503"),
    SourceFault("hang", Arxiv.hang(), "fails", "no answer in"),
    SourceFault("reset in mid-body", Arxiv.reset(), "fails", "broke the connection"),
    SourceFault("malformed Atom", Arxiv.cut(), "fails", "cut or malformed feed"),
    SourceFault("HTML", Arxiv.page(b"<html><body>Welcome</body></html>"), "fails", "in place of an Atom feed"),
    SourceFault("200 'Rate exceeded'", Arxiv.page(RATE_PAGE), "fails", "Rate exceeded"),
    SourceFault("an empty page", Arxiv.page(b""), "fails", "cut or malformed feed"),
    SourceFault("no results", Arxiv.page(atom([], 0), "application/atom+xml"), "finds nothing", "No paper was found"),
    SourceFault("duplicates", Arxiv.page(atom(TWICE, 4), "application/atom+xml"), "as usual", "another version of"),
    SourceFault("2,000 results", Arxiv.page(atom(MANY, 2000), "application/atom+xml"), "as usual", "are kept"),
)

ENDS: dict[End, str] = {
    "fails": "the run ends with one line that names the fault and the mend (exit 6); `resume` goes on",
    "notice": "the run goes on by code alone there; the draft's notices say so",
    "abstains": "the check abstains, and says why; the other signals decide",
    "absent": "shown as absent, without a score; never auto-approved, and without any reviewer there is no score",
    "finds nothing": "the draft says that nothing was found; rejected (exit 5)",
    "recorded": "as usual; the ledger says which model served",
    "as usual": "each paper once, the best ones kept; the rest is listed with the reason",
}


def table() -> str:
    """The tables of docs/reliability.md, as Markdown."""
    rows: dict[tuple[str, End, str], list[str]] = {}
    for place in PLACES:
        by_end: dict[End, list[str]] = {}
        for fault in faults_at(place):
            by_end.setdefault(end_of(place, fault), []).append(fault.name)
        for end, names in by_end.items():
            rows.setdefault((", ".join(names), end, _said(place, end)), []).append(place.name)
    lines = ["| place | a fault that stays | the run | the draft says |", "|---|---|---|---|"]
    lines += [
        f"| {', '.join(places)} | {names} | {ENDS[end]} | {said} |" for (names, end, said), places in rows.items()
    ]
    lines += ["", "| arXiv | with `--source arxiv` | what is said |", "|---|---|---|"]
    lines += [f"| {fault.name} | {ENDS[fault.end]} | “… {fault.says} …” |" for fault in ARXIV]
    return "\n".join(lines)


def _said(place: Place, end: End) -> str:
    if end in ("fails", "recorded"):
        return "no draft" if end == "fails" else "nothing else"
    return f"“… {NO_SECOND_OPINION if end == 'notice' and place.stays == 'abstains' else place.says} …”"


if __name__ == "__main__":
    print(table())
