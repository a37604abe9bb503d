"""The values that travel through a run. Frozen, serialisable, without I/O or identity of storage.

Offsets are counted in Unicode code points and are half open: `text[start:end]`. `None` means unknown, never zero.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["SUPPORTED", "REFUTED", "NOT_ENOUGH_INFO", "PARTIAL"]
CheckOutcome = Literal["passed", "failed", "abstained"]
Severity = Literal["blocking", "major", "minor"]
Mend = Literal["drop", "reword", "merge", "search", "disclose", "add", "first"]
Status = Literal["ANSWERED", "PARTIAL", "INSUFFICIENT_EVIDENCE"]
Kind = Literal["background", "objective", "method", "result", "other"]
Outcome = Literal["AUTO_APPROVE", "OWNER_REVIEW", "REJECT"]
ProseSection = Literal["answer", "abstract", "introduction", "discussion"]
QuestionKind = Literal[
    "how_much", "which", "whether", "why", "how", "conditions", "compare", "survey", "paper", "define"
]

BANNER = "Autonomous draft — Owner review required before publication"


class Record(BaseModel):
    """Base of all records: frozen, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- what is read ---------------------------------------------------------------------------------------------


class Paper(Record):
    """One paper. `text` is title, blank line, abstract: the exact text that quotes and offsets refer to."""

    id: str = Field(description="arXiv id without its version, for example 2604.23996")
    version: int | None = Field(None, description="arXiv version number; None when the source does not tell")
    title: str
    authors: tuple[str, ...] = ()
    published: str | None = Field(None, description="ISO date or year-month of first submission")
    categories: tuple[str, ...] = ()
    url: str = ""
    comment: str | None = None
    withdrawn: bool = False
    source: Literal["arxiv", "corpus"] = "corpus"
    withheld: tuple[str, ...] = Field(
        (), description="passages that speak to the machine that reads them; taken out of all other fields"
    )
    text: str
    sha256: str = Field(description="SHA-256 of `text` in UTF-8, hexadecimal")


class Passage(Record):
    """One sentence of a paper: `paper.text[start:end] == text`."""

    paper_id: str
    text: str
    start: int
    end: int


class Quote(Record):
    """Verbatim words of a paper: `paper.text[start:end] == text`."""

    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class SourcedQuote(Record):
    paper_id: str
    quote: Quote


# --- what is claimed and checked ------------------------------------------------------------------------------


class Span(Record):
    """Words that moved a check, in the claim or in the source."""

    where: Literal["claim", "source"]
    text: str
    start: int
    end: int


class Check(Record):
    """What one signal found. `score` in [0, 1]: 1 speaks for the claim, 0 against it; None when it abstained."""

    name: str
    outcome: CheckOutcome
    score: float | None = None
    reason: str = ""
    spans: tuple[Span, ...] = ()


class Probabilities(Record):
    """Calibrated probabilities of the three verdicts; they sum to 1."""

    SUPPORTED: float = Field(ge=0, le=1)
    REFUTED: float = Field(ge=0, le=1)
    NOT_ENOUGH_INFO: float = Field(ge=0, le=1)


class Fact(Record):
    """One of the facts that a claim states, judged by its own evidence."""

    text: str
    verdict: Verdict
    probability: float | None = Field(None, ge=0, le=1, description="calibrated probability of its verdict")
    evidence: tuple[Quote, ...] = ()


class Verification(Record):
    """What all signals together say of one claim against one source.

    A claim of several facts has the verdict of the weakest: PARTIAL when some are SUPPORTED, none is REFUTED, and on at
    least one the source is silent. `probabilities` are then that fact's, and `confidence` that of the fact's verdict.

    `confidence` is the calibrated probability of `verdict`; `tfidf` is the seed's cosine (1-2-grams, best window),
    a relevance signal and never a verdict; `evidence` are the source's sentences that the verdict rests on.
    """

    verdict: Verdict
    confidence: float | None = Field(None, ge=0, le=1)
    probabilities: Probabilities | None = None
    tfidf: float | None = Field(None, ge=0, le=1)
    evidence: tuple[Quote, ...] = ()
    checks: tuple[Check, ...] = ()
    reasons: tuple[str, ...] = Field((), description="why this verdict, in words, strongest first")
    facts: tuple[Fact, ...] = Field(
        (), description="the facts of a claim that states several; left out of one", exclude_if=lambda facts: not facts
    )
    verbatim: bool = Field(
        False, description="the claim stands word for word in the source", exclude_if=lambda verbatim: not verbatim
    )


