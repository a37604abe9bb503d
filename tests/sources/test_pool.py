"""The search as the kernel makes it: side by side, with a fallback, fused, ranked by the goal, accounted for."""

import json
from pathlib import Path

import pytest

from sovereign_kernel.errors import SourceUnavailable
from sovereign_kernel.goal import analyse, plan_queries
from sovereign_kernel.sources.arxiv.client import ArxivSource
from sovereign_kernel.sources.corpus import CorpusSource
from sovereign_kernel.sources.search import Found, Policy, collect
from sovereign_kernel.testing.arxiv import RATE_PAGE, ArxivServer, Entry, Fault
from sovereign_kernel.transport.clock import SystemClock

GOAL = "Do sparse experts lower inference latency?"
QUERIES = ("sparse experts inference latency", "sparse experts", "inference latency")
ENTRIES = [
    Entry("2601.00001v1", "Sparse experts lower latency", "Sparse experts lower inference latency."),
    Entry("2601.00001v2", "Sparse experts lower latency", "Sparse experts lower the inference latency."),
    Entry("2601.00002v1", "Sparse experts lower latency", "A copy: sparse experts, inference latency."),
    Entry("2601.00003v1", "Experts that are sparse", "Routing of sparse experts, without a word on speed."),
    Entry("2601.00004v1", "Latency of databases", "Inference of schemas, and their latency."),
]


@pytest.fixture
def corpus(tmp_path: Path) -> CorpusSource:
    path = tmp_path / "corpus.jsonl"
    filler = [
        (f"2503.{n:05d}", f"Filler number {n}", "Nothing that the goal asks for stands in here.") for n in range(240)
    ]
    mine = ("2502.00001", "Latency of sparse experts", "Sparse experts have a low inference latency.")
    lines = [{"id": id, "title": title, "abstract": abstract} for id, title, abstract in [mine, *filler]]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return CorpusSource(path, tmp_path / "index")


def search(
    server: ArxivServer | str, corpus: CorpusSource, folder: Path, policy: Policy, patience: float = 1.0
) -> Found:
    url = server if isinstance(server, str) else server.url
    arxiv = ArxivSource(url, folder / "arxiv", 0.0, 0.3, patience, SystemClock())
    return collect(GOAL, QUERIES, policy, arxiv, corpus, keep=2)


def test_arxiv_answers_and_every_paper_is_accounted_for(tmp_path: Path, corpus: CorpusSource) -> None:
    with ArxivServer(ENTRIES) as server:
        found = search(server, corpus, tmp_path, "auto")
    assert [query.source for query in found.queries] == ["arxiv"] * 3
    assert found.notices == ()
    assert len(found.papers) == 2
    reasons = {(dropped.paper_id, dropped.reason.split(";")[0]) for dropped in found.dropped}
    assert any("version" in reason or "same title" in reason for _, reason in reasons)
    told = {dropped.paper_id.split("v")[0] for dropped in found.dropped} | {paper.id for paper in found.papers}
    assert told == {"2601.00001", "2601.00002", "2601.00003", "2601.00004"}
    assert found.hits == sum(query.hits or 0 for query in found.queries)


@pytest.mark.parametrize(
    "fault", [Fault.status(429), Fault.page(RATE_PAGE), Fault.status(400), Fault.hang(), Fault.cut()]
)
def test_auto_falls_back_once_and_says_so(tmp_path: Path, corpus: CorpusSource, fault: Fault) -> None:
    with ArxivServer(ENTRIES) as server:
        server.always = fault
        found = search(server, corpus, tmp_path, "auto", patience=0.4)
        assert {request.params["search_query"] for request in server.requests} == {
            server.requests[0].params["search_query"]
        }
    assert [query.source for query in found.queries] == ["arxiv", "corpus", "corpus", "corpus"]
    assert found.queries[0].error and found.queries[0].hits is None
    assert [paper.id for paper in found.papers] == ["2502.00001"]
    assert len(found.notices) == 1 and "corpus.jsonl (241 records" in found.notices[0]


