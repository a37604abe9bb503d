"""CorpusSource: any file of the shape, its faults, its index, and the corpus that ships."""

import gzip
import json
import lzma
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.errors import BadCorpus
from sovereign_kernel.sources.corpus import EMBEDDED, CorpusSource
from sovereign_kernel.sources.corpus_file import read_corpus
from sovereign_kernel.text.abbreviations import definitions, gather

BREAD = {
    "id": "2601.00001",
    "title": "Sourdough fermentation",
    "abstract": "Lactic acid bacteria (LAB) ferment  dough.",
    "authors": ["A. Baker", "B. Miller"],
    "categories": ["q-bio.OT"],
    "comment": None,
}
WINE = BREAD | {
    "id": "2602.00002",
    "title": "Red wine ageing",
    "abstract": "We age wine. Lactic acid bacteria (LAB) help.",
}
RIVER = BREAD | {"id": "2603.00003", "title": "Rivers", "abstract": "On the flow of rivers in dough-like clay."}
BULK = {
    "id": "hep-th/9901001",
    "title": "Strings\n  at rest",
    "abstract": "  We study strings.\n",
    "authors": "A. First, B. Second and C. Third",
    "authors_parsed": [["First", "Anna", ""], ["Second", "Ben", "Jr"]],
    "categories": "hep-th math.MP",
    "comments": "This paper has been withdrawn",
    "versions": [{"version": "v1", "created": "Mon, 4 Jan 1999 10:00:00 GMT"}, {"version": "v2", "created": "x"}],
    "update_date": "2007-05-23",
}


def write(path: Path, *entries: object) -> Path:
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), "utf-8")
    return path


def corpus(folder: Path, *entries: object) -> CorpusSource:
    return CorpusSource(write(folder / "corpus.jsonl", *entries), folder / "cache")


def test_a_search_ranks_by_the_query(tmp_path: Path) -> None:
    page = corpus(tmp_path, BREAD, WINE, RIVER).search("fermenting dough", 10)
    assert [paper.id for paper in page.papers] == ["2601.00001", "2603.00003"]
    assert page.total == 2
    paper = page.papers[0]
    assert paper.text == "Sourdough fermentation\n\nLactic acid bacteria (LAB) ferment dough."
    assert (paper.published, paper.version, paper.url) == ("2026-01", None, "https://arxiv.org/abs/2601.00001")
    assert paper.authors == ("A. Baker", "B. Miller")


@pytest.mark.parametrize(
    "query", ["", "the of", '"', "NEAR(a", "dough*", "title:wine", "* OR -", "a" * 5_000, "\x00", "ドウ"]
)
def test_odd_queries_do_no_harm(tmp_path: Path, query: str) -> None:
    corpus(tmp_path, BREAD).search(query, 5)


def test_lookup(tmp_path: Path) -> None:
    source = corpus(tmp_path, BREAD, WINE)
    assert {paper.id for paper in source.lookup(["2602.00002v7", "2601.00001", "nothing"])} == {
        "2601.00001",
        "2602.00002",
    }
    assert source.lookup([]) == ()


def test_bulk_metadata_is_read(tmp_path: Path) -> None:
    (paper,) = read_corpus(write(tmp_path / "bulk.json", BULK))
    assert (paper.id, paper.version, paper.published) == ("hep-th/9901001", 2, "1999-01-04")
    assert paper.authors == ("Anna First", "Ben Second Jr")
    assert paper.categories == ("hep-th", "math.MP")
    assert paper.text == "Strings at rest\n\nWe study strings."
    assert paper.withdrawn
    (unparsed,) = read_corpus(write(tmp_path / "bulk2.json", BULK | {"authors_parsed": None}))
    assert unparsed.authors == ("A. First", "B. Second", "C. Third")


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress], ids=["gz", "xz"])
def test_packed_files_are_known_by_their_first_bytes(tmp_path: Path, pack) -> None:
    path = tmp_path / "corpus"
    path.write_bytes(pack((json.dumps(BREAD) + "\n").encode()))
    assert [paper.id for paper in read_corpus(path)] == ["2601.00001"]
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(BadCorpus, match="cut or damaged"):
        list(read_corpus(path))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"id": "1", "title": "t"', "line 2 is not JSON"),
        (b"[1, 2]", "line 2 is not a JSON object"),
        (b'{"id": "1", "title": "t"}', "line 2 has no text in 'abstract'"),
        (b'{"id": 1, "title": "t", "abstract": "a"}', "line 2 has no text in 'id'"),
        (b"\xff\xfe", "line 2 is not UTF-8"),
        (b"[" * 100_000, "line 2 is not JSON"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, body: bytes, message: str) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(json.dumps(BREAD).encode() + b"\n" + body + b"\n")
    source = CorpusSource(path, tmp_path / "cache")
    with pytest.raises(BadCorpus, match=message) as failure:
        source.search("dough", 5)
    assert failure.value.help
    assert not list((tmp_path / "cache").glob("*.part"))


