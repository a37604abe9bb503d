"""Answers for a whole run: a model server whose model reads what it is given, honestly, as a good model would."""

from __future__ import annotations

import json
import re
from typing import Any

from sovereign_kernel.testing.openai import Asked, ModelServer


def make_scholar(server: ModelServer) -> ModelServer:
    """Teaches `server` to plan, screen, extract, write and argue."""
    server.answers |= {
        "Plan": plan,
        "Screening": screen,
        "ExtractedClaims": extract,
        "Written": write,
        "Argument": argue,
    }
    return server


def given(asked: Asked, label: str) -> Any:
    """The JSON value after `label:` in the user's message."""
    found = re.search(rf"^{re.escape(label)}: ", asked.user, re.MULTILINE)
    assert found, f"the prompt has no {label!r}"
    value, _ = json.JSONDecoder().raw_decode(asked.user[found.end() :])
    return value


def plan(asked: Asked) -> Any:
    words = [word for word in re.findall(r"[\w-]+", given(asked, "Goal")) if len(word) > 4]
    return {"queries": [" ".join(words[start : start + 3]) for start in range(0, len(words), 3)][:4]}


def screen(asked: Asked) -> Any:
    numbers = range(1, len(given(asked, "Papers")) + 1)
    return {"papers": [{"number": number, "keep": True, "reason": "on the goal"} for number in numbers]}


def extract(asked: Asked) -> Any:
    sentences = re.split(r"(?<=[.!?])\s+", given(asked, "Paper")["text"].split("\n\n", 1)[1])
    told = [entry for entry in sentences if re.search(r"\b(show|achieve|improve|outperform|reduc|increas)", entry)]
    return {"claims": [{"quote": entry, "claim": entry.replace("We ", "The authors ", 1)} for entry in told[:3]]}


def write(asked: Asked) -> Any:
    claims = given(asked, "Claims")
    sections = ["answer", "answer", "abstract", "introduction"] + ["discussion"] * len(claims)
    sentences = [
        {"section": section, "text": claim["text"], "claims": [claim["id"]]}
        for section, claim in zip(sections, claims, strict=False)
    ]
    return {"sentences": sentences}


def argue(asked: Asked) -> Any:
    return {"rationale": "Nothing beyond what was measured was found.", "objections": [], "score": 8.0}
