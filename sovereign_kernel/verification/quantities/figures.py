"""Quantities in digits: separators, powers of ten, scales, money, fractions. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from sovereign_kernel.verification.quantities.quantity import Quantity
from sovereign_kernel.verification.quantities.units import PERCENT, TIMES, Unit, unit_of
from sovereign_kernel.verification.quantities.written import is_factor, is_label, quantity, unit_at
from sovereign_kernel.verification.quantities.years import counts

_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "mn": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9,
           "billion": 1e9, "t": 1e12, "trillion": 1e12, "hundred": 100.0, "dozen": 12.0}  # fmt: skip
_DIGITS = r"""\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d{1,3}(?:'\d{3})+(?!\d)|\d{1,3}(?:\.\d{3})+,\d+
    |\d{1,3}(?:\.\d{3}){2,}(?!\d)|[1-9]\d{0,2}(?:\ \d{3})+(?!\d|[.,]\d|\ \d)|\d+(?:[.,]\d+)?|\.\d+"""
_FIGURE = re.compile(
    rf"""(?:(?<![\w.,/^])|(?<=\bUS)(?=\$)|(?<=\bU\.S\.)(?=\$))(?<![A-Za-z]-)(?<!\d\s/\s)
    (?P<money>\$|€|£|(?:USD|EUR|GBP)\s?)?(?P<sign>(?:(?<=[\s(=~<>$])|^)[-+]\s?)?
    (?:(?P<over>\d{{1,6}})/(?P<under>\d{{1,6}})(?![\d/]|[.,]\d)|(?P<digits>{_DIGITS}))
    (?P<power>e[-+]?\d+\b|\s?[×x*]\s?10\s?\^?\s?\(?-?\d+\)?|\^-?\d+)?
    (?P<scale>[\s-]?(?i:thousand|million|billion|trillion|hundred|dozen|mio|bn|mn)\b
        |[kKMBT](?![\w])|\ [KMB](?=\ [a-z]))?""",
    re.VERBOSE | re.MULTILINE,
)
_CENTURY = re.compile(r"1\d\d0|20\d0")
_YEAR = re.compile(r"(?:19|20)\d\d")
_GLUED = {"voltage", "power", "current", "joule", "bytes"}  # "5V", "3W"; but "2D" is no two days


def figures(text: str) -> Iterator[Quantity]:
    for match in _FIGURE.finditer(text):
        if (found := _figure(text, match)) is not None:
            yield found


def _figure(text: str, match: re.Match[str]) -> Quantity | None:
    if match["over"]:
        return _fraction(text, match)
    digits, end = match["digits"], match.end()
    plain = _plain_digits(digits, text, match.end("digits"))
    if plain is None:  # "1,2": a list; the first is read
        plain, end = digits.split(",")[0], match.start("digits") + digits.index(",")
        value, step = float(plain), 1.0
    else:
        value, step = _scaled(plain, match)
    unit, unit_end = unit_at(text, end)
    if unit is None and is_factor(text, match.start()):
        unit, unit_end = TIMES, end
    if money := (match["money"] or "").strip():
        unit, unit_end = unit_of({"$": "usd"}.get(money, money.lower())), end
    scaled = match["scale"] is not None and end == match.end()
    if _is_name(text, match, plain, unit, end, unit_end) if not scaled else False:
        return None
    start = match.start("sign") if match["sign"] else match.start("digits")
    if match["sign"] and match["sign"].strip() == "-":
        value = -value
    return quantity(text, start, unit_end if unit else end, value, unit, step, len(plain.partition(".")[2]))


def _is_name(text: str, match: re.Match[str], plain: str, unit: Unit | None, end: int, unit_end: int) -> bool:
    """ "2D", "2nd", "Table 3", "the 1990s", "in 2019": digits that count nothing."""
    glued = text[end : end + 1].isalpha()
    if unit is None:
        year = _YEAR.fullmatch(plain) is not None and not match["power"] and not counts(text, match)
        return glued or year or (is_label(text, match.start()) and plain.isdigit() and len(plain) < 4)
    if not glued:
        return False
    decade = unit.dimension == "time" and _CENTURY.fullmatch(plain) is not None
    return decade or (text[end].isupper() and unit_end - end == 1 and unit.dimension not in _GLUED)


def _plain_digits(digits: str, text: str, end: int) -> str | None:
    """Digits with a point before the decimals and no separators; None for what is a list ("1,2")."""
    bare = digits.replace(" ", "").replace("'", "")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare) and not bare.startswith("0"):
        return bare.replace(",", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", bare):
        return bare.replace(".", "").replace(",", ".")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", bare):
        return bare.replace(".", "")
    if "," not in bare:
        return f"0{bare}" if bare.startswith(".") else bare
    whole, _, part = bare.partition(",")
    decimal = bare.startswith("0,") or (len(part) <= 2 and unit_at(text, end)[0] is not None)
    return f"{whole}.{part}" if decimal else None


def _scaled(plain: str, match: re.Match[str]) -> tuple[float, float]:
    """The value, and what its last digit is worth."""
    value = float(plain)
    step = 10.0 ** -len(plain.partition(".")[2])
    if match["power"]:
        exponent = int(re.findall(r"-?\d+", match["power"].replace("+", ""))[-1])
        exponent = max(-300, min(300, exponent))
        try:
            value, step = (value**exponent, 0.0) if match["power"].startswith("^") else (
                value * 10.0**exponent, step * 10.0**exponent
            )  # fmt: skip
        except (OverflowError, ZeroDivisionError):
            value, step = math.inf, 0.0
    if match["scale"]:
        scale = _SCALES[match["scale"].strip(" \n\t-").lower()]
        value, step = value * scale, step * scale
    return value, step


def _fraction(text: str, match: re.Match[str]) -> Quantity | None:
    over, under = float(match["over"]), float(match["under"])
    month = re.fullmatch(r"(?:0[1-9]|1[0-2])/(?:19|20)\d\d", f"{match['over']}/{match['under']}")
    if not 0 < over < under or match["power"] or month:
        return None
    return quantity(text, match.start("over"), match.end("under"), 100 * over / under, PERCENT, step=0.2)
