"""What a sentence says to a question of yes or no on a change ("Does A hurt B?"): yes, no, both, or nothing that code
can read.

Read off words alone: the change word nearest to what the question asks about, its direction, negation and hedges. An
entailment engine was tried and left out: of 40 sentences on quantisation it found that a note on where the code is
speaks against "quantisation hurts accuracy" with 0.61, and that one on accuracy lost does so with 0.55. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sovereign_kernel.records import Goal
from sovereign_kernel.text.terms import stems

Stance = Literal["yes", "no", "both"]
NEAR = 6
"""Words between a change and what changes."""

ADJECTIVE_NEAR = 3

_FALLS = (
    r"degrad\w+|reduc\w+|decreas\w+|drop(?:s|ped|ping)?|loss(?:es)?|loses?|losing|lost|lower(?:s|ed|ing)?|hurts?"
    r"|hurting"
    r"|harm\w*|worse\w*|declin\w+|fall(?:s|ing)?|fell|suffer\w*|impair\w*|deteriorat\w+|risks?|sacrific\w+"
    r"|diminish\w*(?! returns)"
    r"|weaken\w*|undermin\w+|collaps\w+|damag\w+|cuts?|shrink\w*|sav(?:es?|ings?|ed)|less|fewer|fail(?:s|ed|ure)?"
)
_RISES = (
    r"improv\w+|increas\w+|boost\w*|gain(?:s|ed)?|enhanc\w+|higher|better|rais(?:es?|ed|ing)|outperform\w*|benefit\w*"
    r"|helps?|helped|strengthen\w*|exceed\w*|surpass\w*|speed\w*|faster|accelerat\w+|amplif\w+|worth|more"
)
_STAYS = (
    r"retain\w*|preserv\w+|maintain\w*|lossless|near-lossless|unchanged|unaffected|comparable|on par|match(?:es"
    r"|ed|ing)?"
    r"|resilien\w+|robust\w*|tolera\w+"
)
_CHANGE = re.compile(rf"\b(?:(?P<falls>{_FALLS})|(?P<rises>{_RISES})|(?P<stays>{_STAYS}))\b", re.I)
_NOT = re.compile(
    r"\b(?:not|no|never|without|cannot|neither|nor|minimal|negligible|little|hardly|barely|insignificant|n't)\b",
    re.I,
)
_UNDONE = re.compile(
    r"\b(?:avoid\w*|prevent\w*|mitigat\w*|eliminat\w*|compensat\w*|recover\w*|overcom\w+|alleviat\w*|restor\w+"
    r"|address\w*"
    r"|minimi[sz]\w+|focus\w* on|aim\w* (?:to|at)|to (?:further )?(?:reduce|improve|increase|boost|enhance))\b",
    re.I,
)
"""What is undone or aimed at says nothing on what happens without."""
_OWN = (
    r"\bour (?!findings?|results?|experiments?|analys|study|work|evaluations?|observations?)\w+|\bproposed\b|\bnovel\b"
    r"|\bwe (?:propose|introduce|present|develop|design)\b"
)
_ADJECTIVE = re.compile(r"lower|less|fewer|higher|better|more|worse|faster|worth|robust|comparable", re.I)
_WORD = re.compile(r"[A-Za-z][\w-]*")
_ASKED = re.compile(
    rf"^(?:(?:under|in|for|on|with) (?:which|what) [\w-]+(?: [\w-]+)? |when )?(?:do|does|did|can|could|will"
    rf"|would|is|are|may|might|should|has|have)\s+(?P<subject>.+?)\s+"
    rf"(?:(?:always|really|actually|still|also|ever|often|generally|significantly)\s+)?(?P<verb>{_FALLS}|{_RISES})\s+"
    r"(?P<object>.+)$",
    re.I,
)
_SAME = (
    frozenset(stems("accuracy performance quality capability scores results utility")),
    frozenset(stems("cost latency time compute computation memory overhead expense flops energy")),
    frozenset(stems("speed throughput efficiency")),
    frozenset(stems("reasoning thinking")),
    frozenset(stems("hallucination hallucinations factuality")),
)
_LIGHT = frozenset(
    stems("the a an of in on model models language large small neural network networks task tasks final")
)


@dataclass(frozen=True)
class Asked:
    """Subject and object of the change that a question asks about, as stems, and its direction."""

    subject: frozenset[str]
    object: frozenset[str]
    direction: Literal["down", "up"]


@lru_cache(maxsize=64)
def asked_change(question: str) -> Asked | None:
    """ "Does quantisation hurt the accuracy of small models?": quantis, accuraci, down. None for other questions."""
    found = _ASKED.match(" ".join(question.split()).rstrip(" ?."))
    if found is None:
        return None
    subject = frozenset(stems(found["subject"])) - _LIGHT
    head = re.split(r"\b(?:of|in|on|for|with|when|under|at|by|from|compared)\b", found["object"], maxsplit=1)[0]
    wanted = frozenset(stems(head)) - _LIGHT or frozenset(stems(found["object"])) - _LIGHT
    falls = re.fullmatch(_FALLS, found["verb"], re.I)
    return Asked(_spelt(subject), wanted, "down" if falls else "up") if subject and wanted else None


@dataclass(frozen=True)
class Said:
    """What a sentence says to the question, and `sentence[start:end]`, the words that say it."""

    stance: Stance
    start: int
    end: int


def stance_of(goal: Goal, sentence: str, title: str) -> Stance | None:
    """What the sentence says to the question; see `said_in`."""
    said = said_in(goal, sentence, title)
    return said.stance if said else None


def said_in(goal: Goal, sentence: str, title: str) -> Said | None:
    """What the sentence says to the question, its subject named in it or, where it names none of another thing's doing,
    in its paper's title. None where it says nothing to it."""
    asked = asked_change(goal.question)
    if asked is None or goal.kind not in ("whether", "conditions") or sentence.rstrip().endswith("?"):
        return None
    words = [(found, stem[0] if (stem := stems(found.group())) else "") for found in _WORD.finditer(sentence)]
    objects = [found for found, stem in words if _means(stem, asked.object)]
    about = [found.start() for found, stem in words if stem in asked.subject]
    if not objects or not (about or asked.subject & _spelt(frozenset(stems(title)))):
        return None
    subject = min(about, default=len(sentence))
    found = [
        (direction, change, min(objects, key=lambda word: _apart(sentence, change.start(), word.start())))
        for change, direction in _changes(sentence, asked.direction)
        if (direction in (asked.direction, "stays") or subject <= change.start())
        and not _others_doing(sentence, change.start(), subject)
    ]
    near = [entry for entry in found if _close(sentence, entry[1], entry[2])]
    said = {direction for direction, _, _ in near}
    if not said:
        return None
    stance: Stance = "no" if asked.direction not in said else "both" if len(said) > 1 else "yes"
    places = [word for _, *pair in near for word in pair]
    return Said(stance, min(word.start() for word in places), max(word.end() for word in places))


