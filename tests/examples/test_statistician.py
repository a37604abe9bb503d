"""The example role: what it measures, and that a role joins a run without an edit to the graph."""

from __future__ import annotations

import importlib
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sovereign_kernel import research
from sovereign_kernel.decision.tribunal import measured_score, sit
from sovereign_kernel.errors import BadRole
from sovereign_kernel.goal import analyse
from sovereign_kernel.pipeline.project import load_graph_module
from sovereign_kernel.pipeline.reviewers import Measurement
from sovereign_kernel.pipeline.roles import Role, Stage, load_roles
from sovereign_kernel.records import BANNER, Claim, Draft, Quote, Review, Sentence
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.testing.openai import ModelServer
from sovereign_kernel.testing.scholar import make_scholar
from tests.graph.conftest import GOAL
from tests.graph.test_measured_run import holds
from tests.graph.test_model_run import with_model

Options = Callable[..., dict[str, Any]]
FOLDER = Path(__file__).parents[2] / "examples" / "statistician"
FOUR = ["skeptic", "statistician", "synthesizer", "validator"]


@pytest.fixture(scope="module")
def measure() -> Iterator[Callable[[Dossier], Measurement]]:
    sys.path.insert(0, str(FOLDER))
    yield importlib.import_module("statistician").measure
    sys.path.remove(str(FOLDER))


def dossier(text: str, quote: str, sentence: str = "") -> Dossier:
    claim = Claim(id="C1", text=text, paper_id="p", quote=Quote(text=quote, start=0, end=len(quote)))
    prose = (Sentence(id="S1", section="answer", text=sentence, claims=("C1",)),) if sentence else ()
    return Dossier(analyse("What does it cost?"), claims=(claim,), sentences=prose)


def values(found: Measurement) -> dict[str, float | None]:
    return {entry.name: entry.value for entry in found.criteria}


@pytest.mark.parametrize(
    ("text", "quote", "criterion"),
    [
        ("It is 37% faster than BERT.", "It is 27% faster than BERT.", "numbers_in_quotes"),
        ("It takes 12 ms a token.", "It takes 12 s a token.", "numbers_in_quotes"),
        (
            "Accuracy rises by 3.2% over BERT.",
            "Accuracy rises by 3.2 percentage points over BERT.",
            "percent_not_points",
        ),
        ("Recall rises by 4 percentage points.", "Recall rises by 4%.", "percent_not_points"),
        ("The accuracy is 104%.", "The accuracy is 104%.", "percentages_possible"),
        ("It is 3 times faster.", "It is 3 times faster.", "comparisons_have_baseline"),
        ("The error is 4%.", "The error is 4%.", "figures_have_spread"),
    ],
)
def test_a_number_gone_wrong_is_measured(
    measure: Callable[[Dossier], Measurement], text: str, quote: str, criterion: str
) -> None:
    found = measure(dossier(text, quote))
    assert values(found)[criterion] == 0
    assert any(entry.target == "C1" for entry in found.objections)


@pytest.mark.parametrize(
    "text",
    [
        "It is 2.5 times faster than BERT on three benchmarks.",
        "The cost grows by 140% over the dense baseline, averaged over 5 seeds.",
        "Accuracy is 91.2% ± 0.3 on 1,000 examples.",
    ],
)
def test_sound_numbers_lose_nothing(measure: Callable[[Dossier], Measurement], text: str) -> None:
    found = measure(dossier(text, text, text))
    assert found.objections == ()
    assert measured_score(found.criteria) == 10


def test_a_number_that_only_the_prose_states_is_found(measure: Callable[[Dossier], Measurement]) -> None:
    quote = "It is 27% faster than BERT on 12 tasks."
    found = measure(dossier(quote, quote, "It is 72% faster than BERT on 12 tasks."))
    assert [(entry.target, entry.mend) for entry in found.objections] == [("S1", "reword")]


def test_without_numbers_there_is_no_score(measure: Callable[[Dossier], Measurement]) -> None:
    found = measure(dossier("It is faster than BERT.", "It is faster than BERT."))
    assert measured_score(found.criteria) is None and found.objections == ()


def last_reviews(draft: Draft | None) -> dict[str, Review]:
    assert draft is not None
    return {review.role: review for review in draft.tribunal.rounds[-1].reviews}


