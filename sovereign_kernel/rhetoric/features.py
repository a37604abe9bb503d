"""What the classifier sees of a sentence: its words, where it stands, and the cues that give roles away."""

from __future__ import annotations

import re
from collections.abc import Sequence

_URL = re.compile(r"https?://\S+|www\.\S+|\b[\w.-]+\.(?:com|org|io|edu|net)/\S*|\\url\{[^}]*\}|\\href\{[^}]*\}")
_MATHS = re.compile(r"\$[^$\n]{1,200}\$")
_COMMAND = re.compile(r"\\[a-zA-Z]+\s?|[{}\\]")
_TOKEN = re.compile(r"[a-z]+(?:-[a-z]+)*|\d[\d.,]*%?|%|[©×]")
_NUMBER = re.compile(r"\d")

_ADVERB = r"(?:then |also |further |first |next |here |thus |therefore |finally |additionally |instead )?"
CUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "propose": rf"\bwe {_ADVERB}(?:propose|introduce|present|develop|design|build|devise|formulate|describe|create|put forward)\b"
        r"|\b(?:is|are) (?:proposed|presented|introduced)\b|\bthis (?:paper|work|article|study|survey|report) (?:\w+ )?"
        r"(?:proposes|introduces|presents|develops|describes)\b",
        "inquire": rf"\bwe {_ADVERB}(?:study|investigate|explore|examine|address|ask|consider|revisit|focus|aim|seek|tackle)\b"
        r"|\b(?:goal|aim|objective|purpose) (?:of|is|was)\b|\bthis (?:paper|work|article|study) (?:\w+ )?"
        r"(?:studies|investigates|explores|examines|addresses|aims|focuses|seeks|asks)\b",
        "in this paper": r"\b(?:in|of) (?:this|the present|our) (?:paper|work|article|study|report|thesis|survey)\b",
        "do": rf"\bwe {_ADVERB}(?:use|employ|apply|train|adopt|leverage|utili[sz]e|combine|collect|construct|conduct|evaluate|"
        r"compare|analy[sz]e|fine-tune|perform|incorporate|integrate|extend|optimi[sz]e|model|implement|test)\b",
        "find": rf"\bwe {_ADVERB}(?:find|found|show|showed|demonstrate|demonstrated|observe|observed|achieve|achieved|obtain|"
        r"discover|reveal|prove|report|identify|conclude|establish|confirm|uncover)\b",
        "results show": r"\b(?:results?|experiments?|evaluations?|findings?|analys[ei]s|simulations?|studies|study|tests|work|benchmarks?)"
        r"\b[^.;]{0,90}\b(?:show|shows|showed|shown|demonstrate[sd]?|indicate[sd]?|reveal(?:s|ed)?|suggest(?:s|ed)?|"
        r"confirm(?:s|ed)?|highlight(?:s|ed)?|validate[sd]?|verif(?:y|ies|ied)|prove[sd]?|establish(?:es)?|underscore[sd]?)\b",
        "better": r"\b(?:outperform|surpass|exceed|beat|improv|reduc|increas|achiev|attain|yield|deliver|reach|gain|boost|"
        r"speed-?up|faster|higher|lower|better|superior|competitive|comparable|match|on par)\w*",
        "outperform": r"\b(?:outperform\w*|surpass\w*|state[- ]of[- ]the[- ]art (?:performance|results|accuracy)|new state[- ]of[- ]the[- ]art|"
        r"(?:consistent|significant|substantial)(?:ly)? (?:\w+ )?(?:improve\w*|gains?|outperform\w*|reduc\w*|better))",
        "release": r"\b(?:code|models?|weights?|data ?sets?|data|implementation|demo|checkpoints?|benchmark|resources|project page|"
        r"materials?|toolkit|videos?|scripts|framework|corpus|repository)\b[^.;]{0,60}\b(?:available|released?|open-?sourced?|accessible|"
        r"found at|public)\b|\b(?:release|open-?source)\b|\bproject (?:page|website)\b|\baccepted (?:at|to|by|in)\b|\ball rights reserved\b",
        "gap": r"\b(?:however|unfortunately|despite|although|challeng\w+|limited|limitations?|lack\w*|remains?|fails?|struggles?|"
        r"suffers?|difficult\w*|costly|expensive|overlook\w*|under-?explored|existing|previous|prior|traditional|conventional|"
        r"current (?:methods|approaches|models|benchmarks))\b",
        "importance": r"\b(?:important|essential|crucial|critical|fundamental|widely|popular|increasingly|recent(?:ly)?|has become|have become|"
        r"have shown|has shown|have achieved|has achieved|have been|has been|rapid(?:ly)?|key|ubiquitous|emerged)\b",
        "ours": r"\b(?:our|we|ours)\b",
        "its": r"^(?:it|this|these|they|such|the (?:proposed|resulting|model|method|framework|system|approach|key|core))\b",
        "steps": r"\b(?:firstly?|secondly?|thirdly?|then|finally|specifically|in particular|to this end|consists? of|compris\w+|stages?|"
        r"modules?|components?|step)\b",
        "implies": r"\b(?:our (?:findings|results|work|study)|these (?:results|findings)|this (?:work|study|paper)) (?:\w+ ){0,2}"
        r"(?:suggest|imply|provide|offer|highlight|pave|open|contribute|underscore|lay)\w*|\bimplications?\b|\bfuture (?:work|research)\b",
    }.items()
}
PLACES = 5
"""Fifths of the abstract."""


