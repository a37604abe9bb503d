"""What happened in a run, in order: an append-only hash chain of events, one JSON object a line.

A line is `{"seq":…,"at":…,"event":…, fields by name …,"prev":…,"hash":…}`: compact ASCII JSON. `hash` is the SHA-256 of
the line without its `hash` member, so `prev` (the hash of the line before; 64 zeros for the first) chains them.
Unknown is null.
"""

from __future__ import annotations

import io
import json
import os
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sovereign_kernel.errors import BadRun
from sovereign_kernel.ports import Clock
from sovereign_kernel.records import Usage
from sovereign_kernel.storage.atomic import storage_errors
from sovereign_kernel.storage.canonical_json import dumps, plain, redact, sha256
from sovereign_kernel.storage.plain_files import appending, open_plain, read_plain, refuse_strange

GENESIS = "0" * 64
CALLS = {"model_call", "embedding_call"}
OWN = ("seq", "at", "event", "prev", "hash")
SYNC_GAP = 0.5  # seconds: a killed process loses no event, a power cut at most those of this long
COUNTS, AMOUNTS = ("prompt_tokens", "completion_tokens"), ("seconds", "cost")
HIGHEST = 2**200  # no figure of a call is larger; beyond it sums with fractions fail
Event = dict[str, Any]
UsageKey = tuple[str, str, str]


def chain_line(seq: int, at: str, event: str, fields: Event, prev: str) -> tuple[str, str]:
    """One line of the ledger, without its newline, and its hash."""
    body = {"seq": seq, "at": at, "event": event, **dict(sorted(fields.items())), "prev": prev}
    digest = sha256(dumps(body).encode())
    return dumps(body | {"hash": digest}), digest


