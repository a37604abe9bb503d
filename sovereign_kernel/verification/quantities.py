"""Reading quantities out of scientific English: units, ranges, LaTeX, number words, orders of magnitude. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "eighteen": 18, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
    "dozen": 12, "thousand": 1000, "million": 1e6, "billion": 1e9,
}  # fmt: skip
_PHRASES = {
    "half": (50.0, "%"), "halves": (50.0, "%"), "halved": (50.0, "%"), "halving": (50.0, "%"),
    "one third": (33.3, "%"), "one-third": (33.3, "%"), "two thirds": (66.7, "%"), "two-thirds": (66.7, "%"),
    "one quarter": (25.0, "%"), "three quarters": (75.0, "%"), "three-quarters": (75.0, "%"),
    "twice": (2.0, "times"), "doubles": (2.0, "times"), "doubled": (2.0, "times"), "doubling": (2.0, "times"),
    "thrice": (3.0, "times"), "triples": (3.0, "times"), "tripled": (3.0, "times"), "tripling": (3.0, "times"),
    "an order of magnitude": (1.0, "orders"), "one order of magnitude": (1.0, "orders"),
    "a single": (1.0, ""),
}  # fmt: skip
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9,
           "t": 1e12, "trillion": 1e12, "hundred": 100.0, "dozen": 12.0}  # fmt: skip
_UNITS = {
    "%": "% percent percents pct", "points": "point points pp pts percentage-points",
    "times": "x × times fold folds", "orders": "orders-of-magnitude", "ms": "ms millisecond milliseconds",
    "s": "s sec secs second seconds", "min": "min mins minute minutes", "h": "h hr hrs hour hours",
    "d": "day days", "wk": "week weeks", "mo": "month months", "yr": "year years yrs", "nm": "nm nanometer nanometers",
    "um": "um µm μm micrometer micrometers micron microns", "mm": "mm millimeter millimeters", "cm": "cm",
    "km": "km kilometer kilometers", "mtr": "meter meters metre metres", "mg": "mg", "kg": "kg", "g": "g gram grams",
    "GB": "gb gib gigabyte gigabytes", "MB": "mb mib megabyte megabytes", "KB": "kb kib", "TB": "tb tib",
    "hz": "hz", "khz": "khz", "mhz": "mhz", "ghz": "ghz", "db": "db", "w": "watt watts", "fps": "fps",
    "bits": "bit bits", "bytes": "byte bytes", "degrees": "degree degrees °", "celsius": "°c celsius",
    "kelvin": "kelvin", "ev": "ev", "usd": "dollar dollars usd", "ml": "ml", "l": "liter liters litre litres",
}  # fmt: skip
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_GAP = r"(?:[\s~\-‐–]|\\,|\\ |\\!)?"
_NUMBER = re.compile(
    r"""(?<![\w.])(?<![A-Za-z][-‐–_])
    (?P<usd>\\?\$)?(?P<sign>(?:(?<=[\s($=])|^)[-−+]\s?)?
    (?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+)
    (?P<power>\s?(?:e[-+]?\d+\b|(?:\\times|\\cdot|×|x|\*)\s?10\s?\^?\{?\s?[-−]?\d+\}?|\^\{?[-−]?\d+\}?))?
    (?P<close>\$)?"""
    + _GAP
    + r"""(?P<scale>(?i:thousand|million|billion|trillion|hundred|dozen)\b|[kKMBT](?![\w]))?"""
    + _GAP
    + r"""(?P<close2>\$)?\s?
    (?P<unit>\\?%|percentage[\s-]points?|per\scent|orders?\sof\smagnitude|\\times\b|[×°]C?|µm|[A-Za-z]+)?""",
    re.VERBOSE,
)
_SPELLED = re.compile(
    r"(?i)\b(?:(?P<phrase>" + "|".join(sorted(map(re.escape, _PHRASES), key=len, reverse=True)) + r")|"
    r"(?P<word>" + "|".join(_WORDS) + r")(?:[\s-](?P<scale>hundred|thousand|million|billion|dozen))?"
    r"[\s-]?(?P<unit>percentage[\s-]points?|per\scent|orders?\sof\smagnitude|%|[A-Za-z]+)?)\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` in `unit` ("" when none is known); `noun` is the word after it; `decimals` as written."""

    value: float
    unit: str
    noun: str
    decimals: int
    start: int
    end: int
    text: str


def quantities(text: str, start: int = 0, end: int | None = None) -> tuple[Quantity, ...]:
    """Quantities in `text[start:end]`, in order; years and the digits of names (GPT-4, F1) are not quantities."""
    end = len(text) if end is None else end
    found = [q for m in _NUMBER.finditer(text, start, end) if (q := _figure(m)) is not None]
    taken = [(q.start, q.end) for q in found]
    for match in _SPELLED.finditer(text, start, end):
        if not any(a < match.end() and match.start() < b for a, b in taken):
            found.append(_spelled(match))
    found.sort(key=lambda q: q.start)
    return tuple(_with_range_units(found, text))


def agree(one: Quantity, other: Quantity) -> float:
    """1 same value and unit; 0.8 the same when rounded or as a share; 0.1 the value in another unit; 0 apart."""
    same_unit = one.unit == other.unit or not one.unit or not other.unit
    if _close(one.value, other.value):
        if same_unit:
            return 1.0
        return 0.1
    if same_unit and _rounded(one, other):
        return 0.8
    share, whole = sorted((one, other), key=lambda q: q.unit == "%")
    if whole.unit == "%" and not share.unit and 0 < share.value < 1 and _close(share.value * 100, whole.value):
        return 0.8
    return 0.0


def _figure(match: re.Match[str]) -> Quantity | None:
    digits = match["digits"]
    plain = digits.replace(",", "").rstrip(".")
    if not plain or (digits.count(",") and not re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits)):
        plain, rest = digits.split(",")[0], True
    else:
        rest = False
    value = float(plain)
    end = match.start("digits") + len(plain) if rest else match.end("digits")
    decimals = len(plain.partition(".")[2])
    if match["sign"] and match["sign"].strip() in {"-", "−"}:
        value = -value
    power = match["power"]
    if power and not rest:
        value, end = _powered(value, power), match.end("power")
    unit_word = "" if rest else (match["unit"] or "").lower()
    if match["scale"] and not rest:
        value *= _SCALES[match["scale"].lower()]
        end = match.end("scale")
    glued = not rest and bool(unit_word) and match.start("unit") == end and unit_word.isalpha()
    unit = _unit(unit_word) or ("usd" if _dollars(match) else "")
    if glued and not unit:
        return None  # "3D", "2nd", "4bit": a name or an ordinal, not a quantity
    if unit and unit_word:
        end = match.end("unit")
    if (
        not unit
        and not match["scale"]
        and decimals == 0
        and _YEAR.match(plain)
        and unit_word not in {"samples", "images"}
    ):
        return None
    noun = "" if unit and unit != "usd" else unit_word
    start = match.start("sign") if match["sign"] else match.start("digits")
    return Quantity(value, unit, noun, decimals, start, end, match.string[start:end])


