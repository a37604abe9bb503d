"""Answers of a source, kept for a day in SQLite; several processes may share the file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import ValidationError

from sovereign_kernel.records import Paper, Record
from sovereign_kernel.storage.cache_folder import writable

DAY = 86_400.0
_SCHEMA = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, at REAL NOT NULL, answer TEXT NOT NULL)"


class Answer(Record):
    """One page as it came."""

    papers: tuple[Paper, ...]
    total: int | None = None


class DayCache:
    """A cache that can fail without harm: what cannot be read or written is asked again."""

    def __init__(self, folder: Path) -> None:
        self._path = writable(folder) / "arxiv-answers.sqlite"

    def get(self, key: str) -> Answer | None:
        try:
            with self._open() as cache:
                row = cache.execute(
                    "SELECT answer FROM answers WHERE key = ? AND at > ?", (key, time.time() - DAY)
                ).fetchone()
            return Answer.model_validate_json(row[0]) if row else None
        except sqlite3.DatabaseError as exc:
            self._forget(exc)
        except (OSError, ValidationError):
            pass
        return None

    def put(self, key: str, answer: Answer) -> None:
        try:
            with self._open() as cache:
                cache.execute("DELETE FROM answers WHERE at <= ?", (time.time() - DAY,))
                cache.execute(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, time.time(), answer.model_dump_json())
                )
                cache.commit()
        except sqlite3.DatabaseError as exc:
            self._forget(exc)
        except OSError:
            pass

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30)) as cache:
            cache.execute("PRAGMA journal_mode=WAL")
            cache.execute("PRAGMA synchronous=NORMAL")
            cache.execute(_SCHEMA)
            yield cache

    def _forget(self, exc: sqlite3.DatabaseError) -> None:
        """A damaged file is removed; one that is only busy or not writable is left alone."""
        if not isinstance(exc, sqlite3.OperationalError):
            self._path.unlink(missing_ok=True)
