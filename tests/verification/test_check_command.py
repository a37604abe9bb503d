import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sovereign_kernel.cli.main import app

ABSTRACT = "FooNet outperforms BERT by 3.5% on ImageNet. It needs no labels."


def run(*words: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["check", *words], input=given)


@pytest.fixture
def source(tmp_path: Path) -> str:
    path = tmp_path / "abstract.txt"
    path.write_text(ABSTRACT, "utf-8")
    return str(path)


def test_one_claim_against_a_file(source: str) -> None:
    found = run("FooNet outperforms BERT by 5.5% on ImageNet.", "--source", source)
    assert found.exit_code == 0
    assert found.stdout.startswith("REFUTED") and "5.5%" in found.stdout and "[0:44]" in found.stdout


def test_json_is_one_document(source: str) -> None:
    found = json.loads(run("It needs no labels.", "--source", source, "--json").stdout)
    assert found["verdict"] == "SUPPORTED"
    [quote] = found["evidence"]
    assert ABSTRACT[quote["start"] : quote["end"]] == quote["text"] == "It needs no labels."


def test_a_source_from_standard_input() -> None:
    assert run("It needs no labels.", "--source", "-", given=ABSTRACT).stdout.startswith("SUPPORTED")


def test_pairs_in_order_with_errors_in_their_place(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    good = json.dumps({"claim": "It needs no labels.", "source": ABSTRACT})
    path.write_bytes(f"{good}\nnonsense\n".encode() + b'{"claim": "\xff", "source": ""}\n')
    found = run("--pairs", str(path))
    assert found.exit_code == 2
    first, second, third = map(json.loads, found.stdout.splitlines())
    assert (first["verdict"], second["line"], third["verdict"]) == ("SUPPORTED", 2, "NOT_ENOUGH_INFO")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "a claim and its source are needed"),
        (["A claim.", "--source", "no-such-file"], "no file and no arXiv id"),
        (["A claim.", "--source", "."], "is a folder"),
        (["A claim.", "--pairs", "x.jsonl"], "takes no claim"),
        (["--pairs", "no-such.jsonl"], "cannot be read"),
    ],
)
def test_bad_input_is_told(words: list[str], told: str) -> None:
    found = run(*words)
    assert found.exit_code == 2 and told in found.stderr


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"%PDF-1.7 \x00\x01")
    found = run("A claim.", "--source", str(path))
    assert found.exit_code == 2 and "not a text file" in found.stderr


def test_odd_claims_get_a_verdict(source: str) -> None:
    assert run("", "--source", source).stdout.startswith("NOT_ENOUGH_INFO")
    assert run("快速网络", "--source", source).stdout.startswith("NOT_ENOUGH_INFO")
