"""Inputs that once ended in something else than the parser's own error, and their kin."""

from __future__ import annotations

import json

from sovereign_kernel.testing.arxiv import Entry, atom

_DIGITS = b"9" * 5000  # beyond what Python turns into an integer
_FEED = atom([Entry("2601.00001v1", "A title", "An abstract.")], 1)
_DAY = b"2026-01-05T12:00:00Z"
_TOTAL = b"totalResults>1<"


def _paper(**more: object) -> bytes:
    return json.dumps({"id": "2601.00001", "title": "T", "abstract": "A b."} | more).encode()


def _created(when: str) -> bytes:
    return _paper(versions=[{"version": "v1", "created": when}])


def _vector(*numbers: bytes) -> bytes:
    return b'{"data":[{"index":0,"embedding":[' + b",".join(numbers) + b"]}]}"


def _rule(when: bytes) -> bytes:
    return b'[[rule]]\nname = "n"\ndecide = "REJECT"\nwhen = ' + when


FOUND: dict[str, tuple[bytes, ...]] = {
    "atom": (
        _FEED.replace(_DAY, b"-026-01-05T12:00:00Z"),  # found by atheris
        _FEED.replace(b"An abstract.", b"An \rQ\r x" + b"_" * 200 + b"mln."),  # found by atheris: read for ever
        *(_FEED.replace(b"An abstract.", b"A " + run * 20_000 + b"a") for run in (b".", b"#", b";", b"![", b"1.")),
        _FEED.replace(_DAY, b"never"),
        _FEED.replace(_DAY, b"9999-12-31T23:59:59-23:59"),
        _FEED.replace(_DAY, b"0001-01-01T00:00:00+23:59"),
        _FEED.replace(_TOTAL, b"totalResults>" + _DIGITS + b"<"),
        _FEED.replace(_TOTAL, "totalResults>²<".encode()),
        _FEED.replace(b"UTF-8", b"nonsense"),
        b'<feed xmlns="http://www.w3.org/2005/Atom">' + b"<a>" * 5000,
    ),
    "answers": (
        b'{"queries": [' + _DIGITS + b"]}",
        b'{"a":' * 100_000,
        b'{"queries":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"rationale": "", "objections": [], "score": NaN}',
    ),
    "wire": (
        _vector(b"9" * 400),
        _vector(b"1e39", b"1e300"),
        _vector(_DIGITS),
        b'{"choices":[{"message":{"content":"\\ud800"}}],"usage":{"prompt_tokens":' + b"9" * 400 + b"}}",
        b"Mon, 2 Apr 99999999999999999999 19:18:42 GMT",
        b"[" * 100_000,
    ),
    "pairs": (
        b'{"claim":"\\ud800","source":"x"}',
        b'{"claim":"' + _DIGITS + b'%","source":"' + _DIGITS + b' a"}',
        b'{"claim":"9e9999999999999 is 10^99999999","source":"9e9999999999999 is 2^-9999"}',
        '{"claim":"１２٪ ½ ² ٣","source":"٣.٤ ½²"}'.encode(),
    ),
    "corpus": (
        b'{"id": ' + _DIGITS + b"}",
        _paper(version=10**30),
        _paper(versions=[{"version": 5}]),
        _paper(versions=["v" + _DIGITS.decode()]),
        _created("Mon, 2 Apr 99999999999 19:18:42 GMT"),
        _created("Mon, 2 Apr 99999999999999999999999 19:18:42 GMT"),
        _paper(published="\ud800"),
        _paper(title="\ud800"),
        b"[" * 100_000,
    ),
    "toml": (
        b"a = " + b"[" * 20_000,
        b"papers = " + _DIGITS,
        _rule(b"[" * 3000 + b"]" * 3000),
        _rule(b'[["score", "<", nan]]'),
        b"papers = nan",
        b"papers = 1979-05-27",
    ),
    "run_folder": (
        b"\x00" + b"[" * 100_000,
        b'\x00{"schema_version":' + _DIGITS + b"}",
        b"\x02" + b"[" * 100_000 + b"\n",
        b"\x05" + b"x" * 100,
    ),
    "ledger": (b"[" * 100_000 + b"\n", b'{"seq":' + _DIGITS + b"}\n", b'{"seq":1e999,"at":"","event":"","prev":""}\n'),
}
