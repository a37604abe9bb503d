"""A labelled pair, and the files that hold them: one JSON object a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Label = Literal["entailment", "contradiction", "neutral"]


@dataclass(frozen=True)
class LabelledPair:
    """A claim, its evidence sentences in the order of the source, what holds between them, and where it is from."""

    claim: str
    evidence: tuple[str, ...]
    label: Label
    kind: str


def held_out(key: str, share: int) -> bool:
    """Whether the group `key` (an abstract, a premise) is kept from training: one in `share`, for ever the same."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % share == 0


def write(path: Path, pairs: Iterable[LabelledPair]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as out:
        for count, pair in enumerate(pairs, 1):  # noqa: B007
            out.write(json.dumps(asdict(pair), ensure_ascii=False) + "\n")
    return count


def read(path: Path) -> list[LabelledPair]:
    with path.open(encoding="utf-8") as lines:
        return [LabelledPair(**fields | {"evidence": tuple(fields["evidence"])}) for fields in map(json.loads, lines)]
