"""What stands right after a number, and right before it: its unit, its noun, "Table" or "a factor of". Pure."""

from __future__ import annotations

import re

from sovereign_kernel.text.sentences import STOP_WORDS
from sovereign_kernel.verification.quantities.quantity import Quantity
from sovereign_kernel.verification.quantities.units import NO_UNIT, ORDERS, PERCENT, POINTS, TIMES, Unit, unit_of

_UNIT = re.compile(
    r"""(?P<points>[\s-]?(?:absolute\s)?(?:percent(?:age)?[\s-]points?|%[\s-]points?|%\s?pts?\b|p\.p\.|pp\b))
    |(?P<percent>\s?%|[\s-]per\scents?\b|[\s-]percent(?:age|s)?\b)
    |(?P<orders>[\s-]orders?[\s-]of[\s-]magnitude)
    |(?P<times>\s?[×x](?![\w])(?!\s?\d)|[\s-]?folds?\b|[\s-]times\b)
    |(?P<money>\s(?:US|U\.S\.)?\s?(?:dollars|USD|euros?|EUR)\b|\s?€)
    |(?P<degrees>[\s-]degrees?\s(?:C|F|Celsius|Fahrenheit|centigrade)\b)
    |(?P<word>[\s-]?(?:°\s?[CF]?\b|°|[A-Za-zµ]+[23]?(?:-hours?)?)(?:\s?/\s?[A-Za-zµ]+|\sper\s[A-Za-zµ]+)?)""",
    re.VERBOSE,
)
_FIRST = re.compile(r"[\s-]?(?:°\s?[CF]?|[A-Za-zµ]+[23]?)")
_NEXT = re.compile(r"[\s-]+(?:of\s(?:all\s|its\s|their\s|our\s|these\s|those\s)?(?:the\s)?)?([A-Za-z][\w-]*)")
_LABEL = re.compile(
    r"(?i)\b(?:table|figure|fig\.?|section|sec\.|equation|eq\.?|chapter|appendix|type|phase|grade|stage|class|level|version|"
    r"number|no\.|question|experiment|study|task|algorithm|theorem|lemma|part|top|layer|mark|group|arm|category|tier)\s$"
)
_FACTOR = re.compile(r"(?i)\bfactors?\sof\s(?:about\s|around\s|nearly\s|over\s|~)?$")


def quantity(
    text: str,
    start: int,
    end: int,
    value: float,
    unit: Unit | None,
    step: float = 1.0,
    decimals: int = 0,
    spoken: bool = False,
) -> Quantity:
    noun = next_word(text, end) if unit is None or unit.dimension in {"share", "usd", "eur", "gbp"} else ""
    return Quantity(
        value=value, unit=unit.name if unit else "",
        noun="" if noun in STOP_WORDS else noun, decimals=decimals, start=start, end=end, text=text[start:end],
        measure=unit or NO_UNIT, step=step, spoken=spoken,
    )  # fmt: skip


def next_word(text: str, at: int) -> str:
    """The word after this place, "of the" passed over; "" where there is none."""
    match = _NEXT.match(text, at)
    return match[1].lower() if match else ""


def is_label(text: str, at: int) -> bool:
    """Whether what comes numbers a thing: "Table 3", "type 2"."""
    return _LABEL.search(text, max(0, at - 14), at) is not None


def is_factor(text: str, at: int) -> bool:
    """ "By a factor of 3"."""
    return _FACTOR.search(text, max(0, at - 22), at) is not None


def unit_at(text: str, at: int) -> tuple[Unit | None, int]:
    """The unit that is written at this place, and where it ends."""
    match = _UNIT.match(text, at)
    if match is None:
        return None, at
    kind = match.lastgroup
    if kind != "word":
        unit = {"points": POINTS, "percent": PERCENT, "orders": ORDERS, "times": TIMES}.get(kind or "")
        if kind == "degrees":
            unit = unit_of("fahrenheit" if " f" in match.group().lower() else "celsius")
        if kind == "money":
            unit = unit_of("eur" if "eu" in match.group().lower() or "€" in match.group() else "usd")
        return unit, match.end()
    words = re.sub(r"\s?/\s?|\sper\s", "/", match.group().strip(" \n\t-")).replace(" ", "").removesuffix("s-hours")
    unit = unit_of(words)
    if unit is not None:
        return unit, match.end()
    if match.group() == " K" and not re.match(r"\s[a-z]", text[match.end() :]):
        return unit_of("kelvin"), match.end()
    first = _FIRST.match(text, at)
    unit = unit_of(first.group().strip(" \n\t-").replace(" ", "")) if first else None
    if unit is None or first is None or (unit.name == "points" and first.group().strip() == "point"):
        return None, at
    # "K" after a blank is kelvin where nothing is counted; "5 A models" are no amperes.
    if (
        unit.name in {"A", "V", "W", "J", "m", "l"}
        and re.match(r"\s[a-z]", text[first.end() :])
        and first.group().strip().isupper()
    ):
        return None, at
    return unit, first.end()
