"""ArxivSource against a real HTTP server on the loopback: what it asks, how long it waits, what it makes of
every fault.
"""

import contextlib
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.errors import SourceUnavailable
from sovereign_kernel.sources.arxiv.client import ArxivSource
from sovereign_kernel.sources.arxiv.http import check_feed, retry_after
from sovereign_kernel.sources.arxiv.query import search_query
from sovereign_kernel.sources.faults import Lasting, Passing
from sovereign_kernel.testing.arxiv import RATE_PAGE, ArxivServer, Entry, Fault, atom
from sovereign_kernel.transport.clock import SystemClock

RECORDED = Path(__file__).parents[1] / "data" / "arxiv-api"
MOE = Entry(
    "2604.23996v2", "SMoES: Soft Modality-Guided\n  Experts", "Sparse  experts\nhelp $x$\tmodels.", ("Zi-Hao Bo",)
)
OTHER = Entry("2303.07226v1", "Scaling with Sparse Mixture of Experts", "We scale sparse experts.")


class QuickClock(SystemClock):
    """Keeps the real time, but remembers long sleeps in place of sleeping them."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        super().sleep(min(seconds, 0.02))


def source(
    server: ArxivServer, folder: Path, gap: float = 0.0, timeout: float = 5.0, patience: float = 60.0
) -> tuple[ArxivSource, QuickClock]:
    clock = QuickClock()
    return ArxivSource(server.url, folder, gap, timeout, patience, clock), clock


def test_a_search_asks_for_what_is_wanted_and_reads_the_feed(tmp_path: Path) -> None:
    with ArxivServer([MOE, OTHER]) as server:
        arxiv, _ = source(server, tmp_path)
        page = arxiv.search("sparse experts", 7)
        asked = server.requests[0]
    assert asked.params["search_query"] == "all:sparse AND all:experts"
    assert asked.params["max_results"] == "7"
    assert asked.params["sortBy"] == "relevance"
    assert asked.headers["User-Agent"].startswith("sovereign-kernel/")
    assert page.total == 2 and not page.cached
    paper = page.papers[0]
    assert (paper.id, paper.version, paper.published) == ("2604.23996", 2, "2026-01-05")
    assert paper.text == "SMoES: Soft Modality-Guided Experts\n\nSparse experts help $x$ models."
    assert paper.url == "https://arxiv.org/abs/2604.23996"
    assert paper.source == "arxiv"


def test_an_answer_is_kept_for_the_next_source(tmp_path: Path) -> None:
    with ArxivServer([MOE]) as server:
        first = source(server, tmp_path)[0].search("experts", 5)
        again = source(server, tmp_path)[0].search("experts", 5)
        source(server, tmp_path)[0].search("experts", 6)
        assert len(server.requests) == 2
    assert again.cached and again.papers == first.papers


def test_a_day_old_answer_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ArxivServer([MOE]) as server:
        source(server, tmp_path)[0].search("experts", 5)
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 86_401)
        assert not source(server, tmp_path)[0].search("experts", 5).cached
        assert len(server.requests) == 2


def test_a_damaged_cache_is_no_hindrance(tmp_path: Path) -> None:
    with ArxivServer([MOE]) as server:
        (tmp_path / "arxiv-answers.sqlite").write_bytes(b"not a database, but long enough to be looked at" * 100)
        assert source(server, tmp_path)[0].search("experts", 5).papers
        assert source(server, tmp_path)[0].search("experts", 5).cached


@pytest.mark.parametrize(
    "fault",
    [
        Fault.status(429),
        Fault.status(500),
        Fault.status(503),
        Fault.page(RATE_PAGE),
        Fault.page(b"<html><body>We are down</body></html>"),
        Fault.page(b""),
        Fault.page(b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>", "application/atom+xml"),
        Fault.page(b"<!DOCTYPE feed [<!ENTITY a 'b'>]><feed xmlns='http://www.w3.org/2005/Atom'>&a;</feed>"),
        Fault.cut(),
        Fault.reset(),
    ],
    ids=["429", "500", "503", "rate", "html", "empty", "malformed", "entities", "cut", "reset"],
)
def test_what_may_pass_is_asked_again(tmp_path: Path, fault: Fault) -> None:
    with ArxivServer([MOE, OTHER]) as server:
        server.faults = [fault, fault]
        arxiv, clock = source(server, tmp_path)
        assert len(arxiv.search("experts", 5).papers) == 2
        assert len(server.requests) == 3
        assert len([pause for pause in clock.slept if pause >= 0.5]) == 2


@pytest.mark.parametrize("fault", [Fault.status(503), Fault.page(RATE_PAGE), Fault.cut(), Fault.reset()])
def test_patience_ends(tmp_path: Path, fault: Fault) -> None:
    with ArxivServer([MOE]) as server:
        server.always = fault
        arxiv, clock = source(server, tmp_path, patience=6.0)
        with pytest.raises(SourceUnavailable, match=r"\d+ times$") as failure:
            arxiv.search("experts", 5)
        assert 2 <= len(server.requests) <= 8
        assert sum(clock.slept) <= 6.0
    assert "corpus" in failure.value.help


def test_a_hanging_server_is_left(tmp_path: Path) -> None:
    with ArxivServer([MOE]) as server:
        server.always = Fault.hang()
        arxiv, _ = source(server, tmp_path, timeout=0.2, patience=0.3)
        with pytest.raises(SourceUnavailable, match=r"no answer in 0\.2 s"):
            arxiv.search("experts", 5)


@pytest.mark.parametrize("headers", [True, False], ids=["headers", "body"])
def test_a_dripping_server_is_left(tmp_path: Path, headers: bool) -> None:
    with ArxivServer([MOE]) as server:
        server.always = Fault.drip(headers)
        arxiv, _ = source(server, tmp_path, timeout=0.2, patience=0.3)
        with pytest.raises(SourceUnavailable, match="took too long"):
            arxiv.search("experts", 5)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(tmp_path: Path, form: str) -> None:
    wish = "11" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=12), usegmt=True)
    with ArxivServer([MOE]) as server:
        server.faults = [Fault.status(429, {"Retry-After": wish})]
        arxiv, clock = source(server, tmp_path)
        assert arxiv.search("experts", 5).papers
    assert max(clock.slept) == pytest.approx(11, abs=1.5)


def test_a_wish_longer_than_the_patience_ends_it_and_binds_the_machine(tmp_path: Path) -> None:
    with ArxivServer([MOE]) as server:
        server.faults = [Fault.status(503, {"Retry-After": "3600"})]
        with pytest.raises(SourceUnavailable, match="503"):
            source(server, tmp_path)[0].search("experts", 5)
        with pytest.raises(SourceUnavailable, match="asked this machine to wait"):
            source(server, tmp_path)[0].search("models", 5)
        assert len(server.requests) == 1


def test_a_bad_request_is_not_repeated_and_names_the_query(tmp_path: Path) -> None:
    body = next(RECORDED.glob("id_abc*.xml")).read_bytes()
    with ArxivServer([MOE]) as server:
        server.always = Fault.status(400, {}, body)
        with pytest.raises(SourceUnavailable, match=r"HTTP 400: incorrect id format for abc \(query: 'experts'\)"):
            source(server, tmp_path)[0].search("experts", 5)
        assert len(server.requests) == 1


def test_an_error_feed_with_status_200_is_recognised(tmp_path: Path) -> None:
    body = next(RECORDED.glob("id_abc*.xml")).read_bytes()
    with ArxivServer([MOE]) as server:
        server.always = Fault.page(body, "application/atom+xml")
        with pytest.raises(SourceUnavailable, match="incorrect id format"):
            source(server, tmp_path)[0].search("experts", 5)


def test_a_redirect_elsewhere_is_refused_and_one_at_home_is_followed(tmp_path: Path) -> None:
    with ArxivServer([MOE]) as server, ArxivServer([OTHER]) as elsewhere:
        server.faults = [Fault.redirect(elsewhere.url.replace("127.0.0.1", "localhost"))]
        with pytest.raises(SourceUnavailable, match="redirected to another host, localhost"):
            source(server, tmp_path)[0].search("experts", 5)
        assert elsewhere.requests == []
        server.faults = [Fault.redirect(server.url + "?search_query=all:experts&max_results=5")]
        assert source(server, tmp_path)[0].search("experts", 5).papers


def test_nobody_there_is_known_at_once(tmp_path: Path) -> None:
    with ArxivServer() as server:
        url = server.url
    clock = QuickClock()
    with pytest.raises(SourceUnavailable, match="no connection to"):
        ArxivSource(url, tmp_path, 3.0, 5.0, 60.0, clock).search("experts", 5)
    assert sum(clock.slept) == 0


def test_an_endless_answer_is_bounded(tmp_path: Path) -> None:
    with ArxivServer() as server:
        server.always = Fault.page(b" " * 33_000_000, "application/atom+xml")
        with pytest.raises(SourceUnavailable, match="more than 32,000,000 bytes"):
            source(server, tmp_path, timeout=30)[0].search("experts", 5)


def test_an_empty_feed_is_an_empty_page(tmp_path: Path) -> None:
    with ArxivServer() as server:
        page = source(server, tmp_path)[0].search("experts", 5)
    assert page.papers == () and page.total == 0


def test_two_thousand_results_come_in_one_request(tmp_path: Path) -> None:
    many = [Entry(f"2601.{number:05d}v1", f"Experts number {number}", "On experts.") for number in range(2_500)]
    with ArxivServer(many) as server:
        page = source(server, tmp_path)[0].search("experts", 5_000)
        assert len(server.requests) == 1
        assert server.requests[0].params["max_results"] == "2000"
    assert len(page.papers) == 2_000 and page.total == 2_500


def test_a_short_page_does_not_lead_to_a_second_request(tmp_path: Path) -> None:
    with ArxivServer([MOE]) as server:
        server.always = Fault.page(atom([MOE], total=90), "application/atom+xml")
        page = source(server, tmp_path)[0].search("experts", 50)
        assert len(server.requests) == 1
    assert len(page.papers) == 1 and page.total == 90


def test_lookup_takes_the_versions_off_and_leaves_out_what_is_unknown(tmp_path: Path) -> None:
    with ArxivServer([MOE, OTHER]) as server:
        arxiv, _ = source(server, tmp_path)
        papers = arxiv.lookup(["2604.23996v1", "2604.23996", "9901.00001", "../../etc/passwd", "cs/0112017"])
        assert server.requests[0].params["id_list"] == "2604.23996,9901.00001,cs/0112017"
        assert [(paper.id, paper.version) for paper in papers] == [("2604.23996", 2)]
        assert arxiv.lookup(["no id"]) == () and len(server.requests) == 1


def test_withdrawn_papers_are_flagged(tmp_path: Path) -> None:
    gone = Entry(
        "2601.00001v3", "Experts", "Text.", comment="This paper has been withdrawn by the author due to an error"
    )
    drugs = Entry("2601.00002v1", "Experts on drugs", "The drug was withdrawn from the market.")
    with ArxivServer([gone, drugs]) as server:
        papers = source(server, tmp_path)[0].search("experts", 5).papers
    assert {paper.id: paper.withdrawn for paper in papers} == {"2601.00001": True, "2601.00002": False}


@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.200.xml")), ids=lambda path: path.name[:24])
def test_recorded_answers_are_read(tmp_path: Path, path: Path) -> None:
    body = path.read_bytes()
    with ArxivServer() as server:
        server.always = Fault.page(body, "application/atom+xml")
        papers = source(server, tmp_path)[0].search("testing", 10).papers
    told = re.findall(rb"<id>https?://arxiv\.org/abs/([^<]+)</id>", body)
    assert [f"{paper.id}v{paper.version}" for paper in papers] == [id.decode() for id in told]
    assert all(paper.published and paper.title and paper.authors for paper in papers)


ASK = """
import sys
from pathlib import Path
from sovereign_kernel.transport.clock import SystemClock
from sovereign_kernel.sources.arxiv.client import ArxivSource
url, folder, *words = sys.argv[1:]
for word in words:
    ArxivSource(url, Path(folder), 0.1, 30.0, 60.0, SystemClock()).search(word, 5)