def test_it_sits_beside_the_three_without_a_model(options: Options, tmp_path: Path) -> None:
    stages: list[str] = []
    outcome = research(
        GOAL,
        **options(roles=FOLDER),
        on_event=lambda event: stages.append(event.stage) if event.kind == "stage_finished" else None,
    )
    assert outcome.draft is not None
    holds(outcome.draft)
    reviews = last_reviews(outcome.draft)
    assert list(reviews) == FOUR
    assert reviews["statistician"].score is not None and reviews["statistician"].argued is None
    assert "numbers_in_quotes" in reviews["statistician"].formula
    rounds = len(outcome.draft.tribunal.rounds)
    assert stages.count("tribunal") == stages.count("statistician") == rounds
    assert "statistician" in (tmp_path / "run" / "draft.md").read_text("utf-8").lower()
    assert "statistician" in (tmp_path / "run" / "draft.html").read_text("utf-8").lower()
    assert any("STATISTICIAN" in block.text for section in outcome.draft.sections for block in section.blocks)


def test_it_argues_side_by_side_with_the_three(options: Options) -> None:
    all_there = threading.Barrier(4)

    def argue(asked: Any) -> Any:
        all_there.wait(30)
        score = 4.0 if "STATISTICIAN" in asked.text else 9.0
        return {"rationale": "As measured.", "objections": [], "score": score}

    with make_scholar(ModelServer()) as server:
        server.answers["Argument"] = argue
        outcome = research(GOAL, **options(**with_model(server, roles=FOLDER, rounds=0)))
    reviews = last_reviews(outcome.draft)
    assert list(reviews) == FOUR
    assert reviews["statistician"].argued == 4.0
    assert outcome.draft is not None
    assert "statistician" in {use.purpose for use in outcome.draft.models}
    assert outcome.draft.tribunal.rounds[-1] == sit(1, list(reviews.values()), 6.5, 0)


def test_sovereign_roles_lists_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from sovereign_kernel.cli.main import app

    told = CliRunner().invoke(app, ["roles", "--roles", str(FOLDER)], env={"COLUMNS": "200"})
    assert told.exit_code == 0
    assert "statistician" in told.stdout and "checks the numbers" in told.stdout and str(FOLDER) in told.stdout


# --- roles of one's own, sound and broken ----------------------------------------------------------------------


