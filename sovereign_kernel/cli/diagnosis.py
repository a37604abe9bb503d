"""What is configured, what answers, and what to do about what does not. Keys are named, never shown.

Each part is tried as a run would use it, through the same engines: a tiny question to the model, one text to the
embedder, one query to arXiv. So only configured hosts are contacted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel

from sovereign_kernel import __version__
from sovereign_kernel.errors import BadSetting, SovereignError
from sovereign_kernel.pipeline.project import project_root
from sovereign_kernel.pipeline.toolkit import Toolkit, cache_dir, embeddings_of
from sovereign_kernel.ports import Prompt
from sovereign_kernel.settings import PREFIX, Settings, address_of, resolve
from sovereign_kernel.transport.certificates import certificates
from sovereign_kernel.transport.keys import KEYS, has_key, read_key
from sovereign_kernel.transport.proxies import proxy_for

State = Literal["ok", "off", "warning", "problem"]
PARTS = ("langgraph", "langchain-core", "httpx", "faiss-cpu", "onnxruntime", "arxiv")


@dataclass(frozen=True)
class Finding:
    """One line of the report. `exit_code` is 0 unless this must be mended before a run can do as configured."""

    name: str
    state: State
    found: str
    next: str = ""
    exit_code: int = 0


class Ready(BaseModel):
    """The answer that the model is asked for."""

    ready: bool


def settings_with_faults(explicit: Mapping[str, Any], file: Path | None) -> tuple[Settings, tuple[Finding, ...]]:
    """The settings without what is wrong in the environment and the file, and a finding for each of those faults.

    Raises BadSetting for what was typed.
    """
    environment, faults = dict(os.environ), []
    nothing = Path(os.devnull)
    for name in sorted(name for name in environment if name.startswith(PREFIX) and name != f"{PREFIX}CONFIG"):
        try:
            resolve({}, {name: environment[name]}, nothing)
        except BadSetting as error:
            faults.append(Finding("environment", "problem", f"{name}: {error}", error.help, error.exit_code))
            del environment[name]
    try:
        return resolve(explicit, environment, file), tuple(faults)
    except BadSetting as error:
        settings = resolve(explicit, environment, nothing)
        return settings, (*faults, Finding("settings", "problem", str(error), error.help, error.exit_code))


def environment_faults() -> tuple[Finding, ...]:
    """Variables of proxies and certificates that cannot be used; the parts that need them are problems of their own."""
    looks: tuple[Callable[[], object], ...] = (
        lambda: proxy_for("http://example.org"),
        lambda: proxy_for("https://example.org"),
        lambda: proxy_for("https://example.org", socks_package="socks"),
        certificates,
    )
    found: dict[str, Finding] = {}
    for look in looks:
        try:
            look()
        except BadSetting as error:
            variable = str(error).split()[0]
            found[variable] = Finding("environment", "warning", str(error), error.help)
    return tuple(found.values())


def examine(settings: Settings, wait: float, faults: Sequence[Finding] = ()) -> tuple[Finding, ...]:
    """All findings, in reading order. Services are asked side by side, each for at most about `wait` seconds."""
    patient = settings.model_copy(
        update={
            "out": None,
            "arxiv_patience": min(wait, settings.arxiv_patience),
            "arxiv_timeout": min(wait, settings.arxiv_timeout),
            "model_patience": min(wait, settings.model_patience),
            "model_timeout": min(wait, settings.model_timeout),
        }
    )
    tools = Toolkit.open(patient)
    checks: tuple[tuple[str, Callable[[Toolkit], Finding]], ...] = (
        ("installation", _installation),
        ("keys", _keys),
        ("model", _model),
        ("embeddings", _embeddings),
        ("arxiv", _arxiv),
        ("corpus", _corpus),
        ("roles", _roles),
        ("policy", _policy),
        ("cache", lambda tools: _folder("cache", cache_dir(tools.settings))),
        ("runs", lambda tools: _folder("runs", tools.settings.runs_dir)),
    )

    def check(named: tuple[str, Callable[[Toolkit], Finding]]) -> Finding:
        name, look = named
        try:
            return look(tools)
        except SovereignError as error:
            return Finding(name, "problem", str(error), error.help, error.exit_code)

    with ThreadPoolExecutor(max_workers=len(checks)) as pool:
        return (*faults, *environment_faults(), *pool.map(check, checks))


def _installation(tools: Toolkit) -> Finding:
    missing = [name for name in PARTS if _version(name) is None]
    python = ".".join(map(str, sys.version_info[:3]))
    found = f"sovereign {__version__}, Python {python}, {', '.join(f'{name} {_version(name)}' for name in PARTS)}"
    if missing:
        return Finding(
            "installation", "problem", f"missing: {', '.join(missing)}", "install sovereign-kernel again", exit_code=1
        )
    return Finding("installation", "ok", f"{found}; {project_root()}")


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _keys(tools: Toolkit) -> Finding:
    states = {name: "set" if has_key(name) else "not set" for name in KEYS.values()}
    for name in KEYS.values():
        read_key(name)  # one that no server would take is a problem, whoever needs it
    state: State = "ok" if "set" in states.values() else "off"
    return Finding("keys", state, ", ".join(f"{name} {value}" for name, value in states.items()))


def _model(tools: Toolkit) -> Finding:
    chat = tools.chat("doctor")
    if chat is None:
        return Finding(
            "model",
            "off",
            "measured mode: no language model is configured",
            "for one, set NVIDIA_API_KEY or OPENAI_API_KEY, or name a server: --provider openai --base-url URL",
        )
    prompt = Prompt(system="Answer in JSON.", user='Say that you are ready: {"ready": true}')
    chat.ask("doctor", prompt, Ready)
    where = _at(tools.settings.base_url or address_of(chat.provider))
    return Finding("model", "ok", f"{chat.model} by {chat.provider}{where} answers")


def _embeddings(tools: Toolkit) -> Finding:
    embedder = tools.embedder
    shape = embedder.embed(["Is anybody there?"], "query").shape
    where = "" if embeddings_of(tools.settings) == "offline" else _at(tools.settings.embedding_url)
    return Finding("embeddings", "ok", f"{embedder.model} by {embedder.provider}{where}, {shape[1]} dimensions")


def _arxiv(tools: Toolkit) -> Finding:
    settings = tools.settings
    if settings.source == "corpus":
        return Finding("arxiv", "off", "not asked: --source corpus")
    try:
        tools.arxiv.search(f"checked {tools.clock.now()}", 1)  # a query that no cache can answer
    except SovereignError as error:
        if settings.source == "arxiv":
            raise
        return Finding("arxiv", "warning", str(error), "runs go on with the embedded corpus, and say so in the draft")
    return Finding("arxiv", "ok", f"answers{_at(settings.arxiv_url)}")


def _corpus(tools: Toolkit) -> Finding:
    info = tools.corpus.info()
    return Finding("corpus", "ok", f"{info.records:,} records, {info.first} to {info.last}: {info.path}")


def _roles(tools: Toolkit) -> Finding:
    return Finding("roles", "ok", ", ".join(role.name for role in tools.roles))


def _policy(tools: Toolkit) -> Finding:
    own = f", with those of {tools.settings.policy}" if tools.settings.policy else ""
    return Finding("policy", "ok", f"{len(tools.rules)} rules{own}")


def _folder(name: str, path: Path) -> Finding:
    """Whether a file can be written in `path`, or in the nearest folder above that is there; nothing is left behind."""
    there = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    try:
        with TemporaryFile(dir=there):
            pass
    except OSError as exc:
        fault = exc.strerror or str(exc)
        return Finding(name, "problem", f"{path} cannot be written: {fault}", f"name another: --{name}-dir DIR", 2)
    return Finding(name, "ok", str(path))


def _at(url: str | None) -> str:
    """The host of an address, without a user, a password or a query that may be secret."""
    host = urlsplit(url).hostname if url else None
    return f" at {host}" if host else ""
