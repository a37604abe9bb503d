"""The offline source: SQLite FTS5 over titles and abstracts, built once into the user's cache.

Ranking: see rank.py. Of the embedded corpus, and of a small one, the meaning of every record is looked at; of a large
one that of the best by words. The file that is indexed is the embedded corpus, any JSONL of its shape, or arXiv's bulk
metadata.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from sovereign_kernel.errors import BadCorpus
from sovereign_kernel.ports import SearchPage, Vectors
from sovereign_kernel.records import Paper
from sovereign_kernel.relevance import encode
from sovereign_kernel.sources.corpus_file import read_corpus
from sovereign_kernel.sources.paper_vectors import PaperVectors, shipped
from sovereign_kernel.sources.papers import make_paper, split_version
from sovereign_kernel.sources.ranking import CANDIDATES, blend, search_words
from sovereign_kernel.storage.cache_folder import writable
from sovereign_kernel.text.abbreviations import Lexicon, definitions, gather
from sovereign_kernel.text.terms import tokens

EMBEDDED = Path(__file__).resolve().parents[1] / "data" / "corpus.jsonl.xz"
_LAYOUT = 5  # goes up when the tables, or what is computed into them, change
SMALL = 500  # records; so many are encoded whole, once, in about half a minute
NAMED = 200  # records; so short a list names its papers: they are ranked, and none is called off the goal
_BUILD_WAIT = 600.0  # seconds to wait for another process that builds the same index
_MOST_RANKED = 5_000  # rows that are looked through for those of a date
_LICENCE = "arXiv metadata, CC0 1.0"
_SCHEMA = """
CREATE TABLE papers (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, title TEXT NOT NULL, abstract TEXT NOT NULL,
                     authors TEXT NOT NULL, categories TEXT NOT NULL, comment TEXT, version INTEGER, published TEXT,
                     withheld TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(title, abstract, content='papers', content_rowid='number',
                                      tokenize='porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE frequencies USING fts5vocab(words, 'row');
CREATE TABLE abbreviations (short TEXT PRIMARY KEY, long TEXT NOT NULL);
CREATE TABLE finished (layout INTEGER NOT NULL);
"""
_COLUMNS = "id, title, abstract, authors, categories, comment, version, published, withheld"
Row = tuple[str, str, str, str, str, str | None, int | None, str | None, str]
Result = TypeVar("Result")


@dataclass(frozen=True)
class CorpusInfo:
    """`first` and `last` are the earliest and the latest month (or day) of submission; None when no record tells."""

    path: Path
    records: int
    first: str | None
    last: str | None
    licence: str | None


class CorpusSource:
    """Papers from a corpus file. Thread safe; several processes may share the cache.

    `path` None is the embedded corpus. The index is made at the first use (about 10 s for 20,000 records).
    """

    name: Literal["arxiv", "corpus"] = "corpus"

    def __init__(self, path: Path | None, cache_dir: Path) -> None:
        self.path = path or EMBEDDED
        self._cache_dir = cache_dir
        self.vectors = PaperVectors(cache_dir)

    def search(self, query: str, limit: int) -> SearchPage:
        """The best `limit` papers; `total` is how many have any word of the query. Raises BadCorpus only."""

        def ask(index: sqlite3.Connection) -> SearchPage:
            most = _MOST_RANKED if self._limited else max(limit, CANDIDATES)
            worded = search_words(index, query, most, self._lexicon(index))
            ranked = blend(worded.scores, self._cosines(index, query, worded.scores)) if limit > 0 else ()
            numbers = self._in_time(index, ranked) if self._limited else ranked
            return SearchPage(tuple(_fetch(index, numbers[:limit])), worded.total)

        return self._with_index(ask)

    @property
    def names_its_papers(self) -> bool:
        """Whether this is an owner's list of papers rather than a library."""
        return self.path != EMBEDDED and self.lexicon().papers <= NAMED

    def between(self, since: str | None, until: str | None) -> CorpusSource:
        """The same source, finding only what was published within these days (ISO, both inclusive). A record that names
        a year or a month only counts when a day of it lies within; one without a date does not count."""
        limited = copy.copy(self)
        limited._since, limited._until = since or "", until or ""
        return limited

    def by_author(self, author: str, year: str | None, about: str, limit: int) -> tuple[Paper, ...]:
        """Papers of a first author by family name, in a year if one is given; those about something first."""

        def ask(index: sqlite3.Connection) -> tuple[Paper, ...]:
            rows = index.execute(
                "SELECT number FROM papers WHERE lower(json_extract(authors, '$[0]')) LIKE ? "
                "AND (? = '' OR substr(published, 1, 4) = ?) ORDER BY number LIMIT 1000",
                (f"%{author.lower()}", year or "", year or ""),
            )
            there = {row[0] for row in rows}
            scores = search_words(index, about, _MOST_RANKED, self._lexicon(index)).scores if about else {}
            ranked = sorted(scores, key=lambda number: (-scores[number], number))
            first = [number for number in ranked if number in there]
            return tuple(_fetch(index, [*first, *sorted(there - set(first))][:limit]))

        return self._with_index(ask)

    @property
    def _limited(self) -> bool:
        return bool(self._since or self._until)

    def _in_time(self, index: sqlite3.Connection, numbers: Sequence[int]) -> list[int]:
        """Those published within the limits, in order. A month's first day is -01 and its last at most -31."""
        rows = index.execute(
            "SELECT number FROM papers WHERE number IN (SELECT value FROM json_each(?)) AND published IS NOT NULL "
            "AND published || substr('-12-31', length(published) - 3) >= ? "
            "AND (? = '' OR published || substr('-01-01', length(published) - 3) <= ?)",
            (json.dumps(list(numbers)), self._since, self._until, self._until),
        )
        there = {row[0] for row in rows}
        return [number for number in numbers if number in there]

    def lookup(self, ids: Sequence[str]) -> tuple[Paper, ...]:
        """The records with these ids, versions ignored; unknown ids are left out."""
        wanted = list(dict.fromkeys(split_version(id)[0] for id in ids))

        def ask(index: sqlite3.Connection) -> tuple[Paper, ...]:
            marks = json.dumps(wanted)
            rows = index.execute(
                f"SELECT {_COLUMNS} FROM papers WHERE id IN (SELECT value FROM json_each(?))", (marks,)
            )
            return tuple(_paper(row) for row in rows)

        return self._with_index(ask)

    def info(self) -> CorpusInfo:
        def ask(index: sqlite3.Connection) -> CorpusInfo:
            records, first, last = index.execute(
                "SELECT count(*), min(published), max(published) FROM papers"
            ).fetchone()
            return CorpusInfo(self.path, records, first, last, _LICENCE if self.path == EMBEDDED else None)

        return self._with_index(ask)

    def lexicon(self) -> Lexicon:
        """The corpus's abbreviations and word frequencies. Kept after the first call."""
        return self._with_index(self._lexicon)

    @contextmanager
    def index(self) -> Iterator[sqlite3.Connection]:
        """A read-only connection to the index, for measuring; tables as in _SCHEMA."""
        path = self._index_path
        if not _is_finished(path):
            self._build(path)
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as index:
            yield index

    def _cosines(self, index: sqlite3.Connection, query: str, worded: Collection[int]) -> dict[int, float]:
        """By row number, of every record where all vectors are known, else of the `worded` ones."""
        if not tokens(query):
            return {}
        every = self._every_vector(index)
        asked = encode([query])[0]
        if every is not None:
            return dict(enumerate((every @ asked).tolist(), start=1))
        numbers = list(worded)
        vectors = self.vectors.of(_texts(index, numbers))
        return dict(zip(numbers, (vectors @ asked).tolist(), strict=True))

    def encode_all(self) -> None:
        """Makes (or reads) the vector of every record, so that this source's searches look at the meaning of all."""
        records = self.lexicon().papers
        texts = self._with_index(lambda index: _texts(index, range(1, records + 1)))
        self._known_vectors = self.vectors.of(texts)

    def _every_vector(self, index: sqlite3.Connection) -> Vectors | None:
        """Row n - 1 is record n's; None for a corpus that is too large to encode."""
        if self._known_vectors is None:
            records = self._lexicon(index).papers
            if self.path == EMBEDDED and len(shipped()) == records:
                self._known_vectors = shipped()
            elif records <= SMALL:
                self._known_vectors = self.vectors.of(_texts(index, range(1, records + 1)))
        return self._known_vectors

    _known_vectors: Vectors | None = None

    def _lexicon(self, index: sqlite3.Connection) -> Lexicon:
        if self._known_lexicon is None:
            self._known_lexicon = _read_lexicon(index)
        return self._known_lexicon

    _known_lexicon: Lexicon | None = None
    _since = _until = ""

    def _with_index(self, ask: Callable[[sqlite3.Connection], Result]) -> Result:
        """Runs `ask` on a read-only connection; an index that proves damaged is built anew, once."""
        try:
            return self._ask(ask)
        except sqlite3.DatabaseError:
            self._index_path.unlink(missing_ok=True)
        try:
            return self._ask(ask)
        except sqlite3.DatabaseError as exc:
            raise BadCorpus(
                f"the index of {self.path} in {self._index_path.parent} cannot be used: {exc}",
                help="remove that folder",
            ) from exc

    def _ask(self, ask: Callable[[sqlite3.Connection], Result]) -> Result:
        with self.index() as index:
            return ask(index)

    @cached_property
    def _index_path(self) -> Path:
        try:
            facts = self.path.stat()
        except OSError as exc:
            raise BadCorpus(
                f"the corpus file {self.path} cannot be read: {exc.strerror}", help="check the path"
            ) from exc
        key = f"{_LAYOUT}|{self.path.resolve()}|{facts.st_size}|{facts.st_mtime_ns}"
        return writable(self._cache_dir) / f"corpus-{hashlib.sha256(key.encode()).hexdigest()[:16]}.sqlite"

    def _build(self, path: Path) -> None:
        from filelock import FileLock, Timeout

        try:
            with FileLock(path.with_suffix(".lock"), timeout=_BUILD_WAIT):
                if _is_finished(path):  # by another process, while this one waited
                    return
                handle, name = tempfile.mkstemp(prefix=path.stem, suffix=".part", dir=path.parent)
                os.close(handle)
                part = Path(name)
                try:
                    _write_index(self.path, part)
                    part.replace(path)
                finally:
                    part.unlink(missing_ok=True)
        except Timeout as exc:
            raise BadCorpus(f"another process has been building {path} for {_BUILD_WAIT:.0f} s", help="end it") from exc


def _is_finished(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as index:
            return bool(index.execute("SELECT layout FROM finished").fetchone() == (_LAYOUT,))
    except sqlite3.DatabaseError:
        return False


def _write_index(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(target)) as index:
        index.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
        found: list[tuple[str, str]] = []

        def rows() -> Iterator[tuple[object, ...]]:
            for paper in read_corpus(source, screened=source != EMBEDDED):  # what ships was looked at; the rest is not
                abstract = paper.text[len(paper.title) + 2 :]
                found.extend(definitions(paper.text))
                authors, categories = json.dumps(paper.authors), json.dumps(paper.categories)
                yield (
                    paper.id,
                    paper.title,
                    abstract,
                    authors,
                    categories,
                    paper.comment,
                    paper.version,
                    paper.published,
                    json.dumps(paper.withheld),
                )

        index.executemany(f"INSERT OR IGNORE INTO papers ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows())
        if not index.execute("SELECT 1 FROM papers").fetchone():
            raise BadCorpus(f"the corpus file {source} holds no records", help="one JSON object a line is expected")
        index.execute("INSERT INTO words(words) VALUES ('rebuild')")
        index.execute("INSERT INTO words(words) VALUES ('optimize')")
        index.executemany(
            "INSERT INTO abbreviations VALUES (?, ?)",
            ((short, json.dumps(long)) for short, long in gather(found).items()),
        )
        index.execute("INSERT INTO finished VALUES (?)", (_LAYOUT,))
        index.commit()


def _read_lexicon(index: sqlite3.Connection) -> Lexicon:
    long_forms = {
        short: tuple(json.loads(long)) for short, long in index.execute("SELECT short, long FROM abbreviations")
    }
    frequency = dict(index.execute("SELECT term, doc FROM frequencies"))
    return Lexicon(long_forms, frequency, index.execute("SELECT count(*) FROM papers").fetchone()[0])


def _texts(index: sqlite3.Connection, numbers: Sequence[int]) -> list[str]:
    """Title, blank line, abstract: `Paper.text` without the making of a Paper."""
    rows = index.execute(
        "SELECT number, title, abstract FROM papers WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    texts = {number: f"{title}\n\n{abstract}" for number, title, abstract in rows}
    return [texts[number] for number in numbers]


def _fetch(index: sqlite3.Connection, numbers: Sequence[int]) -> list[Paper]:
    rows = index.execute(
        f"SELECT number, {_COLUMNS} FROM papers WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    papers = {row[0]: _paper(row[1:]) for row in rows}
    return [papers[number] for number in numbers]


def _paper(row: Row) -> Paper:
    id, title, abstract, authors, categories, comment, version, published, withheld = row
    paper = make_paper(
        id,
        title,
        abstract,
        source="corpus",
        authors=json.loads(authors),
        categories=json.loads(categories),
        comment=comment,
        version=version,
        published=published,
    )
    return paper.model_copy(update={"withheld": (*json.loads(withheld), *paper.withheld)})
