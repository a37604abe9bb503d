"""Reads a corpus file into papers: JSONL, plain or .gz or .xz, of our own shape or of arXiv's bulk metadata."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import re
import zlib
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any

from sovereign_kernel.errors import BadCorpus
from sovereign_kernel.records import Paper
from sovereign_kernel.sources.papers import make_paper

_LONGEST_LINE = 4_000_000
_MOST_UNPACKED = 50  # times; abstracts pack to a fifth
_ALWAYS_READ = 50_000_000  # bytes, however well they pack
_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9:.]{5,15}(Z|[+-][0-9:]{4,5})?)?)?)?")
_SHAPE = 'each line must be one JSON object with "id", "title" and "abstract"; see docs/settings.md, setting corpus'


def read_corpus(path: Path, screened: bool = True) -> Iterator[Paper]:
    """The papers of a corpus file, in order, `screened` or as they are. Raises BadCorpus with the line and the mend."""
    try:
        with _open(path) as lines:
            number = size = 0
            most = max(_ALWAYS_READ, _MOST_UNPACKED * path.stat().st_size)
            while line := lines.readline(_LONGEST_LINE):
                number, size = number + 1, size + len(line)
                if size > most:
                    raise BadCorpus(
                        f"the corpus file {path} unpacks to more than {_MOST_UNPACKED} times its size",
                        help="no text packs so well: unpack it yourself if you trust it",
                    )
                text = _decode(line, number, path)
                if text:
                    yield _paper(text, number, path, screened)
    except FileNotFoundError as exc:
        raise BadCorpus(f"the corpus file {path} is not there", help="check the path given as corpus") from exc
    except (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile) as exc:
        raise BadCorpus(f"the corpus file {path} is cut or damaged: {exc}", help="fetch or write it again") from exc
    except MemoryError as exc:  # an .xz file names the size of its dictionary; it is reserved, and filled as text comes
        raise BadCorpus(f"the corpus file {path} wants more memory than there is", help="unpack it yourself") from exc
    except OSError as exc:
        raise BadCorpus(
            f"the corpus file {path} cannot be read: {exc.strerror}", help="it must be a readable file"
        ) from exc


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as raw:
        magic = raw.read(6)
    if magic.startswith(b"\x1f\x8b"):
        return io.BufferedReader(gzip.open(path, "rb"))
    return io.BufferedReader(lzma.open(path, "rb")) if magic == b"\xfd7zXZ\x00" else path.open("rb")


def _decode(line: bytes, number: int, path: Path) -> str:
    if len(line) >= _LONGEST_LINE and not line.endswith(b"\n"):
        raise BadCorpus(f"{path}, line {number} is longer than {_LONGEST_LINE:,} bytes", help=_SHAPE)
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
    except UnicodeDecodeError as exc:
        raise BadCorpus(f"{path}, line {number} is not UTF-8", help="write the file as UTF-8 JSONL") from exc


def _paper(line: str, number: int, path: Path, screened: bool) -> Paper:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as exc:  # also for a number of thousands of digits
        raise BadCorpus(f"{path}, line {number} is not JSON: {exc}", help=_SHAPE) from exc
    if not isinstance(entry, dict):
        raise BadCorpus(f"{path}, line {number} is not a JSON object", help=_SHAPE)
    for field in ("id", "title", "abstract"):
        if not isinstance(entry.get(field), str) or not entry[field].strip():
            raise BadCorpus(f"{path}, line {number} has no text in {field!r}", help=_SHAPE)
    comment = entry.get("comment") or entry.get("comments")
    return make_paper(
        entry["id"],
        entry["title"],
        entry["abstract"],
        source="corpus",
        authors=_authors(entry),
        categories=_words(entry.get("categories")),
        comment=comment if isinstance(comment, str) else None,
        version=_version(entry),
        published=_published(entry),
        screened=screened,
    )


def _authors(entry: dict[str, Any]) -> list[str]:
    """Our own list of names; or arXiv's authors_parsed ([[last, first, suffix]]); or its one string, split at
    commas.
    """
    authors, parsed = entry.get("authors"), entry.get("authors_parsed")
    if isinstance(parsed, list) and parsed:
        return [
            " ".join([*map(str, name[1:2]), *map(str, name[:1]), *map(str, name[2:3])])
            for name in parsed
            if isinstance(name, list)
        ]
    return authors.replace(" and ", ", ").split(",") if isinstance(authors, str) else _words(authors)


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def _version(entry: dict[str, Any]) -> int | None:
    versions = entry.get("versions")
    if isinstance(versions, list) and versions:
        last = str(versions[-1].get("version", "") if isinstance(versions[-1], dict) else versions[-1])
        return int(last[1:]) if re.fullmatch(r"v[0-9]{1,6}", last) else len(versions)
    version = entry.get("version")
    return version if isinstance(version, int) and 0 < version < 1_000_000 else None


def _published(entry: dict[str, Any]) -> str | None:
    """The day of the first version, where the bulk metadata tells it; otherwise the id's month will have to do."""
    versions = entry.get("versions")
    if isinstance(versions, list) and versions and isinstance(versions[0], dict):
        try:
            return parsedate_to_datetime(str(versions[0].get("created"))).date().isoformat()
        except (ValueError, OverflowError):
            return None
    published = entry.get("published")
    return published if isinstance(published, str) and _DAY.fullmatch(published) else None
