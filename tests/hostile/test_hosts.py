"""Only hosts that the owner named are asked, only code that the owner named is run, and what comes back is bounded."""

from __future__ import annotations

import gzip
import json
import lzma
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from sovereign_kernel import research, resume
from sovereign_kernel.errors import BadCorpus, BadRun, BadSetting, SovereignError
from sovereign_kernel.pipeline.toolkit import roles_of
from sovereign_kernel.runs import RunFolder, manifest
from sovereign_kernel.settings import FILE, NAMED_ONLY, resolve
from sovereign_kernel.sources.arxiv.client import ArxivSource
from sovereign_kernel.sources.corpus_file import read_corpus
from sovereign_kernel.testing.arxiv import ArxivServer, Entry, Fault, atom
from sovereign_kernel.testing.faults import redirect
from sovereign_kernel.testing.openai import FastClock, ModelServer
from sovereign_kernel.testing.scholar import make_scholar
from tests.cli.front import sovereign
from tests.hostile.obedient import ObedientServer, corpus_with
from tests.hostile.papers import CARRIER, GOAL
from tests.hostile.running import run

ENTRY = Entry("2601.00003v1", CARRIER["title"], CARRIER["abstract"])
EVIL_ROLE = "from pathlib import Path\nPath({mark!r}).touch()\n"


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://localhost:80/",
        "http://[::1]/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1/",
        "//example.org/x",
        "http://user:pass@example.org/",
    ],
)
def test_arxiv_leads_nowhere_else(target: str, tmp_path: Path) -> None:
    with ArxivServer([ENTRY]) as server:
        server.always = Fault.redirect(target)
        with pytest.raises(SovereignError, match=r"redirected to another|not an address|No connection adapters"):
            ArxivSource(server.url, tmp_path, 0, 5, 1, FastClock()).search("experts", 5)


@pytest.mark.parametrize("target", ["http://169.254.169.254", "http://10.0.0.1", "https://example.org", "file:///etc"])
def test_a_model_server_leads_nowhere_else(target: str, tmp_path: Path) -> None:
    with ObedientServer() as server:
        server.faults += [redirect(target)] * 20
        with pytest.raises(SovereignError, match="not followed"):
            run(tmp_path, corpus_with(CARRIER), server)


BILLION = b"<!DOCTYPE f [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY %c '&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;'>" % ((98 + n,) + (97 + n,) * 8) for n in range(20)
)


@pytest.mark.parametrize(
    "prolog",
    [
        BILLION + b"]>",
        b"<!DOCTYPE f [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>",
        b"<!DOCTYPE f [<!ENTITY % p SYSTEM 'http://169.254.169.254/x'> %p;]>",
        b"<!DOCTYPE f SYSTEM 'http://169.254.169.254/x.dtd'>",
        b" " * 3_000 + b"<!DOCTYPE f [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>",
    ],
    ids=["billion laughs", "file", "parameter entity", "foreign DTD", "late"],
)
def test_xml_has_no_entities(prolog: bytes, tmp_path: Path) -> None:
    body = atom([ENTRY], 1).replace(b"?>\n", b"?>\n" + prolog, 1).replace(b"Router", b"&a;Router")
    with ArxivServer([ENTRY]) as server:
        server.always = Fault.page(body, "application/atom+xml")
        with pytest.raises(SovereignError, match=r"no plain Atom feed|malformed"):
            ArxivSource(server.url, tmp_path, 0, 5, 0.1, FastClock()).search("experts", 5)


