"""Quantities in words: fractions, halves, multiples, shares ("nine of ten"), spelled numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sovereign_kernel.verification.quantities.quantity import Quantity
from sovereign_kernel.verification.quantities.spelled import LARGE, RUN, SMALL, value_of
from sovereign_kernel.verification.quantities.units import ORDERS, PERCENT, TIMES, unit_of
from sovereign_kernel.verification.quantities.written import is_factor, is_label, next_word, quantity, unit_at

_SPOKEN = re.compile(rf"(?i)\b{RUN}\b(?P<half>\sand\sa\shalf\b)?(?!-?shot\b)")
_AFTER_FRACTION = (
    r"(?=\s(?:of|the|less|more|fewer|lower|higher|faster|slower|smaller|larger|as|in|on|when|at|to|and|or|for|with|by|after|"
    r"compared|relative|its|their|that|longer|shorter|cheaper|our|these|those|all)\b|[\s]?[.,;:)]|\s*$)"
)
_NOT_A_SHARE = (
    r"(?<!first )(?<!second )(?<!latter )(?<!other )(?<!upper )(?<!lower )(?<!\bearly )(?<!the left )(?<!and a )"
)
_PARTS = {
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_FRACTION = re.compile(
    rf"(?i)\b(?P<many>an?|one|two|three|four|five|six|seven|eight|nine)[\s-](?P<part>{'|'.join(_PARTS)})(?P<s>s?)\b{_AFTER_FRACTION}"
)
_HALF = re.compile(
    rf"(?i)\b{_NOT_A_SHARE}(?:(?:one[\s-])?half\b(?![\s-](?:life|lives|space|plane|precision|time|year|day|wave|cell|hour|century"
    r"|million|billion|a\b|an\b))|hal(?:ves|ved|ving)\b|halve\b)"
)
_HALF_OF_UNIT = re.compile(
    r"(?i)\bhalf(?:\s|-)(?:an?\s)?(?=(?:hour|day|year|million|billion|minute|second|century|decade|dozen)\b)"
)
_MULTIPLES = {
    "twice": 2, "double": 2, "doubles": 2, "doubled": 2, "doubling": 2, "twofold": 2, "thrice": 3, "triple": 3,
    "triples": 3, "tripled": 3, "tripling": 3, "threefold": 3, "fourfold": 4, "fivefold": 5, "sixfold": 6,
    "sevenfold": 7, "eightfold": 8, "ninefold": 9, "tenfold": 10, "quadruple": 4, "quadruples": 4, "quadrupled": 4,
    "quadrupling": 4,    "hundredfold": 100, "quintupled": 5, "quintuples": 5, "two-fold": 2,
     "three-fold": 3, "four-fold": 4, "five-fold": 5, "ten-fold": 10,
}  # fmt: skip
_MULTIPLE = re.compile(
    rf"(?i)\b(?:{'|'.join(sorted(_MULTIPLES, key=len, reverse=True))})\b"
    r"(?!-?(?:blind|strand|helix|bond|descent|precision|counting|check|dissociation|layer|-))"
    r"(?<!the double)(?<!a double)(?<!a triple)"
)
_ORDER = re.compile(r"(?i)\b(?:an|one|a\sfull)\sorder[\s-]of[\s-]magnitude\b")
_OUT_OF = re.compile(
    rf"(?i)(?<![\w.,-])(?P<some>\d{{1,7}}|{'|'.join(SMALL)})\s(?:out\sof(?:\severy)?|of|in(?:\severy)?)\s"
    rf"(?:the\s)?(?P<all>\d{{1,7}}(?:,\d{{3}})*|{'|'.join(SMALL)})\b(?!\s?[%-]|[.,]\d)"
)
_ONE_UNIT = {"hour", "day", "week", "month", "year", "minute", "second", "percent", "per", "percentage", "order",
             "million", "billion", "point", "dollar", "gram", "meter", "metre", "decade", "%"}  # fmt: skip
_WORDY = re.compile(
    rf"(?i)\b(?:{'|'.join((*SMALL, *_PARTS))}|dozen|hundred|thousand|million|billion|half|halve[sd]?|halving|order|"
    r"\w+fold|twice|thrice|doubl\w+|tripl\w+|quadrupl\w+|quintupl\w+)"
)
_LETTERS = re.compile(r"[A-Za-z]+")


def has_number_words(text: str, start: int, end: int) -> bool:
    return _WORDY.search(text, start, end) is not None


def shares(text: str) -> Iterator[Quantity]:
    """ "Nine of ten", "9 out of 10", "one in five": shares; "one of the two" is none."""
    for match in _OUT_OF.finditer(text):
        some, total = _small(match["some"]), _small(match["all"])
        joint = match.group().lower()
        loose = (
            " in " in joint
            and not joint.startswith("one in")
            and "every" not in joint
            and total not in {5, 10, 100, 1000}
        )
        one_of = some == 1 and " of " in joint and "out of" not in joint
        if 0 < some <= total and total > 1 and not loose and not one_of:
            yield quantity(text, match.start(), match.end(), 100 * some / total, PERCENT, step=0.2)


def phrases(text: str) -> Iterator[Quantity]:
    """Fractions, halves and multiples in words."""
    for match in _FRACTION.finditer(text):
        many = 1 if match["many"].lower() in {"a", "an"} else SMALL[match["many"].lower()]
        if (many == 1) == (not match["s"]) and many < _PARTS[match["part"].lower()]:
            share = 100 * many / _PARTS[match["part"].lower()]
            yield quantity(text, match.start(), match.end(), share, PERCENT, step=1.0)
    for match in _HALF.finditer(text):
        verb = match.group().lower().startswith("hal") and not match.group().lower().endswith("half")
        yield quantity(text, match.start(), match.end(), 50.0, PERCENT, step=1.0, spoken=verb)
    for match in _HALF_OF_UNIT.finditer(text):
        word = _LETTERS.match(text, match.end())
        unit = unit_of(word.group()) if word else None
        scale = LARGE.get(word.group().lower(), 1.0) if word and unit is None else 1.0
        end = word.end() if word else match.end()
        yield quantity(text, match.start(), end, 0.5 * scale, unit, step=0.1 * scale, decimals=1)
    for match in _MULTIPLE.finditer(text):
        yield quantity(text, match.start(), match.end(), float(_MULTIPLES[match.group().lower()]), TIMES, spoken=True)
    for match in _ORDER.finditer(text):
        yield quantity(text, match.start(), match.end(), 1.0, ORDERS)


def spoken(text: str) -> Iterator[Quantity]:
    """Numbers in words, with their units."""
    for match in _SPOKEN.finditer(text):
        value = value_of(text[match.start() : match.start("half") if match["half"] else match.end()])
        end = match.end()
        if value is None:
            first = _LETTERS.match(text, match.start())
            if first is None or first.group().lower() not in SMALL:
                continue
            value, end = float(SMALL[first.group().lower()]), first.end()
        step = 1.0
        if match["half"]:
            value, step = value + 0.5, 0.1
        unit, unit_end = unit_at(text, end)
        if unit is None and is_factor(text, match.start()):
            unit, unit_end = TIMES, end
        if match.group().lower() == "one" and next_word(text, end) not in _ONE_UNIT:
            continue
        if is_label(text, match.start()) and unit is None:
            continue
        yield quantity(text, match.start(), unit_end if unit else end, value, unit, step)


def _small(word: str) -> float:
    return float(SMALL[word.lower()]) if word.isalpha() else float(word.replace(",", ""))
