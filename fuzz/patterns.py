"""Looks for regular expressions that take for ever: `python fuzz/patterns.py`.

Every compiled pattern that a module of the kernel holds is tried on periodic texts of many alphabets that fail at their
end, and is named where one of them takes more than SECONDS of the processor: what is linear takes a thousandth of that,
what is quadratic more. What was found is kept in fuzz/found.py. Not tried are patterns written in place.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

LENGTH = 10_000
SECONDS = 0.3
PIECES = (
    "a", "A", "0", "1", "é", "_", " ", "\n", "\r", ".", ",", ";", ":", "-", "'", '"', "(", ")", "[", "{", "$", "%",
    "\\", "/", "<", ">", "&", "#", "=", "@", "x", "of", "the", "and", "that", "not", "we ", "0x", "\\x", "1.", "1,",
    "10^", "e.g.", "Aa",
    "A.", "\x1b[", "\x1b]", "https://", "score", "ignore", "you ", "system:", "\u200b", "°", "±", "–",
)  # fmt: skip
ENDS = ("", "!", "a", "0", "_", "\x00")


class TooLongError(Exception):
    pass


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    import agents
    import sovereign_kernel

    for package in (sovereign_kernel, agents):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "_project" in found.name or found.name.endswith("__main__"):
                continue
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                yield from ((f"{found.name}.{name}", one) for one in held(value))


def held(value: object) -> Iterator[re.Pattern[str]]:
    """The patterns in a value, however deep in dicts, lists and tuples."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from held(one)


def texts() -> Iterator[str]:
    for size in (1, 2):
        for pieces in itertools.product(PIECES, repeat=size):
            period = "".join(pieces)
            yield from (period * (LENGTH // len(period)) + end for end in ENDS)


def slow(pattern: re.Pattern[str], text: str) -> bool:
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        pattern.search(text)
    except TooLongError:
        return True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return False


def main() -> int:
    def ring(*_: object) -> None:
        raise TooLongError

    signal.signal(signal.SIGPROF, ring)
    tried = {(pattern.pattern, pattern.flags): (name, pattern) for name, pattern in patterns()}
    found = 0
    for name, pattern in tried.values():
        bad = next((text for text in texts() if slow(pattern, text)), None)
        if bad is not None:
            found += 1
            print(f"{name}: {pattern.pattern[:120]!r} takes more than {SECONDS:g} s on {bad[:12]!r} … {bad[-3:]!r}")
    print(f"{len(tried)} patterns tried, {found} slow")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
