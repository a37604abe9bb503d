"""Numbers in words: "twenty-five", "seven billion", "two and a half", "a dozen". Pure."""

from __future__ import annotations

import re

SMALL = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
LARGE = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
_ANY = "|".join((*SMALL, *LARGE))
RUN = rf"(?:(?:{'|'.join(SMALL)})|an?[\s-](?=(?:{'|'.join(LARGE)})\b)(?:{'|'.join(LARGE)}))" \
      rf"(?:(?:[\s-]|(?<=hundred)\sand\s|(?<=thousand)\sand\s)(?:{_ANY})\b)*"  # fmt: skip
_WORD = re.compile(r"[a-z]+")


def value_of(words: str) -> float | None:
    """The value of a run of number words; None when they make no one number ("five ten")."""
    total, part, last = 0.0, 0.0, float("inf")
    for word in _WORD.findall(words.lower()):
        if word in {"and", "a", "an"}:
            continue
        if word in SMALL:
            small = SMALL[word]
            if (part % 100 and not (20 <= last < 100 and small < 10)) or (part and last == small):
                return None
            part, last = part + small, small
        elif word == "hundred":
            part, last = (part or 1) * 100, 100
        else:
            total, part, last = total + (part or 1) * LARGE[word], 0.0, float("inf")
    return total + part
