"""The ledger as a value: what is appended is chained, and any change of the file is seen."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.errors import BadRun
from sovereign_kernel.records import Usage
from sovereign_kernel.runs.ledger import FileLedger, MemoryLedger, parse_line, total_usage, verify_chain
from sovereign_kernel.transport.clock import SystemClock

CLOCK = SystemClock()
NAMES = st.text(min_size=1, max_size=8).filter(lambda name: name not in ("seq", "at", "event", "prev", "hash", "self"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=4)
EVENTS = st.lists(st.tuples(st.text(max_size=10), FIELDS), min_size=1, max_size=6)


def written(folder: Path, count: int = 5) -> Path:
    path = folder / "ledger.jsonl"
    ledger = FileLedger(path, CLOCK)
    for number in range(count):
        ledger.record(
            "model_call", role="writer", provider="nim", model="m", note=f"ünïcode {number} 1.50", seconds=0.25
        )
    return path


@given(events=EVENTS)
def test_whatever_is_recorded_is_chained_and_read_back(events, tmp_path_factory):
    path = tmp_path_factory.mktemp("ledger") / "ledger.jsonl"
    ledger, memory = FileLedger(path, CLOCK), MemoryLedger(CLOCK)
    for name, fields in events:
        ledger.record(name, **fields)
        memory.record(name, **fields)
    assert verify_chain(path) == []
    again = list(FileLedger(path, CLOCK).events())
    assert [event["seq"] for event in again] == list(range(1, len(events) + 1))
    assert [event["event"] for event in again] == [name for name, _ in events]
    stripped = [{**event, "at": "", "hash": "", "prev": ""} for event in again]
    assert stripped == [{**event, "at": "", "hash": "", "prev": ""} for event in memory.events()]


@given(position=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_any_changed_byte_is_found(position, byte, tmp_path_factory):
    path = written(tmp_path_factory.mktemp("ledger"))
    content = bytearray(path.read_bytes())
    at = int(position * len(content))
    if content[at] == byte:
        return
    content[at] = byte
    path.write_bytes(content)
    assert verify_chain(path)


@given(position=st.floats(0, 1, exclude_max=True), length=st.integers(1, 40))
def test_a_ledger_cut_in_an_event_is_found(position, length, tmp_path_factory):
    path = written(tmp_path_factory.mktemp("ledger"))
    content = path.read_bytes()
    at = int(position * len(content))
    cut = content[:at] + content[at + length :]
    path.write_bytes(cut)
    lines = content.split(b"\n")[:-1]
    whole = cut.endswith(b"\n") and cut.split(b"\n")[:-1] == lines[: cut.count(b"\n")]
    assert bool(verify_chain(path)) != (whole or cut == b"")


def test_the_hash_is_that_of_the_line_without_it(tmp_path):
    import hashlib

    for line in written(tmp_path).read_text().splitlines():
        event = json.loads(line)
        bare = line.replace(f',"hash":"{event["hash"]}"', "")
        assert hashlib.sha256(bare.encode()).hexdigest() == event["hash"]


@given(line=st.binary(max_size=200))
def test_no_foreign_line_is_taken_for_an_event(line):
    assert parse_line(line) is None


def test_deep_nesting_and_huge_numbers_are_no_events():
    assert parse_line(b'{"seq":' + b"[" * 100_000 + b"]" * 100_000 + b"}") is None
    assert parse_line(b'{"seq":' + b"9" * 10_000 + b"}") is None


def test_removed_doubled_and_swapped_lines_are_found(tmp_path):
    path = written(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    for forged in (lines[:2] + lines[3:], lines[:2] + lines[1:], [lines[1], lines[0], *lines[2:]], lines[1:]):
        path.write_bytes(b"".join(forged))
        assert verify_chain(path)


def test_sums_by_purpose_and_unknown_stays_unknown():
    ledger = MemoryLedger(CLOCK)
    ledger.record(
        "model_call",
        role="writer",
        provider="nim",
        model="m",
        prompt_tokens=3,
        completion_tokens=4,
        seconds=0.5,
        cost=0.0,
    )
    ledger.record(
        "model_call",
        role="writer",
        provider="nim",
        model="m",
        prompt_tokens=None,
        completion_tokens=1,
        seconds=0.5,
        cost=0.0,
    )
    ledger.record("embedding_call", provider="nim", model="e", prompt_tokens=9, completion_tokens=0, seconds=0.1)
    ledger.record("search", provider="arxiv")
    assert ledger.usage() == {
        ("writer", "nim", "m"): Usage(calls=2, prompt_tokens=None, completion_tokens=5, seconds=1.0, cost=0.0),
        ("embeddings", "nim", "e"): Usage(calls=1, prompt_tokens=9, completion_tokens=0, seconds=0.1, cost=None),
    }
    assert total_usage(ledger.usage().values()) == Usage(
        calls=3, prompt_tokens=None, completion_tokens=5, seconds=1.1, cost=None
    )
    assert total_usage([]) == Usage()


def test_a_file_ledger_sums_what_another_wrote(tmp_path):
    path = written(tmp_path, 3)
    one, two = FileLedger(path, CLOCK), FileLedger(path, CLOCK)
    assert one.usage() == two.usage()
    two.record("model_call", role="writer", provider="nim", model="m", seconds=0.25)
    assert one.usage()["writer", "nim", "m"].calls == 4
    assert one.head() == two.head()


@pytest.mark.parametrize("secret", ["sk-canary-0123456789", "ключ-канарейка", 'quote"and\\slash'])
def test_no_secret_is_ever_written(secret, tmp_path):
    path = tmp_path / "ledger.jsonl"
    for ledger in (FileLedger(path, CLOCK, secrets=[secret, ""]), MemoryLedger(CLOCK, secrets=[secret, ""])):
        ledger.record("call", plain=secret, inside=f"Bearer {secret}!", nested={"a": [{"b": secret, secret: 1}]})
        ledger.record(f"event {secret}")
        for event in ledger.events():
            assert secret not in json.dumps(event, ensure_ascii=False)
            assert "\\" not in secret or secret.replace("\\", "\\\\") not in json.dumps(event)
    assert secret not in path.read_text()
    assert secret.encode("unicode_escape") not in path.read_bytes()


def test_what_has_no_json_form_is_refused_and_what_the_ledger_sets_is_its_own(tmp_path):
    ledger = FileLedger(tmp_path / "ledger.jsonl", CLOCK)
    with pytest.raises(TypeError, match="object has no JSON form"):
        ledger.record("call", live=object())
    ledger.record("call", hash="0", at="then", nan=math.nan, path=tmp_path, tags={"b", "a"}, usage=Usage())
    (event,) = ledger.events()
    assert (event["hash_"], event["at_"]) == ("0", "then")
    assert (event["nan"], event["path"], event["tags"]) == (None, str(tmp_path), ["a", "b"])


def test_a_damaged_middle_is_refused_with_what_to_do(tmp_path):
    path = written(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"writer", b"wrlter", 1))
    with pytest.raises(BadRun, match="damaged at line 1") as caught:
        FileLedger(path, CLOCK).record("more")
    assert "verify" in caught.value.help
    with pytest.raises(BadRun):
        FileLedger(path, CLOCK).usage()


def test_a_ledger_that_loses_events_while_in_use_is_refused(tmp_path):
    path = written(tmp_path)
    ledger = FileLedger(path, CLOCK)
    ledger.record("more")
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(BadRun, match="was cut while in use"):
        ledger.record("more")
