"""Fuzzes one parser with atheris: `python fuzz/run.py TARGET [SECONDS]`; `all` goes through every target.

Needs `pip install atheris` (Linux, Python 3.11). What it finds goes into tests/reliability/test_fuzz.py. The seeds are
well-formed inputs, so that the mutations start from something that is understood.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))


def main() -> int:
    name = sys.argv[1] if len(sys.argv) > 1 else "all"
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 120
    if name != "all":
        return fuzz(name, seconds)
    from fuzz.targets import TARGETS

    ended = {target: subprocess.run([sys.executable, __file__, target, str(seconds)]).returncode for target in TARGETS}
    for target, code in ended.items():
        print(f"{target:12} {seconds} s: {'nothing found' if code == 0 else f'a finding (exit {code})'}")
    return max(ended.values())


def fuzz(name: str, seconds: int) -> int:
    import atheris

    with atheris.instrument_imports(include=["sovereign_kernel", "json", "tomllib", "email"]):
        from fuzz.seeds import SEEDS
        from fuzz.targets import TARGETS
    corpus = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    for number, seed in enumerate(SEEDS[name]):
        (corpus / str(number)).write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={corpus}/found-", "-print_final_stats=1"]
    atheris.Setup(
        [sys.argv[0], *options, "-max_len=4096", "-timeout=60", "-rss_limit_mb=4096", str(corpus)], TARGETS[name]
    )
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