def parse_line(line: bytes) -> Event | None:
    """The event of one line; None unless it is, byte for byte, a line that `chain_line` makes."""
    try:
        event = json.loads(line)
        own = {name: event[name] for name in OWN}
        fields = {name: part for name, part in event.items() if name not in OWN}
        again, _ = chain_line(own["seq"], own["at"], own["event"], fields, own["prev"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return event if again.encode() == line and _has_types(event) else None


def _has_types(event: Event) -> bool:
    """Whether an event's own fields, and the figures that are added up, are what the kernel writes there."""
    if type(event["seq"]) is not int or not all(isinstance(event[name], str) for name in OWN[1:]):
        return False
    if event["event"] not in CALLS:
        return True
    names = all(isinstance(event.get(name), str | None) for name in ("role", "provider", "model"))
    counts = all(_is_count(event.get(name)) for name in COUNTS)
    return names and counts and all(_is_amount(event.get(name)) for name in AMOUNTS)


def _is_count(value: Any) -> bool:
    return value is None or (type(value) is int and abs(value) < HIGHEST)


def _is_amount(value: Any) -> bool:
    return value is None or (type(value) in (int, float) and abs(value) < HIGHEST)


def field_name(name: str) -> str:
    """A field named like one of the ledger's own gets an underscore behind it."""
    return f"{name}_" if name in OWN else name


def add_usage(sums: dict[UsageKey, Usage], event: Event) -> None:
    """Adds one event to the sums, when it is a call. A call without a figure makes that sum unknown, for good."""
    if event["event"] not in CALLS:
        return
    purpose = event.get("role") or ("embeddings" if event["event"] == "embedding_call" else "unknown")
    key = (str(purpose), str(event.get("provider", "unknown")), str(event.get("model", "unknown")))
    before = sums.get(key, Usage())
    sums[key] = Usage(
        calls=before.calls + 1,
        prompt_tokens=_plus(before.prompt_tokens, event.get("prompt_tokens")),
        completion_tokens=_plus(before.completion_tokens, event.get("completion_tokens")),
        seconds=_plus(before.seconds, event.get("seconds")),
        cost=_plus(before.cost, event.get("cost")),
    )


def total_usage(sums: Iterable[Usage]) -> Usage:
    """All sums as one; unknown when one of them is."""
    total = Usage()
    for one in sums:
        total = Usage(
            calls=total.calls + one.calls,
            prompt_tokens=_plus(total.prompt_tokens, one.prompt_tokens),
            completion_tokens=_plus(total.completion_tokens, one.completion_tokens),
            seconds=_plus(total.seconds, one.seconds),
            cost=_plus(total.cost, one.cost),
        )
    return total


def verify_chain(path: Path) -> list[str]:
    """Every fault of a ledger file, in words; an empty list when the chain holds. Raises BadRun if unreadable."""
    faults: list[str] = []
    seq, prev = 0, GENESIS
    lines = read_plain(path.parent, path.name).split(b"\n")
    if lines.pop():
        faults.append("the last line is cut off")
    for number, line in enumerate(lines, 1):
        event = parse_line(line)
        if event is None:
            faults.append(f"line {number} is not a ledger event, or its hash is wrong")
        elif (event["seq"], event["prev"]) != (seq + 1, prev):
            faults.append(f"line {number} does not follow the line before")
        if event is not None:
            seq, prev = event["seq"], event["hash"]
    return faults


class MemoryLedger:
    """A ledger for runs without a folder: the same events, the same chain, nothing written."""

    def __init__(self, clock: Clock, secrets: Iterable[str] = ()) -> None:
        self._clock = clock
        self._secrets = tuple(secrets)
        self._lock = threading.Lock()
        self._events: list[Event] = []
        self._sums: dict[UsageKey, Usage] = {}

    def record(self, event: str, **fields: Any) -> None:
        event, safe = _safe(event, fields, self._secrets)
        with self._lock:
            prev = self._events[-1]["hash"] if self._events else GENESIS
            last = self._events[-1]["at"] if self._events else ""
            line, _ = chain_line(len(self._events) + 1, _not_before(last, self._clock.now()), event, safe, prev)
            self._events.append(json.loads(line))
            add_usage(self._sums, self._events[-1])

    def usage(self) -> dict[UsageKey, Usage]:
        with self._lock:
            return dict(self._sums)

    def events(self) -> Iterator[Event]:
        with self._lock:
            return iter(tuple(self._events))


@dataclass
class _Read:
    """How far the file was read: bytes, and what they amount to."""

    offset: int = 0
    seq: int = 0
    hash: str = GENESIS
    at: str = ""
    sums: dict[UsageKey, Usage] = field(default_factory=dict)


class FileLedger:
    """The ledger of a run's folder. Threads and processes may append side by side; nothing is written until then.

    A half-written end (a kill, a full disk) is cut back to the last whole event at the next append, which an event
    `ledger_recovered` tells. A fault before the end is not ours to mend: BadRun.
    """

    def __init__(self, path: Path, clock: Clock, secrets: Iterable[str] = ()) -> None:
        self.path = path
        self._clock = clock
        self._secrets = tuple(secrets)
        self._threads = threading.RLock()
        self._read = _Read()
        self._synced = -SYNC_GAP

    def record(self, event: str, **fields: Any) -> None:
        """Appends one event and hands it to the system; it is on the disk within half a second. Raises BadRun."""
        from filelock import FileLock

        event, safe = _safe(event, fields, self._secrets)
        with self._threads, storage_errors("write", self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            refuse_strange(self.path.parent, f"{self.path.name}.lock", doing="write")
            with (
                FileLock(f"{self.path}.lock", poll_interval=0.005),
                appending(self.path.parent, self.path.name) as descriptor,
            ):
                self._recover(descriptor)
                self._append(descriptor, event, safe)

    def usage(self) -> dict[UsageKey, Usage]:
        with self._threads:
            self._catch_up()
            return dict(self._read.sums)

    def head(self) -> tuple[int, str]:
        """The number of events and the hash of the last one."""
        with self._threads:
            self._catch_up()
            return self._read.seq, self._read.hash

    def events(self) -> Iterator[Event]:
        """Every whole event, first to last. Raises BadRun at one that is damaged."""
        with storage_errors("read", self.path), self._opened() as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    yield self._parse(line[:-1], number)

    def _opened(self) -> BinaryIO:
        """The file to read, or nothing at all where there is none yet."""
        try:
            return os.fdopen(open_plain(self.path.parent, self.path.name), "rb")
        except FileNotFoundError:
            return io.BytesIO()

    def _catch_up(self) -> int:
        """Reads the whole lines that were added since; the number of bytes after them (a half-written event)."""
        with storage_errors("read", self.path), self._opened() as file:
            if file.seek(0, os.SEEK_END) < self._read.offset:
                raise BadRun(f"the ledger {self.path} was cut while in use", help="restore it from a copy")
            file.seek(self._read.offset)
            added = file.read()
        *lines, rest = added.split(b"\n")
        for line in lines:
            event = self._parse(line, self._read.seq + 1)
            self._read.offset += len(line) + 1
            self._read.seq, self._read.hash, self._read.at = event["seq"], event["hash"], event["at"]
            add_usage(self._read.sums, event)
        return len(rest)

    def _recover(self, descriptor: int) -> None:
        if cut := self._catch_up():
            os.ftruncate(descriptor, self._read.offset)
            self._append(descriptor, "ledger_recovered", {"bytes_cut": cut})

    def _append(self, descriptor: int, event: str, fields: Event) -> None:
        at = _not_before(self._read.at, self._clock.now())
        line, digest = chain_line(self._read.seq + 1, at, event, fields, self._read.hash)
        content = line.encode() + b"\n"
        written = os.write(descriptor, content)
        if written < len(content):  # the disk filled up in the middle: leave no half event
            os.ftruncate(descriptor, self._read.offset)
            raise BadRun(f"cannot write {self.path}: the disk is full", help="free some space, then `sovereign resume`")
        self._read.offset += written
        self._read.seq, self._read.hash, self._read.at = self._read.seq + 1, digest, at
        add_usage(self._read.sums, json.loads(line))
        if time.monotonic() - self._synced >= SYNC_GAP:
            os.fsync(descriptor)
            self._synced = time.monotonic()

    def _parse(self, line: bytes, number: int) -> Event:
        event = parse_line(line)
        if event is None:
            raise BadRun(
                f"the ledger {self.path} is damaged at line {number}",
                help="`sovereign verify` lists what does not hold; restore the file from a copy, or start the run anew",
            )
        return event


def _safe(event: str, fields: Event, secrets: tuple[str, ...]) -> tuple[str, Event]:
    """In JSON's own types, without secrets, with names and figures that a reader takes."""
    apart = {field_name(name): part for name, part in fields.items()}
    safe: Event = plain(apart, secrets)
    if event in CALLS:  # a server may name any figure; one that cannot be added up is unknown
        safe |= {name: None for name in COUNTS if not _is_count(safe.get(name))}
        safe |= {name: None for name in AMOUNTS if not _is_amount(safe.get(name))}
    return redact(event, secrets), safe


def _not_before(last: str, now: str) -> str:
    """`now`, or the last event's time where the clock was set back since by less than a day: a ledger runs forward."""
    try:
        back = datetime.fromisoformat(last) - datetime.fromisoformat(now)
    except (ValueError, TypeError):
        return now
    return last if timedelta(0) < back < timedelta(days=1) else now


def _plus(left: Any, right: Any) -> Any:
    return None if left is None or right is None else left + right
