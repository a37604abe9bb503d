"""What an audit found, one line a check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 5


@dataclass(frozen=True)
class Finding:
    """One check: what it is called, whether it holds, and what was counted or what is wrong."""

    name: str
    holds: bool
    detail: str = ""


@dataclass(frozen=True)
class AuditReport:
    """What was checked; it `holds` when every check does. `trusted`: what was taken as recorded, a line each."""

    findings: tuple[Finding, ...]
    trusted: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return all(finding.holds for finding in self.findings)


def finding(name: str, faults: Sequence[str], good: str) -> Finding:
    """Holds without faults, with `good` as its detail; else the first few faults and the number of the others."""
    if not faults:
        return Finding(name, True, good)
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return Finding(name, False, "; ".join(faults[:SHOWN]) + more)
