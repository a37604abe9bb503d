"""Proxies, certificates and keys as owners really set them: they work, or one line names the variable."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sovereign_kernel.decision.policy import load_rules
from sovereign_kernel.errors import BadSetting, ModelUnavailable, Refused
from sovereign_kernel.models import openai
from sovereign_kernel.settings import address_of, resolve
from sovereign_kernel.sources.arxiv.client import ArxivSource
from sovereign_kernel.sources.faults import Lasting
from sovereign_kernel.testing.arxiv import ArxivServer, Entry
from sovereign_kernel.testing.openai import FastClock, ModelServer
from sovereign_kernel.text.prompts import load_prompt
from sovereign_kernel.transport.certificates import certificates
from sovereign_kernel.transport.keys import read_key, secrets
from sovereign_kernel.transport.proxies import proxy_for
from tests.cli.front import sovereign, write_corpus
from tests.models.chatting import Chat, Critique

KEY = "sk-canary-0123456789"
AWAY = "http://models.example.org/v1"


class TestProxies:
    @pytest.mark.parametrize(
        ("environment", "url", "found"),
        [
            ({"http_proxy": "127.0.0.1:3128"}, AWAY, ("http://127.0.0.1:3128", "http_proxy")),
            ({"HTTPS_PROXY": "proxy.example:8080"}, "https://a.org/v1", ("http://proxy.example:8080", "HTTPS_PROXY")),
            ({"ALL_PROXY": " http://u:p@proxy:1/ "}, "https://a.org", ("http://u:p@proxy:1/", "ALL_PROXY")),
            ({"http_proxy": "", "HTTP_PROXY": "http://p:1"}, AWAY, None),
            ({"http_proxy": "http://p:1"}, "https://a.org", None),
            ({"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, AWAY, None),
            ({"http_proxy": "http://p:1"}, "http://127.0.0.1:11434/v1", None),
            ({"http_proxy": "http://p:1"}, "http://localhost:11434/v1", None),
            ({"http_proxy": "http://p:1"}, "http://[::1]:11434/v1", None),
        ],
    )
    def test_the_variables(self, environment: dict[str, str], url: str, found: tuple[str, str] | None) -> None:
        proxy = proxy_for(url, environment)
        assert (proxy and (proxy.url, proxy.variable)) == found

    @pytest.mark.parametrize(
        ("excepted", "url", "direct"),
        [
            ("localhost,10.0.0.0/8", "http://10.20.30.40:8000/v1", True),
            ("localhost,10.0.0.0/8", "http://11.0.0.1:8000/v1", False),
            ("fd00::/8", "http://[fd12::1]:8000/v1", True),
            ("[fd12::1]", "http://[fd12::1]:8000/v1", True),
            ("example.org", AWAY, True),
            (".example.org", AWAY, True),
            ("*.example.org", AWAY, True),
            ("ample.org", AWAY, False),
            ("models.example.org:80", AWAY, True),
            ("models.example.org:8080", AWAY, False),
            ("*", AWAY, True),
            ("192.168.0.0/33, ,/,:", AWAY, False),
            ("a.org MODELS.EXAMPLE.ORG", AWAY, True),
        ],
    )
    def test_no_proxy(self, excepted: str, url: str, direct: bool) -> None:
        for name in ("no_proxy", "NO_PROXY"):
            assert (proxy_for(url, {"http_proxy": "http://p:1", name: excepted}) is None) == direct

    @pytest.mark.parametrize(
        "value",
        ["socks5://127.0.0.1:9", "socks5h://u:secret@h:1", "ftp://p:1", "http://", "http://p:port", "http://[::1"],
    )
    def test_one_that_cannot_be_used_is_named_and_not_shown(self, value: str) -> None:
        for name in ("http_proxy", "ALL_PROXY"):
            with pytest.raises(BadSetting, match=name) as caught:
                proxy_for(AWAY, {name: value}, socks_package="a_package_that_is_not_there")
            assert "secret" not in str(caught.value) + caught.value.help and "NO_PROXY" in caught.value.help

    def test_socks_works_where_its_package_is_installed(self) -> None:
        found = proxy_for(AWAY, {"all_proxy": "socks5://127.0.0.1:9"}, socks_package="json")
        assert found is not None and found.url == "socks5://127.0.0.1:9"

    def test_a_model_is_asked_through_the_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with ModelServer() as server:  # as a proxy, it is asked for a whole address
            server.prefix, proxy = AWAY, server.base_url.removeprefix("http://").split("/")[0]
            server.answers["Critique"] = lambda asked: {"score": 7, "reasons": []}
            monkeypatch.setenv("http_proxy", proxy)
            chat = Chat(_At(AWAY), openai)  # type: ignore[arg-type]
            assert chat.ask() == Critique(score=7)
            assert server.requests[0].path == f"{AWAY}/chat/completions"

    def test_a_proxy_that_is_not_there_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://u:secret@127.0.0.1:9")
        with pytest.raises(ModelUnavailable, match="the proxy that http_proxy names") as caught:
            Chat(_At(AWAY), openai, patience=3.0).ask()  # type: ignore[arg-type]
        assert "secret" not in str(caught.value)

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("ALL_PROXY", "socks5://127.0.0.1:9", "ALL_PROXY names a SOCKS proxy, which needs the package PySocks"),
            ("http_proxy", "http://127.0.0.1:9", "through the proxy that http_proxy names"),
            ("http_proxy", "gopher://p", "http_proxy is not the address of a proxy"),
        ],
    )
    def test_arxiv_names_it_too(
        self, name: str, value: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, value)
        source = ArxivSource("http://arxiv.example.org/api/query", tmp_path, 0, 1, 1, FastClock())
        with pytest.raises(Exception, match=said):
            source.search("experts", 5)

    def test_arxiv_works_with_a_network_in_no_proxy(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "localhost,127.0.0.0/8")
        with ArxivServer([Entry("2601.00001v1", "Sparse experts", "They cost less.")]) as server:
            assert ArxivSource(server.url, tmp_path, 0, 5, 5, FastClock()).search("experts", 5).papers


class _At:
    """An address in place of a server."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url