def _dollars(match: re.Match[str]) -> bool:
    """Whether the sign before the number is money, and not the opening of a formula."""
    return match["usd"] is not None and (match["usd"] != "$" or "$" not in match.string[match.end("digits") :][:40])


def _powered(value: float, power: str) -> float:
    exponent = int(re.findall(r"[-−+]?\d+", power)[-1].replace("−", "-"))
    exponent = max(-300, min(300, exponent))
    power = power.strip()
    try:
        return value**exponent if power.startswith("^") else value * 10.0**exponent
    except (OverflowError, ZeroDivisionError):
        return math.inf


def _spelled(match: re.Match[str]) -> Quantity:
    if match["phrase"]:
        value, unit = _PHRASES[match["phrase"].lower()]
        return Quantity(value, unit, "", 0, match.start(), match.end(), match.group())
    number = _WORDS[match["word"].lower()] * (_SCALES[match["scale"].lower()] if match["scale"] else 1)
    word = (match["unit"] or "").lower()
    unit = _unit(word)
    end = match.end("unit") if unit else (match.end("scale") if match["scale"] else match.end("word"))
    return Quantity(float(number), unit, "" if unit else word, 0, match.start(), end, match.string[match.start() : end])


def _unit(word: str) -> str:
    word = word.lstrip("\\")
    if word.startswith("percentage"):
        return "points"
    if word == "per cent":
        return "%"
    if word.startswith("order"):
        return "orders" if "magnitude" in word else ""
    return _UNIT_OF.get(word, "")


def _with_range_units(found: list[Quantity], text: str) -> list[Quantity]:
    """In "3-5%" and "from 3 to 5%" the first number has the second's unit."""
    for at in range(len(found) - 2, -1, -1):
        one, two = found[at], found[at + 1]
        between = text[one.end : two.start].strip(" $\\~").lower()
        if not one.unit and two.unit and between in {"-", "–", "—", "--", "to", "and", "or", "±", "\\pm"}:
            found[at] = Quantity(one.value, two.unit, "", one.decimals, one.start, one.end, one.text)
    return found


def _close(one: float, other: float) -> bool:
    return one == other or math.isclose(one, other, rel_tol=1e-6)


def _rounded(one: Quantity, other: Quantity) -> bool:
    coarse, fine = sorted((one, other), key=lambda q: q.decimals)
    if coarse.decimals == fine.decimals or not math.isfinite(one.value) or not math.isfinite(other.value):
        return False
    return abs(coarse.value - fine.value) <= 0.5 * 10.0**-coarse.decimals + 1e-9 and abs(coarse.value) >= 2
