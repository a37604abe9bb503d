"""What a client of `langgraph dev` may not do: over HTTP, as a stranger's program and as a page of another site."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel.settings import OWNERS_ONLY
from sovereign_kernel.testing.openai import ModelServer
from tests.graph.conftest import GOAL
from tests.graph.studio import Studio, needs_studio
from tests.hostile.recorder import Recorder
from tests.report.test_browser import BROWSER, FLAGS

pytestmark = [needs_studio, pytest.mark.slow]
KEY = "sk-canary-0123456789abcdef"
EVIL_ROLE = "from pathlib import Path\nPath({mark!r}).touch()\n"


@pytest.fixture(scope="module")
def stranger() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        yield server


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, recorder: Recorder) -> Iterator[Studio]:
    traced = {"LANGSMITH_TRACING": "true", "LANGSMITH_ENDPOINT": recorder.url}
    with Studio(tmp_path_factory.mktemp("studio"), OPENAI_API_KEY=KEY, **traced) as server:
        yield server


def foreign(name: str, folder: Path, stranger: ModelServer) -> dict[str, Any]:
    """A context in which a stranger sets this setting to his own."""
    (folder / "roles").mkdir(exist_ok=True)
    (folder / "roles" / "evil.py").write_text(EVIL_ROLE.format(mark=str(folder / "ran")))
    values = {"an address": stranger.base_url, "a path": str(folder / name), "code": str(folder / "roles")}
    return {"provider": "openai", "embeddings": "openai", name: values[OWNERS_ONLY[name]]}


@pytest.mark.parametrize("name", OWNERS_ONLY)
def test_a_client_names_no_code_no_address_and_no_path(
    name: str, studio: Studio, stranger: ModelServer, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match=f"setting '{name}' names") as told:
        studio.stream(None, foreign(name, tmp_path, stranger), input={"goal": GOAL})
    assert f"set SOVEREIGN_{name.upper()}" in str(told.value)
    assert stranger.requests == []
    assert [path.name for path in tmp_path.iterdir()] == ["roles"]


def test_an_assistant_of_a_clients_names_none_either(studio: Studio, stranger: ModelServer, tmp_path: Path) -> None:
    made = studio.client.assistants.create("sovereign", context=foreign("base_url", tmp_path, stranger))
    parts = studio.client.runs.stream(None, made["assistant_id"], input={"goal": GOAL}, stream_mode="updates")
    assert "setting 'base_url' names" in str([part.data for part in parts if part.event == "error"])
    assert stranger.requests == []


def test_the_old_way_to_give_a_context_is_closed_too(studio: Studio, stranger: ModelServer, tmp_path: Path) -> None:
    config = {"configurable": foreign("base_url", tmp_path, stranger)}
    parts = studio.client.runs.stream(None, "sovereign", input={"goal": GOAL}, config=config, stream_mode="updates")
    assert [part for part in parts if part.event == "error"]
    assert stranger.requests == []


def test_an_unknown_setting_is_refused_with_the_nearest(studio: Studio) -> None:
    with pytest.raises(RuntimeError, match=r"unknown setting 'paper'.*did you mean 'papers'"):
        studio.stream(None, {"paper": 3}, input={"goal": GOAL})


def test_a_goal_that_is_none_is_refused_in_words(studio: Studio) -> None:
    with pytest.raises(RuntimeError) as told:
        studio.stream(None, input={"goal": " "})
    assert "goal" in str(told.value) and "internal error" not in str(told.value)


def test_edited_state_is_read_or_refused_in_words(studio: Studio) -> None:
    thread = studio.client.threads.create()["thread_id"]
    studio.stream(thread, {"require_owner": True, "rounds": 0}, input={"goal": GOAL})
    claims = studio.client.threads.get_state(thread)["values"]["claims"]
    studio.client.threads.update_state(thread, {"claims": claims[:2]}, as_node="index")
    assert studio.stream(thread, {"require_owner": True, "rounds": 0}, input=None)[-1] == "__interrupt__"
    assert len(studio.client.threads.get_state(thread)["values"]["draft"]["claims"]) <= 2
    studio.client.threads.update_state(thread, {"claims": [{"id": "C1"}]}, as_node="index")
    with pytest.raises(RuntimeError, match=r"claims\.0\.text is not what a run writes"):
        studio.stream(thread, input=None)


def post(studio: Studio, path: str, body: Any, **headers: str) -> int:
    """The status of a POST, as a page sends one without asking first: as text/plain."""
    plain = {"Content-Type": "text/plain", **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = urllib.request.Request(f"{studio.url}{path}", json.dumps(body).encode(), plain)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://smith.langchain.com.evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Host": "evil.example"},
        {"Host": "evil.example:2024", "Origin": "http://evil.example:2024"},
        {"Host": "[::1"},
    ],
)
def test_foreign_pages_and_foreign_names_are_not_let_in(headers: dict[str, str], studio: Studio) -> None:
    before = studio.client.threads.count()
    assert post(studio, "/threads", {}, **headers) == 403
    assert studio.client.threads.count() == before


def test_studio_itself_and_programs_are_let_in(studio: Studio) -> None:
    port = studio.url.rpartition(":")[2]
    for headers in ({}, {"Origin": "https://smith.langchain.com"}, {"Host": f"localhost:{port}"}):
        assert post(studio, "/threads", {}, **headers) == 200


def test_only_studio_may_read_answers(studio: Studio) -> None:
    request = urllib.request.Request(f"{studio.url}/ok", headers={"Origin": "https://smith.langchain.com"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.headers["access-control-allow-origin"] == "https://smith.langchain.com"
    with urllib.request.urlopen(f"{studio.url}/ok", timeout=60) as answer:
        assert answer.headers["access-control-allow-origin"] is None


PAGE = """<!doctype html><title>waiting</title><script>
const ask = (path, body) => fetch("{url}" + path, {{method: "POST", mode: "no-cors", body: JSON.stringify(body)}});
const run = {{assistant_id: "sovereign", input: {{goal: {goal}}}, context: {context}}};
Promise.allSettled([ask("/runs/wait", run), ask("/threads", {{}})]).then(() => document.title = "asked");
</script>"""


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH: a page of another site is not tried in a browser")
def test_a_page_of_another_site_gets_nothing_done(studio: Studio, stranger: ModelServer, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    context = {"provider": "openai", "base_url": stranger.base_url}
    page = PAGE.format(url=studio.url, goal=json.dumps(GOAL), context=json.dumps(context))
    (site / "index.html").write_text(page, "utf-8")
    before = studio.client.threads.count()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://localhost:{server.server_port}/index.html"
        command = [str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=20000"]
        shown = subprocess.run(
            [*command, "--dump-dom", address], check=True, capture_output=True, text=True, timeout=180
        ).stdout
        server.shutdown()
    assert "<title>asked</title>" in shown, shown
    assert stranger.requests == []
    assert studio.client.threads.count() == before


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Silent."""


def test_langsmith_is_told_nothing(studio: Studio, recorder: Recorder) -> None:
    studio.stream(None, {"rounds": 0}, input={"goal": GOAL})
    time.sleep(3)  # its client sends in the background
    assert set(recorder.sent) <= {"/info"}  # the server's own, without a word of a run: what can this host do?