def test_auto_without_anybody_there(tmp_path: Path, corpus: CorpusSource) -> None:
    with ArxivServer() as server:
        url = server.url
    found = search(url, corpus, tmp_path, "auto")
    assert found.papers and "no connection" in found.notices[0]


def test_arxiv_that_goes_away_later_is_replaced_for_the_rest(tmp_path: Path, corpus: CorpusSource) -> None:
    with ArxivServer(ENTRIES) as server:
        server.faults = []
        arxiv = ArxivSource(server.url, tmp_path / "arxiv", 0.0, 0.3, 0.3, SystemClock())
        arxiv.search(QUERIES[0], 25)  # cached, so that it is served whatever comes
        server.always = Fault.status(503)
        found = collect(GOAL, QUERIES, "auto", arxiv, corpus, keep=5)
    assert found.queries[0].source == "arxiv" and found.queries[0].cached
    assert {query.source for query in found.queries[1:] if query.error is None} == {"corpus"}
    assert "A part of the search" in found.notices[0]


def test_arxiv_only_fails_when_nothing_answers(tmp_path: Path, corpus: CorpusSource) -> None:
    with ArxivServer(ENTRIES) as server:
        server.always = Fault.status(400)
        with pytest.raises(SourceUnavailable, match="HTTP 400"):
            search(server, corpus, tmp_path, "arxiv")


def test_arxiv_only_goes_on_with_what_answered(tmp_path: Path, corpus: CorpusSource) -> None:
    with ArxivServer(ENTRIES) as server:
        server.faults = [Fault.status(400)]
        found = search(server, corpus, tmp_path, "arxiv")
    assert found.papers and len(found.notices) == 1
    assert sum(query.error is not None for query in found.queries) == 1


def test_withdrawn_papers_are_kept_flagged_and_announced(tmp_path: Path, corpus: CorpusSource) -> None:
    gone = Entry(
        "2601.00009v2", "Sparse experts and latency", "Inference latency.", comment="This paper has been withdrawn"
    )
    with ArxivServer([gone]) as server:
        found = search(server, corpus, tmp_path, "auto")
    assert found.papers[0].withdrawn and "2601.00009" in found.notices[0]


def test_no_queries_find_nothing(tmp_path: Path, corpus: CorpusSource) -> None:
    arxiv = ArxivSource("http://127.0.0.1:9/", tmp_path, 0.0, 0.3, 0.3, SystemClock())
    assert collect("", (), "auto", arxiv, corpus) == Found()


@pytest.mark.parametrize(
    ("goal", "seeds"),
    [
        (
            "How does sparse mixture-of-experts change the inference cost of vision-language models at equal accuracy?",
            {"2303.07226", "2601.15021"},
        ),
        (
            "How does the inference latency and throughput of SMOES-based 7B VLMs compare against dense VLMs and "
            "hard-routing MoE baselines on MMBench and SEED-Bench at varying batch sizes and sequence lengths?",
            {"2604.23996", "2605.15484", "2410.21465"},
        ),
        (
            "Does the inference efficiency gain of SMOES-based MoE-VLMs over dense VLMs on MMMU generalize to other "
            "multimodal benchmarks like MathVista or ChartQA under equal FLOPs constraints?",
            {"2604.23996"},
        ),
    ],
)
def test_the_goals_of_the_issue_find_the_seed_papers(
    embedded: CorpusSource, tmp_path: Path, goal: str, seeds: set[str]
) -> None:
    arxiv = ArxivSource("http://127.0.0.1:9/", tmp_path, 0.0, 0.3, 0.3, SystemClock())
    queries = plan_queries(analyse(goal, embedded.lexicon()), 4)
    found = collect(goal, queries, "corpus", arxiv, embedded)
    assert len(found.papers) == 10
    assert seeds <= {paper.id for paper in found.papers}