"""


def test_eight_processes_keep_the_gap_and_one_connection(tmp_path: Path) -> None:
    with ArxivServer([MOE, OTHER], latency=0.02) as server:
        asking = [
            subprocess.Popen([sys.executable, "-c", ASK, server.url, str(tmp_path), "shared", f"word{number}"])
            for number in range(8)
        ]
        assert [process.wait() for process in asking] == [0] * 8
        assert len(server.requests) == 9  # the shared query once
        assert min(server.gaps) >= 0.1
        assert {request.open for request in server.requests} == {1}


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("sparse mixture-of-experts", 'all:sparse AND all:"mixture of experts"'),
        ('"batch size" MMBench', 'all:"batch size" AND all:mmbench'),
        (
            "the cost of inference in large language models",
            "all:cost OR all:inference OR all:large OR all:language OR all:models",
        ),
        ("au:smith AND NOT ti:(x) OR cat:cs.LG", 'all:"au smith" AND all:"ti x" AND all:"cat cs lg"'),
        ("how of the", ""),
        ("", ""),
    ],
)
def test_a_plain_query_in_arxivs_language(text: str, query: str) -> None:
    assert search_query(text) == query


@given(st.text(max_size=300))
def test_nothing_in_a_query_becomes_an_operator_or_a_field(text: str) -> None:
    unit = r'all:(?:"[^"\s]+(?: [^"\s]+)+"|[^\s":()]+)'
    query = search_query(text)
    assert query == "" or re.fullmatch(rf"{unit}(?: AND {unit})*|{unit}(?: OR {unit})*", query)


@given(st.binary(max_size=400))
def test_any_body_is_a_feed_or_a_fault(body: bytes) -> None:
    with contextlib.suppress(Passing, Lasting):
        check_feed(body, "text/html")


@pytest.mark.parametrize("value", [None, "", "soon", "-3", "99999999999999", "Wed, 99 Foo"])
def test_an_unusable_retry_after_says_nothing(value: str | None) -> None:
    assert retry_after(value, datetime.now(UTC)) is None
