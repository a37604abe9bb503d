"""Answers of finished calls, by the hash of what was asked: a resumed run repeats none of them."""

from __future__ import annotations

import copy
import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sovereign_kernel.errors import BadRun
from sovereign_kernel.storage.canonical_json import canonical, plain, redact, sha256
from sovereign_kernel.storage.plain_files import open_plain, write_plain

Report = Callable[..., None]


class MemoryJournal:
    """A journal that lives as long as the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, Any] = {}

    def get(self, key: str) -> Any | None:
        with self._lock:
            return copy.deepcopy(self._values.get(key))

    def put(self, key: str, value: Any) -> None:
        with self._lock:
            self._values[key] = plain(value)


class FolderJournal:
    """One file a call: `<sha256 of the key>.json` with the key, the value and the value's hash, written atomically.

    A file that does not hold what was put there counts as missing (the call is made again), and `report` is told
    (`report("journal_damaged", file=…)`, for instance a ledger's `record`).
    """

    def __init__(self, folder: Path, report: Report | None = None, secrets: Iterable[str] = ()) -> None:
        self.folder = folder
        self._secrets = tuple(secrets)
        self._report = report

    def get(self, key: str) -> Any | None:
        path = self._path(key)
        try:
            with os.fdopen(open_plain(self.folder.parent, self._name(path)), "rb") as file:
                entry = json.loads(file.read())
            if entry["key"] == redact(key, self._secrets) and entry["sha256"] == sha256(canonical(entry["value"])):
                return entry["value"]
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise BadRun(
                f"cannot read {path}: {exc.strerror}", help="check the permissions of the run's folder"
            ) from exc
        except (ValueError, TypeError, KeyError, RecursionError):
            pass
        if self._report is not None:
            self._report("journal_damaged", file=self._name(path))
        return None

    def put(self, key: str, value: Any) -> None:
        """Raises BadRun when it cannot be written, TypeError for a value without a JSON form."""
        held = plain(value, self._secrets)
        entry = {"key": redact(key, self._secrets), "value": held, "sha256": sha256(canonical(held))}
        name = self._name(self._path(key))
        write_plain(self.folder.parent, name, canonical(entry), durable=False)  # a lost one is asked again

    def _name(self, path: Path) -> str:
        """From the run's folder, so that a linked `calls` is not followed either."""
        return f"{self.folder.name}/{path.name}"

    def _path(self, key: str) -> Path:
        return self.folder / f"{sha256(key.encode(errors='surrogatepass'))}.json"