AspectName = Literal["method", "data", "metric", "value", "condition", "comparison", "mechanism", "limit"]


class Aspect(Record):
    """Words that say what a claim is about, from its quote or its paper's title: `paper.text[start:end] == text`."""

    name: AspectName
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Bearing(Record):
    """How a claim bears on the question, measured once, when it is verified."""

    nearness: float = Field(description="meaning, form and figures that the question asks for: about -0.2 to 1.2")
    stance: Literal["yes", "no", "both"] | None = Field(
        None, description="what its quote says to a question of yes or no on a change, as far as its words tell"
    )


class Claim(Record):
    """A statement of a paper, with the words it rests on. `dropped` says why it was taken out, None while it stands."""

    id: str
    text: str
    paper_id: str
    quote: Quote
    also: tuple[SourcedQuote, ...] = Field((), description="further sources of the same claim")
    kind: Kind | None = Field(None, description="what its quote does in the abstract, as far as code can tell")
    facet: str | None = Field(None, description="the facet of the goal it speaks to most")
    relevance: float | None = Field(None, description="similarity to the goal, 0 to 1")
    extracted_by: str = ""
    aspects: tuple[Aspect, ...] = Field((), exclude_if=lambda value: not value, description="what it is about")
    bearing: Bearing | None = Field(None, exclude_if=lambda value: value is None, description="None in older drafts")
    verification: Verification | None = None
    dropped: str | None = None


class Contradiction(Record):
    """A claim, and a passage of another paper that speaks against it; both quoted."""

    id: str
    claim_id: str
    paper_id: str
    quote: Quote
    other_claim_id: str | None = None
    other_paper_id: str
    other_quote: Quote
    reason: str
    score: float | None = None


class Sentence(Record):
    """One sentence of prose, and the claims it rests on (never none)."""

    id: str
    section: ProseSection
    text: str
    claims: tuple[str, ...] = Field(min_length=1)
    written_by: str = ""
    verification: Verification | None = None


# --- what was asked and found ---------------------------------------------------------------------------------


class Query(Record):
    text: str
    source: str
    hits: int | None = Field(None, description="records that came back; None when the query failed")
    cached: bool = False
    error: str | None = None


class DroppedPaper(Record):
    paper_id: str
    title: str
    reason: str


class Facet(Record):
    """A part of the goal, by its words, and the standing SUPPORTED claims that speak to it."""

    name: str
    terms: tuple[str, ...]
    claims: tuple[str, ...] = ()


class NamedPaper(Record):
    """A paper that the goal names: by arXiv id, by DOI, by its title, or by an author and a year."""

    id: str | None = Field(None, description="arXiv id without its version")
    doi: str | None = None
    title: str | None = None
    author: str | None = Field(None, description="family name of the first author")
    year: int | None = None

    @property
    def name(self) -> str:
        """How the goal's owner would call it."""
        if self.id or self.doi:
            return f"arXiv:{self.id}" if self.id else f"doi:{self.doi}"
        return f"“{self.title}”" if self.title else " ".join(str(part) for part in (self.author, self.year) if part)


class Goal(Record):
    """What a run is asked, read once, before anything is searched for; everything later goes by this reading.

    `terms`, `phrases`, `abbreviations` and `facets` are words of `question`. A paper that the goal names counts as
    missing until it is found. Empty means that the goal does not say, never that it was not looked for.
    """

    text: str = Field(description="the goal as asked, white space collapsed")
    question: str = Field(description="what is asked, without chat and form; in English where it could be had so")
    kind: QuestionKind = "survey"
    topic: str = Field("", description="a short name")
    subject: str = Field("", description="the name of the facet that the queries turn on")
    terms: tuple[str, ...] = Field((), description="the content words, once each, in order")
    phrases: tuple[str, ...] = Field((), description="the facets of two words or more")
    abbreviations: tuple[tuple[str, tuple[str, ...]], ...] = Field(
        (), description="what is written short, with its known long forms"
    )
    facets: tuple[Facet, ...] = Field((), description="the parts of the question that carry meaning, as noun phrases")
    quantities: tuple[str, ...] = Field((), description="what a number is wanted for")
    sides: tuple[str, ...] = Field((), description="what is compared with each other")
    conditions: tuple[str, ...] = Field((), description="what limits the question, with its preposition")
    datasets: tuple[str, ...] = Field((), description="data sets and benchmarks by name")
    presupposition: str | None = Field(None, description="what the question takes for granted")
    since: str | None = Field(None, description="earliest date of a paper: YYYY, YYYY-MM or YYYY-MM-DD")
    until: str | None = Field(None, description="latest date of a paper, in the same forms")
    papers: tuple[NamedPaper, ...] = Field((), description="the papers that the goal names")
    sub_questions: tuple[str, ...] = Field((), description="the single questions, where there are several")
    queries: tuple[str, ...] = Field((), description="searches that the planner or the owner wants; code adds its own")
    language: str = Field("en", description="ISO 639-1 code of the goal as typed")
    language_ok: bool = Field(True, description="whether `question` is English")
    planned_by: Literal["code", "model", "owner"] = "code"