def plain(sentence: str) -> str:
    """Lower case, with web addresses as one word, formulas as one word, and LaTeX commands gone."""
    text = _MATHS.sub(lambda m: " 0 " if _NUMBER.search(m.group()) else " xmaths ", _URL.sub(" xurl ", sentence))
    return " ".join(_COMMAND.sub("", text).lower().split())


def tokens(sentence: str) -> list[str]:
    """Words of a plain sentence; every number is `0`, every percentage `0%`."""
    found = _TOKEN.findall(sentence)
    return [("0%" if token.endswith("%") else "0") if token[0].isdigit() else token for token in found]


def cues(sentence: str) -> list[str]:
    """Names of the cues in a plain sentence, and the one pair that tells a measured result: betterment with a number."""
    names = [name for name, pattern in CUES.items() if pattern.search(sentence)]
    if _NUMBER.search(sentence):
        names.append("number")
        if "better" in names:
            names.append("better by number")
    if "xurl" in sentence:
        names.append("address")
    if sentence.endswith("?"):
        names.append("question")
    return names


def features(sentences: Sequence[str]) -> list[list[str]]:
    """Names of the features present in each sentence of one abstract, in order. All features are 0 or 1."""
    flat = [plain(sentence) for sentence in sentences]
    seen = [cues(sentence) for sentence in flat]
    count = len(flat)
    rows = []
    for at, sentence in enumerate(flat):
        found = tokens(sentence)
        row = {f"w {token}" for token in found}
        row |= {f"w {a} {b}" for a, b in zip(found, found[1:], strict=False)}
        row |= {f"opens {' '.join(found[:size])}" for size in (1, 2, 3)}
        row |= {f"cue {cue}" for cue in seen[at]}
        row |= {f"before {cue}" for cue in seen[at - 1]} if at else {"first"}
        row |= {f"after {cue}" for cue in seen[at + 1]} if at + 1 < count else {"last"}
        row |= {f"earlier {cue}" for cue in _any(seen[:at])}
        row |= {f"later {cue}" for cue in _any(seen[at + 1 :])}
        row |= {f"place {PLACES * at // count}", f"long {min(len(found) // 8, 5)}", f"at {min(at, 3)}"}
        rows.append(sorted(row))
    return rows


_TELLING = ("propose", "inquire", "in this paper", "find", "results show")


def _any(parts: Sequence[Sequence[str]]) -> set[str]:
    return {cue for part in parts for cue in part if cue in _TELLING}
