"""Parsers of foreign text end in their own errors and in nothing else: on inputs once found, and on made-up ones.

`fuzz/run.py` feeds the same targets by atheris.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.found import FOUND
from fuzz.seeds import SEEDS
from fuzz.targets import TARGETS

SLOW = {"corpus", "run_folder", "ledger"}
CASES = [pytest.param(name, data, id=f"{name}-{place}") for name in FOUND for place, data in enumerate(FOUND[name])]
ODD = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        [b"9" * 5000, b"-1", b"1e999", b"NaN", b"null", b"[", b"{", b'"', b"\\ud800", b"\xff", b"\x00", b"<a>"]
    ),
)


@pytest.mark.parametrize(("name", "data"), CASES)
def test_what_was_found_stays_mended(name: str, data: bytes) -> None:
    TARGETS[name](data)


@st.composite
def mutated(draw: st.DrawFn, name: str) -> bytes:
    """A seed in which up to three stretches are replaced by something odd."""
    data = draw(st.sampled_from(SEEDS[name]))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        data = data[:start] + draw(ODD) + data[end:]
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_anything_ends_well(name: str) -> None:
    @settings(max_examples=15 if name in SLOW else 60)
    @given(mutated(name) | st.binary(max_size=200))
    def feed(data: bytes) -> None:
        TARGETS[name](data)

    feed()