class Coverage(Record):
    queries: tuple[Query, ...] = ()
    hits: int = 0
    dropped: tuple[DroppedPaper, ...] = ()
    facets: tuple[Facet, ...] = ()

    @property
    def uncovered(self) -> tuple[str, ...]:
        return tuple(facet.name for facet in self.facets if not facet.claims)


# --- how well the answer fits --------------------------------------------------------------------------------------


class AnswerFit(Record):
    """How well the answer fits the question, measured by code after the last writing. Probabilities are calibrated
    (relevance/fit.py), in [0, 1]; None where there is nothing to measure."""

    probability: float | None = Field(None, ge=0, le=1, description="that the answer's first sentences answer it")
    sentences: tuple[tuple[str, float], ...] = Field((), description="each sentence of the answer, and its probability")
    line: float = Field(description="from this probability on a sentence answers the question")
    weights: str = Field("", description="the weights by which it was measured: date and first digits of their SHA-256")
    kind: str = Field(description="the kind of question, which needs a form: a number, a condition, both sides")
    kind_met: bool | None = Field(None, description="whether the first sentences have it; None: the kind needs none")
    presupposition: Literal["met", "denied", "open"] | None = Field(
        None, description="what was read of what the question takes for granted; None: it takes nothing for granted"
    )
    ignored: tuple[str, ...] = Field((), description="conditions, data sets and dates that the answer does not keep")
    unanswered: tuple[str, ...] = Field((), description="sub-questions that no sentence of the answer answers")
    sub_questions: int = 0
    papers: int = Field(0, description="independent papers behind the answer's first sentence")
    papers_in_answer: int = Field(0, description="independent papers behind the whole answer")
    cited: float | None = Field(None, ge=0, le=1, description="mean over the cited papers of their best claim's")
    recall: float | None = Field(None, ge=0, le=1, description="of the best evidence that was read, how much is told")
    best: tuple[str, ...] = Field((), description="the claims that fit best, best first")
    nearest: SourcedQuote | None = Field(None, description="the sentence that was read and is nearest to the question")
    offered: int = Field(0, description="sentences that a language model wrote")
    refused: int = Field(0, description="of these, what failed its check and was left out")


# --- what the tribunal says -----------------------------------------------------------------------------------


class Objection(Record):
    """What a reviewer holds against a claim, a sentence or a section, and what would mend it."""

    target: str = Field(description="a claim id, a sentence id, or a section's name")
    severity: Severity
    text: str
    mend: Mend
    search: str = Field("", exclude_if=lambda value: not value, description="what to search for")


class Criterion(Record):
    """One measured quantity in [0, 1] (1 is best) and its weight in the reviewer's measured score."""

    name: str
    value: float | None = Field(ge=0, le=1)
    weight: float = Field(ge=0)
    detail: str = ""
    caps: bool = Field(False, exclude_if=lambda value: not value, description="the score is never above this value")


class Review(Record):
    """One reviewer's say. Scores are 0 to 10. `score` never exceeds `measured`; `absent` says why there is none."""

    role: str
    score: float | None = Field(None, ge=0, le=10)
    measured: float | None = Field(None, ge=0, le=10)
    argued: float | None = Field(None, ge=0, le=10)
    criteria: tuple[Criterion, ...] = ()
    objections: tuple[Objection, ...] = ()
    rationale: str = ""
    formula: str = ""
    absent: str | None = None


class Change(Record):
    """What a revision did, to what, and on whose objection."""

    target: str
    action: str
    reason: str
    role: str = ""


class Round(Record):
    """One sitting of the tribunal. `score` is the lowest of the scores present; None when nobody was there."""

    number: int
    score: float | None = None
    outcome: Literal["pass", "revise", "fail"]
    reviews: tuple[Review, ...] = ()
    changes: tuple[Change, ...] = Field((), description="what was done after this round, before the next")
    no_answer: float | None = Field(
        None,
        exclude_if=lambda value: value is None,
        description="0 to 10: how well founded it is that nothing answers; None for a draft that answers",
    )