def denies_change(sentence: str, is_measure: Callable[[str], bool]) -> bool:
    """Whether the sentence says that something measured does not change: "does not yield inference speedups"."""
    for change in _CHANGE.finditer(sentence):
        before = " ".join(sentence[: change.start()].split()[-4:])
        if change["stays"] or not _NOT.search(before) or "without" in before.lower():
            continue
        if is_measure(" ".join(sentence[max(0, change.start() - 40) : change.end() + 40].split())):
            return True
    return False


def _changes(sentence: str, asked: str) -> Iterator[tuple[re.Match[str], str]]:
    """Where the sentence says that something falls, rises or stays, negation counted in: what does not fall stays,
    where it is asked whether it falls; that it does not rise says nothing to that."""
    for found in _CHANGE.finditer(sentence):
        before = " ".join(sentence[: found.start()].split()[-4:])
        if _UNDONE.search(before):
            continue
        denied = bool(_NOT.search(before))
        direction = "down" if found["falls"] else "up" if found["rises"] else "stays"
        if denied and direction != asked:
            continue
        yield found, "stays" if denied else direction


def _others_doing(sentence: str, change: int, subject: int) -> bool:
    """Whether the change is what the authors' own method does, and not what the question asks about."""
    own = re.search(_OWN, sentence[:change], re.I)
    return own is not None and own.start() < subject


def _close(sentence: str, change: re.Match[str], word: re.Match[str]) -> bool:
    """Whether the change is one of this word. An adjective speaks of what follows it: "lower bit-widths" lower nothing
    else."""
    apart = _apart(sentence, change.start(), word.start())
    if _ADJECTIVE.fullmatch(change.group()):
        return change.start() < word.start() and apart <= ADJECTIVE_NEAR
    return apart <= NEAR


def _apart(sentence: str, one: int, other: int) -> int:
    return len(sentence[min(one, other) : max(one, other)].split())


def _means(stem: str, wanted: frozenset[str]) -> bool:
    return stem in wanted or any(stem in same and same & wanted for same in _SAME)


def _spelt(words: frozenset[str]) -> frozenset[str]:
    """British and American: "quantis" and "quantiz"."""
    return (
        words
        | {re.sub(r"is(?=$|e)", "iz", word) for word in words}
        | {re.sub(r"iz(?=$|e)", "is", word) for word in words}
    )
