"""What the fuzzers feed: every parser of text that others wrote. Each target takes bytes and may only end well.

A target lets through nothing but what its parser promises to raise. `tests/reliability/test_fuzz.py` feeds them by
hypothesis, `fuzz/run.py` by atheris.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import requests

from agents.claim_extractor import ExtractedClaims
from agents.searcher import Plan
from agents.writer import Written
from sovereign_kernel.audit import audit
from sovereign_kernel.decision.policy import load_rules
from sovereign_kernel.errors import BadCorpus, BadRun, BadSetting, SovereignError
from sovereign_kernel.models.answers import UnusableError, parse
from sovereign_kernel.models.reading import read_reply, read_vectors
from sovereign_kernel.models.refusals import status_error
from sovereign_kernel.models.wire import WireError, read_retry_after
from sovereign_kernel.pipeline.checking import check_pairs
from sovereign_kernel.pipeline.reviewers import Argument
from sovereign_kernel.runs import RunFolder, list_runs, load_draft
from sovereign_kernel.runs.journal import FolderJournal
from sovereign_kernel.runs.ledger import FileLedger, verify_chain
from sovereign_kernel.settings import Settings, resolve
from sovereign_kernel.sources.arxiv.client import ArxivSource
from sovereign_kernel.sources.corpus import CorpusSource
from sovereign_kernel.sources.faults import Lasting, Passing
from sovereign_kernel.transport.clock import SystemClock
from sovereign_kernel.verification import KernelVerifier
from sovereign_kernel.verification.entailment.llm import Judgements

Target = Callable[[bytes], object]
MEMORY = Path("/dev/shm")
FOLDER_FILES = ("run.json", "draft.json", "ledger.jsonl", "approval.sig", "policy.toml", "checkpoints.sqlite")


def atom(data: bytes) -> None:
    """arXiv's answer, through our wire and the arxiv package, to papers."""
    import arxiv

    with _served(data), suppress(Lasting, Passing):
        _arxiv()._ask(arxiv.Search(query="all:x", max_results=10))


def answers(data: bytes) -> None:
    """What a model said."""
    for kind in (Plan, ExtractedClaims, Written, Argument, Judgements):
        with suppress(UnusableError):
            parse(data.decode("utf-8", "replace"), kind)


def wire(data: bytes) -> None:
    """A model server's body, and its headers."""
    with suppress(WireError):
        read_reply(data)
    for dimension in (None, 2):
        with suppress(WireError):
            read_vectors(data, 1, dimension)
    text = data.decode("latin-1")
    read_retry_after(text)
    status_error(429, {"retry-after": text, "location": text}, data, None)


def pairs(data: bytes) -> None:
    """A pairs file: a line out for every line in, each of them JSON."""
    lines = data.decode("utf-8", "replace").splitlines(keepends=True)
    out: list[str] = []
    check_pairs(lines, out.append, _verifier())
    assert all(json.loads(line) for line in out)
    assert len(out) == sum(bool(line.strip()) for line in lines)


def corpus(data: bytes) -> None:
    """A corpus file, indexed and looked into."""
    with _folder() as folder:
        path = folder / "corpus.jsonl"
        path.write_bytes(data)
        with suppress(BadCorpus):
            CorpusSource(path, folder).search("sparse experts", 3)


def toml(data: bytes) -> None:
    """A file of settings, and a file of rules."""
    with _folder() as folder:
        path = folder / "any.toml"
        path.write_bytes(data)
        with suppress(BadSetting):
            resolve({}, {}, path)
        with suppress(BadSetting):
            load_rules(path)


def run_folder(data: bytes) -> None:
    """A run's folder in which one file is anything; the first byte says which."""
    name = FOLDER_FILES[data[0] % len(FOLDER_FILES)] if data else "run.json"
    with _folder() as folder:
        run = RunFolder.create(folder / "run", "a goal", Settings(), "0")
        (run.path / name).write_bytes(data[1:])
        list_runs(folder)
        with suppress(SovereignError):
            load_draft(RunFolder.open(run.path))
        with suppress(BadRun):
            audit(run.path)
        with suppress(BadRun):
            RunFolder(run.path).mend_checkpoints()


def ledger(data: bytes) -> None:
    """A ledger's file, and an answer in calls/."""
    with _folder() as folder:
        path = folder / "ledger.jsonl"
        path.write_bytes(data)
        verify_chain(path)
        with suppress(BadRun):
            list(FileLedger(path, SystemClock()).events())
        with suppress(BadRun):
            FileLedger(path, SystemClock()).usage()
        with suppress(BadRun):
            FileLedger(path, SystemClock()).record("round")
        journal = FolderJournal(folder)
        journal.put("key", 1)
        next(folder.glob("*.json")).write_bytes(data)
        assert journal.get("key") is None


TARGETS: dict[str, Target] = {
    "atom": atom,
    "answers": answers,
    "wire": wire,
    "pairs": pairs,
    "corpus": corpus,
    "toml": toml,
    "run_folder": run_folder,
    "ledger": ledger,
}


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None) as name:
        yield Path(name)


@contextmanager
def _served(data: bytes) -> Iterator[None]:
    """Every request is answered with `data`."""
    send = requests.adapters.HTTPAdapter.send

    def answer(self: object, request: requests.PreparedRequest, **_: object) -> requests.Response:
        import io

        import urllib3

        response = requests.Response()
        response.status_code = 200
        response.raw = urllib3.HTTPResponse(io.BytesIO(data), preload_content=False)
        response.url, response.request = str(request.url), request
        return response

    requests.adapters.HTTPAdapter.send = answer  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        requests.adapters.HTTPAdapter.send = send  # type: ignore[method-assign]


@cache
def _arxiv() -> ArxivSource:
    return ArxivSource("http://127.0.0.1:9/", Path(tempfile.mkdtemp()), 0.0, 1.0, 1.0, SystemClock())


@cache
def _verifier() -> KernelVerifier:
    return KernelVerifier()