@contextmanager
def encrypted(folder: Path) -> Iterator[tuple[str, Path]]:
    """A model server behind TLS, and the certificate that vouches for it."""
    certificate, key = _certificate(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            message = {"role": "assistant", "content": '{"score": 7, "reasons": []}'}
            body = json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            pass

    with Quiet(("127.0.0.1", 0), Handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}/v1", certificate
        finally:
            server.shutdown()


def _certificate(folder: Path) -> tuple[Path, Path]:
    from ipaddress import IPv4Address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "certificate.pem", folder / "key.pem"


class TestCertificates:
    @pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    def test_the_owners_own_are_trusted(self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with encrypted(tmp_path) as (url, certificate):
            monkeypatch.setenv(name, str(certificate))
            assert Chat(_At(url), openai).ask() == Critique(score=7)  # type: ignore[arg-type]

    def test_one_that_nobody_vouches_for_stops_at_once(self, tmp_path: Path) -> None:
        with encrypted(tmp_path) as (url, _):
            one = Chat(_At(url), openai)  # type: ignore[arg-type]
            with pytest.raises(Refused, match="certificate could not be verified") as caught:
                one.ask()
            assert "SSL_CERT_FILE" in caught.value.help and not one.clock.slept

    @pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"])
    @pytest.mark.parametrize("kind", ["gone", "empty", "nonsense", "folder"])
    def test_a_stale_variable_is_named(self, name: str, kind: str, tmp_path: Path) -> None:
        path = tmp_path / kind
        if kind == "folder":
            path.mkdir()
        elif kind != "gone":
            path.write_text("" if kind == "empty" else "-----BEGIN nothing\n")
        if kind == "folder" and name != "SSL_CERT_FILE":
            assert certificates({name: str(path)}).folder == path
            return
        with pytest.raises(BadSetting, match=f"{name} names .*{kind}") as caught:
            certificates({name: str(path)})
        assert f"unset {name}" in caught.value.help

    def test_it_does_not_matter_where_nothing_is_encrypted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/cacert.pem")
        with ModelServer() as server:
            Chat(server, openai).ask()
        with pytest.raises(BadSetting, match="SSL_CERT_FILE"):
            Chat(_At("https://models.example.org/v1"), openai)  # type: ignore[arg-type]

    def test_arxiv_names_it_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
        source = ArxivSource("https://arxiv.example.org/api/query", tmp_path, 0, 1, 1, FastClock())
        with pytest.raises(Exception, match=r"REQUESTS_CA_BUNDLE names /nowhere/ca.pem, which is not there"):
            source.search("experts", 5)
        assert issubclass(Lasting, Exception)


class TestKeys:
    @pytest.mark.parametrize("given", [f"{KEY}\r", f"{KEY}\n", f" {KEY}\t", f'"{KEY}"', f"\ufeff{KEY}\r\n", f"“{KEY}”"])
    def test_what_is_pasted_along_is_taken_off(self, given: str) -> None:
        assert read_key("OPENAI_API_KEY", {"OPENAI_API_KEY": given}) == KEY
        assert {given, KEY} <= set(secrets({"OPENAI_API_KEY": given}))

    @pytest.mark.parametrize("given", ["", "  ", '""', "\n"])
    def test_nothing_is_no_key(self, given: str) -> None:
        assert read_key("OPENAI_API_KEY", {"OPENAI_API_KEY": given}) is None

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ("sk-…abcdef", r"U\+2026 \(HORIZONTAL ELLIPSIS\)"),
            (f"Bearer {KEY}", "a blank"),
            (f"{KEY}\nOTHER=1", "a line break"),
            ("sk-аbc", r"U\+0430"),
            ("sk-\x00abc", r"U\+0000"),
        ],
    )
    def test_what_is_no_key_is_said_without_showing_it(self, given: str, said: str) -> None:
        with pytest.raises(BadSetting, match=f"NVIDIA_API_KEY holds .*{said}") as caught:
            read_key("NVIDIA_API_KEY", {"NVIDIA_API_KEY": given})
        assert given not in str(caught.value) + caught.value.help and "abc" not in str(caught.value)


