"""Well-formed inputs for every target, and what the fuzzers have found before."""

from __future__ import annotations

import json

from sovereign_kernel.testing.arxiv import Entry, atom

_PAPER = {
    "id": "2601.00001",
    "title": "Sparse experts",
    "abstract": "We show that sparse experts cost 2% less.",
    "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
    "authors_parsed": [["A", "B", ""]],
}
_REPLY = {"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 1}}
_VECTORS = {"data": [{"index": 0, "embedding": [0.5, 1]}], "usage": {"prompt_tokens": 1}}
_SETTINGS = b'papers = 3\nsource = "corpus"\n[role_models]\nskeptic = "m"\n'
_RULE = b'[[rule]]\nname = "n"\ndecide = "REJECT"\nwhen = [["score", "<", 7.5], ["status", "==", "ANSWERED"]]\n'

SEEDS: dict[str, tuple[bytes, ...]] = {
    "atom": (atom([Entry("2601.00001v1", "A title", "An abstract.", comment="withdrawn")], 1), b"Rate exceeded"),
    "answers": (
        b'{"queries": ["a b"]}',
        b'<think>no</think>```json\n{"claims": [{"quote": "q", "claim": "c"}]}\n```',
        b'{"rationale": "r", "objections": [], "score": 7}',
    ),
    "wire": (json.dumps(_REPLY).encode(), json.dumps(_VECTORS).encode(), b"Wed, 21 Oct 2015 07:28:00 GMT"),
    "pairs": (b'{"claim": "A beats B by 3%.", "source": "A beats B by 2%."}\n\n{"claim": 1}\n',),
    "corpus": (json.dumps(_PAPER).encode() + b"\n",),
    "toml": (_SETTINGS, _RULE),
    "run_folder": (b"\x00{}", b"\x01{}", b"\x02{}", b"\x03-----", b"\x04" + _RULE, b"\x05SQLite format 3\x00"),
    "ledger": (b'{"seq":1,"at":"x","event":"round","prev":"0","hash":"0"}\n', b'{"key":"key","value":1,"sha256":""}'),
}
