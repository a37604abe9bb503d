"""A question as the statement that a yes would make. Pure; rough grammar, the right words."""

from __future__ import annotations

import re

_AUXILIARY = r"(?:does|do|did|is|are|was|were|can|could|will|would|should|has|have|may|might|must)"
_OPENINGS = (
    re.compile(rf"^(?:under|in|for|with|on|at|to|by|from)\s(?:which|what)\s.*?\b{_AUXILIARY}\s+(?P<rest>.+)$", re.I),
    re.compile(
        rf"^how\s(?:much|many|well|often|long|far|fast|strongly|large|big|small)\b.*?\b{_AUXILIARY}\s+(?P<rest>.+)$",
        re.I,
    ),
    re.compile(rf"^(?:how|why|when|where|whether|if)\s+(?:exactly\s)?{_AUXILIARY}\s+(?P<rest>.+)$", re.I),
    re.compile(rf"^{_AUXILIARY}\s+(?P<rest>.+)$", re.I),
    re.compile(r"^(?:which|what)\s(?P<rest>[a-z].*)$", re.I),
)


def statement_of(question: str) -> str | None:
    """ "Does A reduce B?" as "A reduce B."; None where the question is no such question."""
    said = " ".join(question.split()).rstrip(" ?.!")
    for opening in _OPENINGS:
        found = opening.match(said)
        if found and len(found["rest"].split()) >= 3:
            rest = found["rest"]
            return f"{rest[:1].upper()}{rest[1:]}."
    return None