BOM = "\ufeff"


class TestFiles:
    def test_a_byte_order_mark_is_no_part_of_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "s.toml").write_text(f"{BOM}papers = 5\n", "utf-8")
        assert resolve({}, {}, tmp_path / "s.toml").papers == 5
        rule = '[[rule]]\nname = "mine"\ndecide = "OWNER_REVIEW"\nwhen = [["supported", "<", 5]]\n'
        (tmp_path / "policy.toml").write_text(BOM + rule, "utf-8")
        assert "mine" in {found.name for found in load_rules(tmp_path / "policy.toml")}
        (tmp_path / "p.md").write_text(f"{BOM}# System\nJudge.\n# User\n{{{{x}}}}\n", "utf-8")
        assert load_prompt(tmp_path / "p.md").fill(x=1).user == "1"

    @pytest.mark.parametrize("layer", ["call", "environment", "file"])
    @pytest.mark.parametrize("name", ["corpus", "roles", "policy", "out", "runs_dir", "cache_dir"])
    def test_the_home_folder(self, name: str, layer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        file = tmp_path / "s.toml"
        file.write_text(f'{name} = "~/mine"\n' if layer == "file" else "")
        environment = {f"SOVEREIGN_{name.upper()}": "~/mine"} if layer == "environment" else {}
        call = {name: Path("~/mine")} if layer == "call" else {}
        assert getattr(resolve(call, environment, file), name) == tmp_path / "mine"
        assert resolve({}, {"SOVEREIGN_CONFIG": "~/s.toml"}) == resolve({}, {}, file)

    def test_nobodys_home_folder_is_said(self) -> None:
        with pytest.raises(BadSetting, match=r"runs_dir.*no home folder"):
            resolve({"runs_dir": "~nobody-of-that-name/runs"}, {})


class TestOtherProgramsVariables:
    def test_an_address_for_openai_is_used(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        with ModelServer() as server:
            server.answers["Ready"] = lambda asked: {"ready": True}
            monkeypatch.setenv("OPENAI_API_KEY", "ollama")
            monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
            corpus = write_corpus(tmp_path / "c.jsonl")
            shown = sovereign("doctor", "--source", "corpus", "--corpus", corpus, "--model", "llama3", "--wait", 5)
            assert shown.exit_code == 0, shown.output
            assert "llama3 by openai at 127.0.0.1 answers" in shown.stdout and server.requests

    @pytest.mark.parametrize(
        ("environment", "options", "base_url"),
        [
            ({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://a/v1"}, {}, "http://a/v1"),
            ({"OPENAI_API_KEY": "k", "OPENAI_API_BASE": "http://b/v1"}, {"provider": "openai"}, "http://b/v1"),
            ({"NVIDIA_API_KEY": "k", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://a/v1"}, {}, None),
            ({"NVIDIA_API_KEY": "k", "NVIDIA_BASE_URL": "http://n/v1"}, {}, "http://n/v1"),
            ({"OPENAI_BASE_URL": "http://a/v1"}, {}, None),
            (
                {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://a/v1"},
                {"base_url": "http://mine/v1"},
                "http://mine/v1",
            ),
            ({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://a/v1"}, {"provider": "none"}, None),
        ],
    )
    def test_whose_address_it_is(
        self, environment: dict[str, str], options: dict[str, str], base_url: str | None
    ) -> None:
        assert resolve(options, environment).base_url == base_url
        assert address_of("none", environment) is None

    def test_the_check_of_a_claim_asks_nobody_for_it(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "s.txt").write_text("Sparse experts cut the cost by 30%.")
        with ModelServer() as server:
            monkeypatch.setenv("OPENAI_API_KEY", "ollama")
            monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
            assert sovereign("check", "Experts cut the cost by 30%.", "--source", tmp_path / "s.txt").exit_code == 0
            assert not server.requests


def doctor(*arguments: object) -> tuple[int, list[dict[str, Any]]]:
    done = sovereign("doctor", "--wait", 1, "--json", "--source", "corpus", "--provider", "none", *arguments)
    return done.exit_code, json.loads(done.stdout)


FAULTS = {
    "http_proxy": "gopher://p",
    "https_proxy": "http://p:port",
    "ALL_PROXY": "http://",
    "SSL_CERT_FILE": "/nowhere/cacert.pem",
    "REQUESTS_CA_BUNDLE": "/nowhere/ca.pem",
    "OPENAI_API_KEY": "sk-…abc",
    "NVIDIA_API_KEY": "nvapi-a b",
    "SOVEREIGN_PAPPERS": "3",
    "SOVEREIGN_PAPERS": "many",
}


@pytest.mark.parametrize("name", FAULTS)
def test_doctor_finds_exactly_this(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, FAULTS[name])
    code, rows = doctor("--corpus", write_corpus(tmp_path / "c.jsonl"), "--embeddings", "offline")
    found = [row for row in rows if row["state"] in {"warning", "problem"}]
    assert [name in row["found"] for row in found] == [True], rows
    assert (found[0]["next"] and FAULTS[name] not in {"sk-…abc", "nvapi-a b"}) or "abc" not in json.dumps(found)
    assert code == (2 if found[0]["state"] == "problem" else 0)


def test_doctor_finds_all_of_them_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FAULTS.items():
        monkeypatch.setenv(name, value)
    _, rows = doctor("--corpus", write_corpus(tmp_path / "c.jsonl"), "--embeddings", "offline")
    told = "\n".join(row["found"] for row in rows if row["state"] in {"warning", "problem"})
    hidden = {"REQUESTS_CA_BUNDLE", "ALL_PROXY", "OPENAI_API_KEY"}  # another variable comes before each of these
    assert not {name for name in FAULTS.keys() - hidden if name not in told}, told


def test_an_unknown_variable_of_ours_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVEREIGN_SERVICE_HOST", "10.0.0.1")
    done = sovereign("runs")
    assert done.exit_code == 2 and "SOVEREIGN_SERVICE_HOST" in done.stderr and "unset" in done.stderr
