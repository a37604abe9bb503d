"""The exam's light rewrites, which leave a sentence true. Kept apart from the training's, as bench/planting.py is."""

# ruff: noqa: E501 (a rule reads best on its line)

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

Rule = Callable[[str, Sequence[str], random.Random], str | None]

SYNONYMS = {
    "demonstrate": "show", "demonstrates": "shows", "utilize": "use", "utilizes": "uses", "utilizing": "using", "leverages": "uses",
    "leverage": "use", "leveraging": "using", "novel": "new", "propose": "present", "proposes": "presents", "introduce": "present",
    "introduces": "presents", "crucial": "essential", "challenging": "hard", "various": "different", "numerous": "many", "However,": "Yet",
    "approach": "method", "approaches": "methods", "framework": "system", "performance": "results", "tackle": "address",
    "achieves": "reaches", "achieve": "reach", "obtain": "get", "obtains": "gets", "existing": "current", "substantially": "considerably",
    "significantly": "markedly", "enhances": "improves", "enhance": "improve", "requires": "needs", "require": "need", "employ": "use",
    "employs": "uses", "facilitate": "ease", "comprehensive": "thorough", "remarkable": "striking", "primarily": "mainly",
    "additionally": "also", "furthermore": "moreover", "commonly": "often", "entire": "whole", "evaluate": "assess", "evaluates": "assesses",
    "develop": "build", "develops": "builds", "examine": "study", "investigate": "study", "investigates": "studies",
}  # fmt: skip
_LEAD = re.compile(
    r"(?:(?:(?:Our|The|These|Extensive|Experimental)\s[\w\s-]{0,40}?|We )(?:show|demonstrate|find|found|reveal|indicate|confirm)s? that |"
    r"(?:Specifically|Moreover|Furthermore|Additionally|However|In this paper|In this work|Finally|Notably|Here|Overall|Thus|To this end), ?)"
)
RELATION = re.compile(
    r"^(?P<head>(?:.{0,200}(?:, | that |; ))?)(?P<left>[^,;]{2,70}?) (?P<verb>(?:\w+ly )?(?:outperforms?|surpass(?:es)?|exceeds?|beats?|"
    r"improves? upon|improves? over|causes?|leads? to|replaces?|predicts?|influences?|precedes?|relies on|rely on|depends? on|"
    r"is derived from|are derived from|subsumes?|contains?|drives?|implies|generalizes?|guides?|controls?|dominates?))"
    r" (?P<right>[^,;.]{2,70}?)(?P<tail>(?:,| by | on | in | with | for | while | across | and | under | at |\.$|\. |;).*|$)"
)


def rewrite(text: str, others: Sequence[str], rng: random.Random, most: int = 3) -> str:
    """Zero to `most` changes that leave the meaning."""
    for change in rng.sample(REWRITES, rng.randint(0, most)):
        text = change(text, others, rng) or text
    return text


def _without_lead(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    lead = _LEAD.match(text)
    return upper_first(text[lead.end() :]) if lead and len(text) - lead.end() > 30 else None


def _reported(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    text = re.sub(r"^(?:However|Moreover|Furthermore|Additionally|Specifically|Finally|Notably), ", "", text)
    text = re.sub(r"\b[Oo]ur\b", "their", re.sub(r"\b[Ww]e\b", "they", text))
    return rng.choice(
        ("The authors report that ", "According to the abstract, ", "It is stated that ", "The study says that ")
    ) + lower_first(text)


def _third_person(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    new = re.sub(
        r"\b[Ww]e (\w+)(?<!s)\b", lambda m: f"the researchers {m[1]}", re.sub(r"\b[Oo]ur\b", "the proposed", text)
    )
    return upper_first(new)


def _passive(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    offered = re.match(
        r"(?:In this (?:paper|work), )?[Ww]e (propose|introduce|present) ([A-Z][\w-]+)(, (?:a|an|the) [^,.]+)?(.*)$",
        text,
    )
    if offered:
        past = {"propose": "proposed", "introduce": "introduced", "present": "presented"}[offered[1]]
        return f"{offered[2]}{offered[3] + ',' if offered[3] else ''} is {past}{offered[4]}"
    relation = RELATION.match(text)
    if relation is None:
        return None
    verb = re.fullmatch(
        r"(?:(\w+ly) )?(outperform|surpass|exceed|replace|predict|influence|control|drive|guide)e?s?", relation["verb"]
    )
    if verb is None or relation["left"].lower() in {"it", "we", "which", "that", "this", "they"}:
        return None
    past = {
        "exceed": "exceeded",
        "replace": "replaced",
        "influence": "influenced",
        "control": "controlled",
        "drive": "driven",
        "guide": "guided",
    }
    plural = "are" if relation["right"].endswith("s") else "is"
    how = f" {verb[1]}" if verb[1] else ""
    right = upper_first(relation["right"], not relation["head"])
    return f"{relation['head']}{right} {plural}{how} {past.get(verb[2], verb[2] + 'ed')} by {lower_first(relation['left'])}{relation['tail']}"


def _without_tail(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    cut = re.search(
        r", (?:achieving|leading|resulting|making|enabling|while|whereas|which|thereby|allowing|showing|offering|providing)\b",
        text,
    )
    return text[: cut.start()] + "." if cut and cut.start() > 45 else None


def _without_aside(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    bare = re.sub(r" \((?![^)]*\d)[^()]{2,50}\)", "", text, count=1)
    return bare if bare != text else None


def _other_words(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    def swap(match: re.Match[str]) -> str:
        word = match.group()
        new = SYNONYMS.get(word) or SYNONYMS.get(word.lower())
        return word if new is None or rng.random() < 0.3 else (upper_first(new) if word[0].isupper() else new)

    return re.sub(r"[A-Za-z]+", swap, text)


def _figures(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    text = re.sub(r"(\d)\s?\\?%", r"\1 per cent", text)
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)


def _merged(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    other = next((o for o in others if 30 < len(o) < 160 and o != text and "http" not in o), None)
    return f"{text.rstrip('. ')}, and {lower_first(other)}" if other else None


def _plain(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    return re.sub(r" (?:also|further|notably|effectively|thus|extensively|carefully)\b(?= \w)", "", text)


REWRITES: tuple[Rule, ...] = (
    _without_lead, _reported, _third_person, _passive, _without_tail, _without_aside, _other_words, _other_words,
    _figures, _merged, _plain,
)  # fmt: skip


def upper_first(text: str, really: bool = True) -> str:
    return text[:1].upper() + text[1:] if really else text


def lower_first(text: str) -> str:
    return text if len(text) < 2 or not text[1].islower() else text[:1].lower() + text[1:]
