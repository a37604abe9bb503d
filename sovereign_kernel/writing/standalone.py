"""How well a sentence reads when it is taken out of its abstract."""

from __future__ import annotations

import re

from sovereign_kernel.text.latex import readable
from sovereign_kernel.text.sentences import words
from sovereign_kernel.writing.third_person import LEADING

LONGEST = 60
SHORTEST = 5

_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|could|may|might|will|would|must|should|"
    r"cannot)\b|\b\w{2,}(?:s|ed)\b|"
    r"\b(?:we|they|results|experiments|models|methods|and|that) (?:\w+ly )?[a-z]{2,}|"
    r"\b(?:show|find|found|led|made|gave|grew|fell|rose|remain|yield|outperform|achieve|demonstrate|suggest|"
    r"reveal|indicate|propose)\b",
    re.I,
)
_DANGLING = (
    # A pronoun alone points to the sentence before; "These results" is half told; "This paper" is the paper itself.
    (
        0.75,
        re.compile(
            r"(?:it|they|he|she|its|their|those|both|neither|former|latter|the former|the latter)\b(?! (?:is|"
            r"was) (?:shown|"
            r"found|known|demonstrated|possible|important|well|widely|crucial|essential)\b)",
            re.I,
        ),
    ),
    (
        0.0,
        re.compile(
            r"(?:this|our) (?:paper|work|study|article|survey|review|report|research|thesis)\b|th(?:is|ese) "
            r"(?:results?|findings?) ",
            re.I,
        ),
    ),
    (0.75, re.compile(r"(?:this|these|that|such|here|there(?:by|fore)|thus|hence|so|then|doing so|as such)\b", re.I)),
    (
        0.5,
        re.compile(
            r"(?:the|a|an) (?:second|third|fourth|other|latter|former|resulting|same|above|corresponding|"
            r"aforementioned)\b|(?:another|compared to (?:this|these|it)|in (?:this|that) (?:way|case|setting))\b",
            re.I,
        ),
    ),
)
_WITHIN = (
    (
        0.35,
        re.compile(
            r"\bthe (?:former|latter)\b|\b(?:as )?(?:mentioned |described |shown |discussed )?above\b(?! \d)|"
            r"\baforementioned\b"
            r"|\b(?:see|in) (?:fig|table|section|sec|eq)\b|\bas follows\b",
            re.I,
        ),
    ),
    (
        0.15,
        re.compile(
            r"\b(?:th(?:is|ese|ose)|such) (?!(?:paper|work|study|article|survey|review|report|research|thesis)\b)\w+",
            re.I,
        ),
    ),
    (0.05, re.compile(r"\bour (?:method|model|approach|framework|system|proposed)\b|\bthe proposed \w+", re.I)),
)
_RELEASE = re.compile(
    r"\b(?:code|models?|weights|data ?sets?|data|implementation|demo|checkpoints|videos?|project page|"
    r"resources|toolkit|benchmark)\b"
    r".{0,80}\b(?:available|released?|open[- ]?sourced?|found at|public)\b|https?://|\bgithub\b|\bproject "
    r"(?:page|website)\b|"
    r"\ball rights reserved\b|\baccepted (?:at|to|by|for)\b",
    re.I,
)  # fmt: skip

# True of any paper, or told of none: hopes, releases, and experiments without an outcome.
_EMPTY = re.compile(
    r"(?:we|the authors) (?:\w+ly )?(?:hope|open-source|release)\b|"
    r"(?:we|the authors) (?:conduct(?:ed)?|perform(?:ed)?|carr(?:y|ied) out) (?:extensive|comprehensive|thorough) "
    r"(?:\w+ )?(?:experiments|evaluations)"
    r"(?!.*\b(?:show|demonstrat|reveal|outperform|achiev|find|confirm|indicat|prov|valid))",
    re.I,
)


def stands_alone(sentence: str) -> float:
    """How well the sentence reads out of its context, in [0, 1]: 1 is whole, 0 is nothing that can be quoted alone.

    The product of what each defect leaves: words that point elsewhere, leading connectives, questions, fragments,
    notes on where the code is, hopes, and great length.
    """
    text = readable(sentence)
    count = len(words(text))
    if count < 2:
        return 0.0
    left = 1.0
    body = LEADING.sub("", text)
    if body != text:
        left *= 0.85
    for cost, pattern in _DANGLING:
        if pattern.match(body):
            left *= 1 - cost
            break
    for cost, pattern in _WITHIN:
        if pattern.search(body):
            left *= 1 - cost
    if text.endswith("?"):
        left *= 0.1
    elif not text.rstrip("\"'”’)").endswith((".", "!")):
        left *= 0.6
    if count < SHORTEST or not _VERB.search(text):
        left *= 0.3
    if body[:1].islower() and not any(c.isupper() or c.isdigit() for c in body.split()[0]):
        left *= 0.6 if body == text else 1.0
    if _RELEASE.search(text) or _EMPTY.match(body):
        left *= 0.1
    if count > LONGEST:
        left *= max(0.2, 1 - (count - LONGEST) / LONGEST)
    return left
