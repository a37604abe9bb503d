"""The page in a real browser: nothing hostile runs, the policy is in force, the page's own script works."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sovereign_kernel.report.html import to_html
from tests.report.samples import answered, hostile

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,900",
)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH: the page is not tried in a real browser")


def dom(page: str, tmp_path: Path, fragment: str = "") -> str:
    file = tmp_path / "draft.html"
    file.write_text(page, encoding="utf-8")
    address = file.as_uri() + fragment
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", address]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def test_nothing_hostile_runs_and_the_pages_own_script_does(tmp_path: Path) -> None:
    shown = dom(to_html(hostile()), tmp_path)
    assert "data-pwned" not in shown
    assert "<title>PWNED" not in shown
    assert re.search(r'<aside class="panel" id="panel" aria-label="Evidence">', shown), "the page's script did not run"


def test_the_page_opens_with_the_evidence_of_its_first_sentence(tmp_path: Path) -> None:
    shown = dom(to_html(answered()), tmp_path)
    panel = shown[shown.index('id="panel-body"') :]
    assert re.search(r'<mark data-quotes="quote-1[^>]*class="here"', panel)


def test_a_link_to_a_claim_opens_its_evidence(tmp_path: Path) -> None:
    shown = dom(to_html(answered()), tmp_path, "#claim-2")
    panel = shown[shown.index('id="panel-body"') :]
    assert re.search(r'<mark data-quotes="quote-2[^>]*class="here"', panel)


INTRUDERS = """
<script>document.body.dataset.pwned='1'</script>
<img src=x onerror="document.body.dataset.pwned='1'">
<svg onload="document.body.dataset.pwned='1'"></svg>
<iframe srcdoc="<script>parent.document.body.dataset.pwned='1'</script>"></iframe>
"""


def test_the_policy_stops_scripts_even_if_escaping_failed(tmp_path: Path) -> None:
    assert "data-pwned" not in dom(to_html(answered()).replace("<main>", f"<main>{INTRUDERS}"), tmp_path)


def test_without_the_policy_the_same_intruder_would_run(tmp_path: Path) -> None:
    """The control: the test above sees a script that runs."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", to_html(answered()))
    shown = dom(page.replace("<main>", f"<main>{INTRUDERS}"), tmp_path)
    assert 'data-pwned="1"' in shown