@pytest.mark.parametrize(
    "goal",
    [
        "What is the best way to braise short ribs with red wine?",
        "How long should sourdough bread ferment?",
        "Which flour makes the crispest pizza crust?",
        "视觉语言模型的推理成本",
    ],
)
def test_a_goal_of_another_world_finds_nothing(embedded: CorpusSource, tmp_path: Path, goal: str) -> None:
    arxiv = ArxivSource("http://127.0.0.1:9/", tmp_path, 0.0, 0.3, 0.3, SystemClock())
    found = collect(goal, plan_queries(analyse(goal, embedded.lexicon()), 4), "corpus", arxiv, embedded)
    assert found.papers == ()
    assert all("not near the goal in meaning" in dropped.reason for dropped in found.dropped)


LIST = [
    ("2502.00001", "Latency of sparse experts", "Sparse experts have a low inference latency."),
    ("2502.00002", "Routing tokens", "A router sends every token to two of sixty-four feed-forward blocks."),
    ("2502.00003", "Serving on one card", "We load weights on demand, so that a small device answers in time."),
    ("2502.00004", "Sourdough", "We knead dough with wild yeast."),
]


def owners_list(folder: Path, *records: tuple[str, str, str]) -> CorpusSource:
    path = folder / "list.jsonl"
    lines = [{"id": id, "title": title, "abstract": abstract} for id, title, abstract in records]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return CorpusSource(path, folder / "cache")


def nobody(folder: Path) -> ArxivSource:
    return ArxivSource("http://127.0.0.1:9/", folder, 0.0, 0.3, 0.3, SystemClock())


def test_papers_that_the_owner_names_are_ranked_and_never_called_off_the_goal(tmp_path: Path) -> None:
    found = collect(GOAL, QUERIES, "corpus", nobody(tmp_path), owners_list(tmp_path, *LIST))
    ids = [paper.id for paper in found.papers]
    assert ids[0] == "2502.00001" and set(ids) <= {id for id, _, _ in LIST}
    assert found.dropped == ()


def test_a_word_that_every_paper_of_a_small_list_has_does_not_vanish(tmp_path: Path) -> None:
    every = [
        (f"2502.{n:05d}", f"Sparse experts, part {n}", f"Sparse experts lower inference latency by {n}%.")
        for n in range(1, 11)
    ]
    found = collect(GOAL, QUERIES, "corpus", nobody(tmp_path), owners_list(tmp_path, *every))
    assert {paper.id for paper in found.papers} == {id for id, _, _ in every}


def test_good_english_queries_serve_a_goal_in_another_language(tmp_path: Path) -> None:
    source = owners_list(tmp_path, *LIST, *((f"2503.{n:05d}", f"Bread {n}", "We bake.") for n in range(250)))
    found = collect(None, QUERIES, "corpus", nobody(tmp_path), source)
    assert found.papers[0].id == "2502.00001"
    assert not {"2502.00004", "2503.00001"} & {paper.id for paper in found.papers}


def test_a_near_copy_and_a_stuffed_paper_are_told(tmp_path: Path) -> None:
    honest = "Sparse experts lower the inference latency of large models by 24%, because few of them compute per token."
    more = " We measure on three cards, two batch sizes and nine tasks, and find the same everywhere."
    source = owners_list(
        tmp_path,
        ("2603.00001", "Sparse experts are fast", honest + more),
        ("2501.00001", "On fast sparse experts", honest.replace("24%", "2%") + more),
        ("2602.00001", "A note", f"{GOAL} " * 9 + "They do not."),
    )
    found = collect(GOAL, QUERIES, "corpus", nobody(tmp_path), source)
    assert {"2603.00001", "2501.00001"} <= {paper.id for paper in found.papers[:2]}
    assert any("much the same words" in notice for notice in found.notices)
    assert any("2602.00001 says the goal's words over and over" in notice for notice in found.notices)