def test_missing_empty_and_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(BadCorpus, match="cannot be read"):
        CorpusSource(tmp_path / "none.jsonl", tmp_path).info()
    with pytest.raises(BadCorpus, match="holds no records"):
        corpus(tmp_path).info()
    with pytest.raises(BadCorpus, match="cannot be read"):
        CorpusSource(tmp_path, tmp_path / "cache").info()


def test_a_changed_file_is_indexed_anew_and_a_kept_one_is_not(tmp_path: Path) -> None:
    assert corpus(tmp_path, BREAD).info().records == 1
    (index,) = (tmp_path / "cache").glob("corpus-*.sqlite")
    made = index.stat().st_mtime_ns
    CorpusSource(tmp_path / "corpus.jsonl", tmp_path / "cache").info()
    assert index.stat().st_mtime_ns == made
    info = corpus(tmp_path, BREAD, WINE).info()
    assert (info.records, info.first, info.last, info.licence) == (2, "2026-01", "2026-02", None)


@pytest.mark.parametrize("damage", ["text", "cut", "middle", "empty"])
def test_a_damaged_index_is_built_anew(tmp_path: Path, damage: str) -> None:
    corpus(tmp_path, BREAD, WINE).info()
    (index,) = (tmp_path / "cache").glob("corpus-*.sqlite")
    body = index.read_bytes()
    middle = body[:4_096] + b"\xff" * (len(body) - 4_096)
    index.write_bytes(
        {"text": b"no database" * 900, "cut": body[: len(body) // 2], "middle": middle, "empty": b""}[damage]
    )
    assert CorpusSource(tmp_path / "corpus.jsonl", tmp_path / "cache").search("wine", 5).papers


def test_where_the_cache_cannot_be_written_the_search_still_works(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    source = CorpusSource(write(tmp_path / "corpus.jsonl", BREAD), tmp_path / "file" / "cache")
    assert source.search("dough", 5).papers


BUILD = """
import sys
from pathlib import Path
from sovereign_kernel.sources.corpus import CorpusSource
print(len(CorpusSource(Path(sys.argv[1]), Path(sys.argv[2])).search("dough", 5).papers))
"""


def test_processes_that_build_at_once_build_one_index(tmp_path: Path) -> None:
    path = write(tmp_path / "corpus.jsonl", BREAD, *(WINE | {"id": f"2601.{n:05d}"} for n in range(2, 2_000)))
    command = [sys.executable, "-c", BUILD, str(path), str(tmp_path / "cache")]
    building = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0] for process in building] == ["1\n"] * 3
    assert len(list((tmp_path / "cache").glob("corpus-*.sqlite"))) == 1


def test_the_lexicon_knows_what_two_papers_agree_on(tmp_path: Path) -> None:
    lexicon = corpus(tmp_path, BREAD, WINE, RIVER).lexicon()
    assert lexicon.expand("LABs") == ("lactic acid bacteria",)
    assert lexicon.papers == 3
    assert lexicon.frequency["dough"] == 2
    assert lexicon.idf("river") > lexicon.idf("dough") > 0
    assert lexicon.expand("XYZ") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We train vision-language models (VLMs).", [("VLM", "vision-language models")]),
        ("a Mixture-of-Experts (MoE) layer", [("MOE", "Mixture-of-Experts")]),
        ("the Key-Value (KV) cache", [("KV", "Key-Value")]),
        ("on three sets (COCO) and (see Fig) or (2026)", []),
        ("(LLM)", []),
    ],
)
def test_definitions_of_abbreviations(text: str, found: list[tuple[str, str]]) -> None:
    assert list(definitions(text)) == found


@given(st.text(max_size=200))
def test_a_definition_is_read_from_the_text(text: str) -> None:
    for _, long in definitions(text):
        assert long in " ".join(text.split())
    gather(definitions(text))


def test_the_embedded_corpus(embedded: CorpusSource) -> None:
    info = embedded.info()
    assert info.path == EMBEDDED and 18_000 <= info.records <= 25_000 and info.licence
    assert EMBEDDED.stat().st_size <= 12_000_000
    seeds = ["2303.07226", "2601.15021", "2410.21465", "2604.23996", "2605.15484"]
    assert {paper.id for paper in embedded.lookup(seeds)} == set(seeds)
    assert embedded.lexicon().expand("VLMs")[0].startswith("vision-language model")
    assert embedded.search("SMoES soft modality-guided expert specialization", 3).papers[0].id == "2604.23996"
