"""How many texts an embedding server takes at once, and how long they may be: learned from its refusals. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sovereign_kernel.models.habits import Memory
from sovereign_kernel.models.wire import WireError

BATCH = 50
_STRING = re.compile(
    r"str(?:ing)?[ _]type|valid string|not a string|(?:a|of type|expected|must be)[ :]{1,3}['\"]?str(?:ing)?\b"
)
_MANY = re.compile(
    r"batch|too many (?:inputs|texts|items|documents|requests in)|number of (?:inputs|texts|documents)|"
    r"(?:at most|maximum of|up to|more than|larger than|exceeds?) [0-9]{1,6}|maximum (?:number|allowed)|"
    r"inputs? (?:array|list)|array (?:length|size|is too)"
)
_MOST = re.compile(
    r"(?:batch size|larger than|at most|maximum(?: of)?|up to|more than|limit(?: is| of)?|exceeds?)"
    r"[^0-9]{0,24}([0-9]{1,6})"
)
_ONE_TEXT = re.compile(r"physical batch|too large to process")
_LONG = re.compile(r"token|length|too long|too large")


@dataclass(frozen=True)
class BatchHabits:
    """`most`: texts in one request. `as_text`: a single text goes as itself, not as a list of one."""

    most: int = BATCH
    as_text: bool = False


memory: Memory[BatchHabits] = Memory()


def smaller(error: WireError, count: int, habits: BatchHabits) -> BatchHabits | None:
    """How to send `count` texts after this refusal: fewer at once; None when their number is not what is refused."""
    if error.fault != "status" or error.status not in {400, 413, 422, 500} or _ONE_TEXT.search(error.words):
        return None
    wants_string = bool(_STRING.search(error.words))
    if count == 1:
        return BatchHabits(1, as_text=True) if wants_string and not habits.as_text else None
    if wants_string:
        return BatchHabits(1)
    named = bool(_MANY.search(error.words)) and not ("token" in error.words and "batch" not in error.words)
    unexplained = error.status == 413 and "token" not in error.words
    if not (named or unexplained or (error.status == 422 and not is_too_long(error))):
        return None
    told = [int(figure) for figure in _MOST.findall(error.words)]
    return BatchHabits(max((figure for figure in told if 1 <= figure < count), default=count // 2))


def is_too_long(error: WireError) -> bool:
    """Whether a single text is longer than the model reads."""
    if error.status == 500:
        return bool(_ONE_TEXT.search(error.words))
    return error.status in {400, 413, 422} and bool(_LONG.search(error.words))
