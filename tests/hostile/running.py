"""Whole runs on a small corpus, and what of them must not change."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sovereign_kernel import Outcome, research
from sovereign_kernel.records import Draft
from tests.hostile.obedient import ObedientServer
from tests.hostile.papers import GOAL, Record


def run(folder: Path, records: Sequence[Record], server: ObedientServer | None = None, **more: Any) -> Outcome:
    """One run in `folder`/run; with a server, its model plans, extracts, writes and argues."""
    folder.mkdir(parents=True, exist_ok=True)
    corpus = folder / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    chosen: dict[str, Any] = {"source": "corpus", "corpus": corpus, "cache_dir": folder / "cache", "rounds": 1}
    if server is None:
        chosen |= {"provider": "none"}
    else:
        chosen |= {"provider": "openai", "base_url": server.base_url, "model": "obedient"}
        chosen |= {"requests_per_minute": 100_000}
    return research(GOAL, **chosen | {"out": folder / "run"} | more)


def earned(draft: Draft) -> dict[str, Any]:
    """All of a draft that a payload must not change: everything but the decision, the notices and what was withheld."""
    told = draft.model_dump(mode="json")
    for paper in told["papers"]:
        paper.pop("withheld")
    for name in ("run_id", "created", "notices", "decision", "banner", "settings", "cost", "models"):
        told.pop(name)
    return told


def others(draft: Draft, own: str) -> list[Any]:
    """Claims and verdicts of all papers but `own`, without their numbers."""
    return [
        (claim.paper_id, claim.text, claim.quote, claim.verification, claim.dropped)
        for claim in draft.claims
        if claim.paper_id != own
    ]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[f"{tag} {sorted(name for name, _ in attrs)}"] += 1
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action", "srcset")}


def elements(page: Path) -> tuple[set[str], set[str], str]:
    """Kinds of elements with their attributes' names, addresses outside the page, and the content security policy."""
    text = page.read_text("utf-8")
    parser = _Elements()
    parser.feed(text)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    outside = {link for link in parser.links if not link.startswith("#")}
    return set(parser.found), outside, policy[1]


def files(folder: Path) -> set[str]:
    """Every file beneath, by its path; the names of journal and index files, which are hashes, left out."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if not name.startswith(("run/calls/", "cache/"))}
