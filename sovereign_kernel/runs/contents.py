"""What lies in a run's folder, seen before anything is opened: how much, how large, nothing but plain files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sovereign_kernel.errors import BadRun
from sovereign_kernel.storage.atomic import storage_errors
from sovereign_kernel.storage.plain_files import HELP, strangeness

ENTRIES = 50_000  # a run of 100 papers with a model leaves some thousands
DEPTH = 4
TOTAL = 4 * 2**30
LARGEST = {"": 512 * 2**20, "index": 2**30, "calls": 64 * 2**20, "sources": 64 * 2**20}
"""Bytes that a single file may have, by the subfolder it lies in."""
SHOWN = 20


@dataclass(frozen=True)
class Entry:
    name: str
    status: os.stat_result


def look_at(folder: Path) -> None:
    """Raises BadRun for a folder with something in it that no command may open, or with more than can be read."""
    faults = strange_contents(folder)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise BadRun(f"the folder {folder} is not opened: {faults[0]}{more}", help=HELP)


def strange_contents(folder: Path) -> list[str]:
    """In words, the first of what keeps the folder shut; empty for the folder of a run. Opens no file."""
    faults: list[str] = []
    total = count = 0
    with storage_errors("look into", folder):
        for entry in _walk(folder):
            count += 1
            if count > ENTRIES:
                return [*faults, f"it holds more than {ENTRIES:,} files"]
            if entry.name.count("/") > DEPTH:
                faults.append(f"{entry.name} lies too deep")
            if stat.S_ISDIR(entry.status.st_mode):
                continue
            total += entry.status.st_size
            if what := strangeness(entry.status):
                faults.append(f"{entry.name} is {what}")
            elif entry.status.st_size > (most := _largest(entry.name)):
                faults.append(f"{entry.name} has more than {most // 2**20:,} MB")
            if len(faults) >= SHOWN:
                return faults
    if total > TOTAL:
        faults.append(f"its files have more than {TOTAL // 2**30} GB together")
    return faults


def _walk(folder: Path) -> Iterator[Entry]:
    """Every entry beneath `folder`, linked folders not entered; what disappears meanwhile is passed over."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            found = os.scandir(folder / inside)
        except FileNotFoundError:
            continue
        with found:
            for entry in found:
                name = f"{inside}/{entry.name}" if inside else entry.name
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                yield Entry(name, status)
                if stat.S_ISDIR(status.st_mode) and name.count("/") <= DEPTH:
                    waiting.append(name)


def _largest(name: str) -> int:
    inside = name.partition("/")[0] if "/" in name else ""
    return LARGEST.get(inside, LARGEST[""])