def own(folder: Path, name: str, code: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(code, "utf-8")
    return folder


def test_a_reviewer_that_fails_is_shown_absent_and_nothing_is_approved(options: Options, tmp_path: Path) -> None:
    folder = own(
        tmp_path / "own",
        "cynic",
        "from sovereign_kernel.pipeline.roles import Role, Stage\n"
        "def run(dossier, tools):\n    raise ZeroDivisionError('no data')\n"
        "role = Role('cynic', Stage.REVIEW, 'fails', run)\n",
    )
    outcome = research(GOAL, **options(roles=folder))
    reviews = last_reviews(outcome.draft)
    assert reviews["cynic"].absent == "it failed: ZeroDivisionError: no data" and reviews["cynic"].score is None
    assert all(reviews[name].score is not None for name in ("skeptic", "synthesizer", "validator"))
    assert outcome.draft is not None and outcome.draft.banner == BANNER
    assert (outcome.draft.decision.policy, outcome.draft.decision.rule) == ("OWNER_REVIEW", "reviewer-absent")
    assert any(
        "CYNIC was absent from the last round" in block.text
        for section in outcome.draft.sections
        for block in section.blocks
    )


SEARCH = """
from sovereign_kernel.records import Query
from sovereign_kernel.pipeline.roles import Role, Stage
from sovereign_kernel.records.dossier import SearchReport

def run(dossier, tools):
    page = tools.corpus.search("KV cache compression", 2)
    query = Query(text="KV cache compression", source="corpus", hits=len(page.papers))
    return SearchReport(papers=page.papers, queries=(query,), notices=("The cache was looked up too.",))

role = Role("cache_searcher", Stage.SEARCH, "always looks for caches", run)
"""
WRITE = """
from sovereign_kernel.records import Sentence
from sovereign_kernel.pipeline.roles import Role, Stage
from sovereign_kernel.records.dossier import Manuscript
from sovereign_kernel.goal.coverage import is_supported

def run(dossier, tools):
    claims = [claim for claim in dossier.claims if is_supported(claim)][:1]
    told = [Sentence(id="", section="discussion", text=claim.text, claims=(claim.id,)) for claim in claims]
    lie = Sentence(id="", section="discussion", text="Nothing of this was ever measured.", claims=("C999",))
    return Manuscript(sentences=(*told, lie))

role = Role("second_writer", Stage.WRITE, "adds a sentence", run)
"""
EXTRACT = """
from sovereign_kernel.records import Claim, Quote
from sovereign_kernel.pipeline.roles import Role, Stage
from sovereign_kernel.records.dossier import Extraction
from sovereign_kernel.text.sentences import split_sentences

def run(dossier, tools):
    def last(paper):
        start, end = split_sentences(paper.text)[-1]
        quote = Quote(text=paper.text[start:end], start=start, end=end)
        return Claim(id="", text=quote.text, paper_id=paper.id, quote=quote, extracted_by="last_words")
    return Extraction(read=tuple(p.id for p in dossier.unread), claims=tuple(map(last, dossier.unread)))

role = Role("last_words", Stage.EXTRACT, "takes each paper's last sentence", run)
"""


def test_roles_of_the_other_stages_join_too(options: Options, tmp_path: Path) -> None:
    folder = own(tmp_path / "own", "cache_searcher", SEARCH)
    own(folder, "second_writer", WRITE)
    own(folder, "last_words", EXTRACT)
    steps: list[str] = []
    outcome = research(
        GOAL,
        **options(roles=folder),
        on_event=lambda event: steps.append(event.stage) if event.kind == "stage_finished" else None,
    )
    draft = outcome.draft
    assert draft is not None
    holds(draft)
    assert "KV cache compression" in [query.text for query in draft.coverage.queries]
    assert any("KV" in paper.title for paper in draft.papers)
    assert "The cache was looked up too." in draft.notices
    assert "last_words" in {claim.extracted_by for claim in (*draft.claims, *draft.dropped_claims)}
    assert any(sentence.id.startswith("second_writer-S") for sentence in draft.sentences)
    assert all("ever measured" not in sentence.text for sentence in draft.sentences)
    assert steps.count("verify") == 1 + steps.count("revise") or steps.count("verify") == steps.count("index")


def test_the_graph_is_drawn_with_the_roles(tmp_path: Path) -> None:
    folder = own(tmp_path / "own", "cache_searcher", SEARCH)
    shutil.copy(FOLDER / "statistician.py", folder)
    drawn = load_graph_module().build_graph(folder).get_graph()
    edges = {(edge.source, edge.target) for edge in drawn.edges}
    assert {("plan", "cache_searcher"), ("cache_searcher", "claim_extractor")} <= edges
    assert {("writer", "statistician"), ("statistician", "tribunal")} <= edges


BROKEN = {
    "syntax": ("def run(:\n    pass\n", "line 1: SyntaxError"),
    "raises": ("import math\n\nmath.nothing\n", "line 3: AttributeError"),
    "missing": ("import nothing_of_this_name\n", "line 1: ModuleNotFoundError"),
    "roleless": ("x = 1\n", "defines no `role`"),
    "renamed": (
        "from sovereign_kernel.pipeline.roles import Role, Stage\n"
        "role = Role('other', Stage.REVIEW, '', lambda d, t: None)\n",
        "defines the role 'other'",
    ),
    "skeptic": (
        "from sovereign_kernel.pipeline.roles import Role, Stage\n"
        "role = Role('skeptic', Stage.REVIEW, '', lambda d, t: None)\n",
        "two roles are named 'skeptic'",
    ),
    "verify": (
        "from sovereign_kernel.pipeline.roles import Role, Stage\n"
        "role = Role('verify', Stage.REVIEW, '', lambda d, t: None)\n",
        "verify",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_role_stops_the_start(name: str, options: Options, tmp_path: Path) -> None:
    code, said = BROKEN[name]
    folder = own(tmp_path / "own", name, code)
    with pytest.raises(BadRole) as raised:
        research(GOAL, **options(roles=folder))
    assert said in str(raised.value) and str(folder) in str(raised.value) and raised.value.help
    assert not (tmp_path / "run").exists()


def test_a_folder_that_is_not_there_is_said(options: Options, tmp_path: Path) -> None:
    with pytest.raises(BadRole, match="is not there"):
        research(GOAL, **options(roles=tmp_path / "nowhere"))


def test_files_that_begin_with_an_underscore_are_no_roles(tmp_path: Path) -> None:
    assert load_roles([own(tmp_path / "own", "_shared", "raise SystemExit\n")]) == ()


def test_roles_are_ordered_by_stage_and_name(tmp_path: Path) -> None:
    folder = own(tmp_path / "own", "second_writer", WRITE)
    own(folder, "cache_searcher", SEARCH)
    own(folder, "last_words", EXTRACT)
    found: tuple[Role, ...] = load_roles([folder])
    assert [role.stage for role in found] == [Stage.SEARCH, Stage.EXTRACT, Stage.WRITE]


@pytest.mark.parametrize("prompt", ["", "# System\nYou judge.\n", "# System\n\n# User\n{{dossier}}\n"])
def test_a_prompt_without_its_headings_stops_the_start(prompt: str, tmp_path: Path) -> None:
    folder = own(tmp_path / "own", "cache_searcher", SEARCH)
    (folder / "cache_searcher.md").write_text(prompt, "utf-8")
    with pytest.raises(BadRole, match="lacks '# System' or '# User'"):
        load_roles([folder])