class Tribunal(Record):
    rounds: tuple[Round, ...] = Field((), description="the rounds, in order")


class OwnerAnswer(Record):
    """An explicit answer of the owner's. `draft_sha256` binds it to the draft that was seen."""

    action: Literal["approve", "send_back"]
    owner: str = ""
    note: str = ""
    draft_sha256: str | None = None
    at: str | None = None


class Decision(Record):
    """What the policy decided, by which rule, from which values."""

    policy: Outcome
    rule: str
    reason: str = ""
    inputs: dict[str, Any] = {}
    owner: OwnerAnswer | None = None


# --- what it cost ---------------------------------------------------------------------------------------------


class Usage(Record):
    """Sums over calls. Unknown sums are None: one call without a figure makes the sum unknown."""

    calls: int = 0
    prompt_tokens: int | None = 0
    completion_tokens: int | None = 0
    seconds: float | None = 0.0
    cost: float | None = Field(0.0, description="US dollars")


class ModelUse(Record):
    """What served a purpose in this run: `purpose` is a role's name, 'embeddings' or 'entailment'."""

    purpose: str
    provider: str
    model: str
    usage: Usage = Usage()


# --- the draft ------------------------------------------------------------------------------------------------


class Block(Record):
    """A paragraph of a section: either a sentence of prose (by id), or a statement made by code, of the run or from
    the claims that it names."""

    text: str
    sentence: str | None = None
    claims: tuple[str, ...] = Field((), exclude_if=lambda claims: not claims)


class Effect(Record):
    """A change or a level that a claim reports in numbers: `paper.text[start:end] == text`."""

    claim_id: str
    paper_id: str
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    value: str = Field(description="the figure as written, also a range")
    unit: str = Field("", description='"%", "points", "×", or as written')
    direction: Literal["up", "down"] | None = Field(None, description="None for a level")
    measure: str = Field(description="what was measured, as written")


class Conclusion(Record):
    """A sentence of the run's own: code makes it from the claims that it names, and can make it from them again.

    `part` is where in the answer it stands.
    """

    operator: Literal["count", "agree", "disagree", "range", "rank", "only_under", "alone", "none_reports"]
    part: Literal["lead", "support", "against", "conditions", "unknown"] = "support"
    text: str
    claims: tuple[str, ...] = ()


class Cell(Record):
    """An aspect of a paper in its own words; None where what was read does not tell."""

    column: str
    quote: Quote | None = None


class EvidenceRow(Record):
    paper_id: str
    cells: tuple[Cell, ...] = ()


class EvidenceTable(Record):
    """Papers by aspects; which aspects goes by the kind of the question."""

    columns: tuple[str, ...] = ()
    rows: tuple[EvidenceRow, ...] = ()


class Section(Record):
    heading: str
    blocks: tuple[Block, ...] = ()


class Draft(Record):
    """Everything that is published, and everything needed to check it."""

    schema_version: Literal["1"] = "1"
    kernel_version: str
    run_id: str
    created: str = Field(description="ISO 8601, UTC")
    goal: str
    question: Goal | None = Field(
        None, exclude_if=lambda value: value is None, description="the goal as it was read; drafts of before have none"
    )
    title: str
    banner: str = BANNER
    status: Status
    answer: str
    sections: tuple[Section, ...]
    papers: tuple[Paper, ...]
    claims: tuple[Claim, ...] = Field(description="the claims that stand")
    dropped_claims: tuple[Claim, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    table: EvidenceTable | None = Field(
        None, exclude_if=lambda value: value is None, description="papers by aspects; None in drafts of older versions"
    )
    effects: tuple[Effect, ...] = Field(
        (), exclude_if=lambda value: not value, description="what the claims report in numbers"
    )
    conclusions: tuple[Conclusion, ...] = Field(
        (), exclude_if=lambda value: not value, description="what code concludes from the claims"
    )
    coverage: Coverage
    tribunal: Tribunal = Tribunal()
    fit: AnswerFit | None = Field(
        None, exclude_if=lambda value: value is None, description="None in drafts of before it was measured"
    )
    decision: Decision
    models: tuple[ModelUse, ...] = ()
    cost: Usage = Usage()
    notices: tuple[str, ...] = Field((), description="fallbacks and limits that the reader must know")
    settings: dict[str, Any] = Field({}, description="the settings of the run, without keys")