@pytest.mark.parametrize("pack", [gzip.open, lzma.open], ids=["gz", "xz"])
def test_a_file_that_unpacks_without_end_is_left(pack: Callable[..., object], tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    with pack(path, "wb") as file:  # type: ignore[attr-defined]
        for _ in range(60):
            file.write(b" " * 1_000_000 + b"\n")
    assert path.stat().st_size < 1_000_000
    with pytest.raises(BadCorpus, match="unpacks to more than"):
        for _ in read_corpus(path, screened=False):
            pass


READ_IN_2_GB = """
import resource, sys
from pathlib import Path
from sovereign_kernel.errors import BadCorpus
from sovereign_kernel.sources.corpus_file import read_corpus
resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
try:
    list(read_corpus(Path(sys.argv[1])))
except BadCorpus as error:
    print(error)
"""


def test_an_archive_that_wants_all_memory_is_left(tmp_path: Path) -> None:
    packed = bytearray(lzma.compress(b"{}\n", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 4096}]))
    packed[16] = 39  # the block header's dictionary: 3 GiB
    end = 12 + packed[12] * 4
    packed[end : end + 4] = zlib.crc32(packed[12:end]).to_bytes(4, "little")
    path = tmp_path / "corpus.xz"
    path.write_bytes(packed)
    ended = subprocess.run([sys.executable, "-c", READ_IN_2_GB, str(path)], capture_output=True, text=True, check=True)
    assert "more memory than there is" in ended.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_BASE_URL", "{}/v1"),
        ("OPENAI_API_BASE", "{}/v1"),
        ("NVIDIA_BASE_URL", "{}/v1"),
        ("LANGSMITH_ENDPOINT", "{}"),
    ],
)
def test_the_environment_of_other_programs_leads_nowhere(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_scholar(ModelServer()) as elsewhere, ObedientServer() as server:
        monkeypatch.setenv(name, value.format(elsewhere.base_url.removesuffix("/v1")))
        for switch in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
            monkeypatch.setenv(switch, "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2-canary")
        run(tmp_path, corpus_with(CARRIER), server)
        from langsmith import Client
        from langsmith.run_trees import get_cached_client

        assert isinstance(get_cached_client(), Client)
        get_cached_client().flush()
        assert elsewhere.requests == []


@pytest.mark.parametrize("name", sorted(NAMED_ONLY))
def test_a_folders_own_file_names_no_code_and_no_host(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_text(f'{name} = "http://127.0.0.1:1/x"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadSetting, match="runs code or is sent your keys"):
        resolve()
    assert str(getattr(resolve(file=tmp_path / FILE), name)).endswith("127.0.0.1:1/x")


@pytest.mark.parametrize(
    "text",
    [
        "threshold = 0",
        "threshold = 6.4",
        "tfidf_threshold = 0.0",
        'corpus = "/etc/passwd"',
        'corpus = "../private.jsonl"',
        'policy = "link/policy.toml"',
        'runs_dir = "/tmp"',
    ],
)
def test_a_folders_own_file_lowers_no_line_and_leads_nowhere(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "link").symlink_to(tmp_path)
    (tmp_path / "here" / FILE).write_text(text)
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(BadSetting, match="in the working directory sets"):
        resolve()
    resolve(file=tmp_path / "here" / FILE)  # the owner names it


def test_a_folders_own_file_is_told_on_standard_error(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('threshold = 7.5\nrequire_owner = true\ncorpus = "mine.jsonl"\n')
    (tmp_path / "mine.jsonl").touch()
    command = [sys.executable, "-m", "sovereign_kernel", "runs", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    said = "sovereign.toml in the working directory sets corpus = 'mine.jsonl', require_owner = True, threshold = 7.5"
    assert done.stderr.splitlines()[0] == f"settings: {said}"
    assert json.loads(done.stdout) == []


def test_roles_come_from_folders_that_were_named_and_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "ran"
    for folder in ("agents", "roles", "sovereign_kernel"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "evil.py").write_text(EVIL_ROLE.format(mark=str(mark)))
    (tmp_path / "graph.py").write_text(EVIL_ROLE.format(mark=str(mark)))
    monkeypatch.chdir(tmp_path)
    answered = sovereign("roles", "--json")
    assert answered.exit_code == 0, answered.output
    shown = json.loads(answered.stdout)
    assert {row["name"] for row in shown} == {role.name for role in roles_of(None)}
    assert all(Path(row["file"]).is_file() and tmp_path not in Path(row["file"]).parents for row in shown)
    research(
        GOAL, source="corpus", provider="none", corpus=_corpus(tmp_path), cache_dir=tmp_path / "c", out=tmp_path / "r"
    )
    assert not mark.exists()


def test_a_strangers_run_is_not_resumed_with_his_code_or_his_hosts(tmp_path: Path) -> None:
    options = {"source": "corpus", "provider": "none", "corpus": _corpus(tmp_path), "cache_dir": tmp_path / "c"}
    research(GOAL, **options, out=tmp_path / "run")
    mark = tmp_path / "ran"
    (tmp_path / "run" / "roles").mkdir()
    (tmp_path / "run" / "roles" / "evil.py").write_text(EVIL_ROLE.format(mark=str(mark)))
    before = RunFolder.open(tmp_path / "run").manifest
    for setting, value in (
        ("roles", str(tmp_path / "run" / "roles")),
        ("base_url", "http://127.0.0.1:1/v1"),
        ("arxiv_url", "http://127.0.0.1:1/"),
        ("nli", str(tmp_path / "model")),
        ("corpus", "/etc/passwd"),
        ("policy", "/etc/passwd"),
        ("cache_dir", str(tmp_path / "elsewhere")),
    ):
        changed = {"settings": before.settings | {setting: value}, "status": "interrupted"}
        manifest.write(tmp_path / "run", before.model_copy(update=changed))
        with pytest.raises(BadRun, match=f"not started here.*{setting}"):
            resume(tmp_path / "run")
        done = sovereign("resume", tmp_path / "run")
        assert (done.exit_code, "--trust" in done.stderr) == (2, True)
    assert not mark.exists() and not (tmp_path / "elsewhere").exists()


def test_a_strangers_run_does_not_spend_the_owners_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, cache = _corpus(tmp_path), tmp_path / "c"
    for name, value in (("CORPUS", corpus), ("CACHE_DIR", cache)):
        monkeypatch.setenv(f"SOVEREIGN_{name}", str(value))  # the owner's own
    run_folder = research(GOAL, source="corpus", provider="none", out=tmp_path / "run").run
    before = RunFolder.open(run_folder).manifest
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    for provider in ("auto", "openai"):
        changed = {"settings": before.settings | {"provider": provider}, "status": "interrupted", "run_id": "his"}
        manifest.write(run_folder, before.model_copy(update=changed))
        with pytest.raises(BadRun, match="the key OPENAI_API_KEY"):
            resume(run_folder)
    measured = {"settings": before.settings | {"embeddings": "offline"}, "status": "interrupted", "run_id": "his"}
    manifest.write(run_folder, before.model_copy(update=measured))
    assert resume(run_folder).exit_code in (0, 3, 4)  # nothing of the owner's is used


def test_with_trust_a_strangers_run_goes_on(tmp_path: Path) -> None:
    options = {"source": "corpus", "provider": "none", "corpus": _corpus(tmp_path), "cache_dir": tmp_path / "c"}
    research(GOAL, **options, out=tmp_path / "run", require_owner=True)
    before = RunFolder.open(tmp_path / "run").manifest
    there = before.settings | {"cache_dir": str(tmp_path / "his")}
    manifest.write(tmp_path / "run", before.model_copy(update={"settings": there}))
    approve = ("review", tmp_path / "run", "--quiet", "--approve", "--owner", "Ada")
    assert sovereign(*approve).exit_code == 2
    assert sovereign(*approve, "--trust").exit_code == 0


def _corpus(folder: Path) -> Path:
    path = folder / "corpus.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in corpus_with(CARRIER)), "utf-8")
    return path
