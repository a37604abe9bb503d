"""Dates by which a goal limits what is looked for: "since 2024", "between 2020 and 2022". Pure.

Only what limits papers counts: "before the pandemic" and "the 2008 crisis" are subjects.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
_NUMBERS = {"a": 1, "an": 1, "couple of": 2, "few": 3} | {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}

_YEAR = r"(?:19[5-9]\d|20\d\d)"
_MONTH = r"(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DATE = (
    rf"(?:{_YEAR}-\d\d-\d\d|{_YEAR}-(?:0[1-9]|1[0-2])(?!\d)|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? {_YEAR}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}|{_MONTH},? {_YEAR}|{_YEAR})(?![\w-]?\d)(?!s\b)"
)
_OF = r"(?:the )?(?:(?:year|start|beginning|end) (?:of )?)?"
_PUBLISHED = (
    r"(?:papers?|work|works|studies|articles?|research|methods?|results|literature|published|proposed|released|"
    r"introduced|reported|submitted|appeared|posted|written)"
)
_COUNT = r"(?P<count>\d{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"

_RANGE = re.compile(
    rf"\b(?:between|from|in|of|during|over)?\s*{_OF}(?P<since>{_DATE})\s*(?:and|to|until|till|through|-|–|—)\s*{_OF}"
    rf"(?P<until>{_DATE})(?: inclusive)?",
    re.IGNORECASE,
)
_YEARS = re.compile(
    rf"\b(?:(?:between|from|in|of)\s+)?(?P<since>{_YEAR})\s*[-–—]\s*(?P<until>{_YEAR})\b(?!-)", re.IGNORECASE
)
_SINCE = re.compile(
    rf"\b(?:(?:ever )?since|from|starting (?:in|from)|as of|not before|no earlier than|not older than)\s+{_OF}"
    rf"(?P<date>{_DATE})(?P<on>\s*(?:on|onwards?|to (?:date|now|today|the present)))?|"
    rf"\b(?P<or>{_DATE}) (?:or (?:later|newer)|and (?:later|newer|after)|onwards?)",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"\b(?:after|later than|newer than|post-?)\s*{_OF}(?P<date>{_DATE})", re.IGNORECASE)
_UNTIL = re.compile(
    rf"\b(?:until|till|up to|through|no later than|not after|by the end of)\s+{_OF}(?P<date>{_DATE})", re.IGNORECASE
)
_BEFORE = re.compile(
    rf"\b(?:before|prior to|earlier than|older than|pre-?|preceding)\s*{_OF}(?P<date>{_DATE})", re.IGNORECASE
)
_WITHIN = re.compile(
    rf"\b(?P<lead>{_PUBLISHED}(?: (?:only|papers?|work))?) (?:in|during|from|of) {_OF}(?P<date>{_DATE})(?! to| and| -)",
    re.IGNORECASE,
)
_LAST = re.compile(
    rf"\b(?:(?:with)?in|over|during|from|of|for)\s+(?:the\s+)?(?:last|past|previous|latest|recent)\s+(?:{_COUNT}\s+)?"
    r"(?P<unit>year|month|week|decade|day)s?\b(?! of)"
    r"|\b(?:not?|nothing) older than (?P<count2>\w+) (?P<unit2>year|month|week)s?\b",
    re.IGNORECASE,
)
_THIS = re.compile(r"\b(?:(?:from|in|of|during) )?(?P<which>this|last) (?P<unit>year|month)(?:'s)?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Dates:
    """ISO dates (YYYY, YYYY-MM or YYYY-MM-DD), both inclusive, and the question without the words that gave them."""

    since: str | None
    until: str | None
    rest: str


def read_dates(question: str, today: date | None = None) -> Dates:
    """The first limit of either kind counts. What is relative ("last two years") needs `today`, and is left unread
    without it, as are dates that no calendar has."""
    since = until = None
    rest = question
    if found := _RANGE.search(rest) or _YEARS.search(rest):
        first, last = _iso(found["since"]), _iso(found["until"])
        if first and last and first[:4] <= last[:4]:
            since, until, rest = first, last, _without(rest, found)
    if since is None and (found := _SINCE.search(rest)) and (first := _iso(found["date"] or found["or"])):
        since, rest = first, _without(rest, found)
    if since is None and (found := _AFTER.search(rest)) and (first := _iso(found["date"])):
        since, rest = _next(first), _without(rest, found)
    if until is None and (found := _UNTIL.search(rest)) and (last := _iso(found["date"])):
        until, rest = last, _without(rest, found)
    if until is None and (found := _BEFORE.search(rest)) and (last := _iso(found["date"])):
        until, rest = _previous(last), _without(rest, found)
    if since is None and until is None and (found := _WITHIN.search(rest)) and (only := _iso(found["date"])):
        since, until, rest = only, only, f"{rest[: found.end('lead')]}{rest[found.end() :]}"
    if since is None and until is None and today is not None:
        since, until, rest = _relative(rest, today)
    return Dates(since, until, " ".join(rest.split()))


def first_day(text: str) -> str:
    """The first day that an ISO date of any precision names."""
    return text + "0001-01-01"[len(text) :]


def last_day(text: str) -> str:
    """The last day that an ISO date of any precision names."""
    if len(text) == 4:
        return f"{text}-12-31"
    if len(text) == 7:
        return f"{text}-{monthrange(int(text[:4]), int(text[5:7]))[1]:02}"
    return text


def within(published: str | None, since: str | None, until: str | None) -> bool:
    """Whether a paper of this date may be one of the range; one without a date is of no range."""
    if since is None and until is None:
        return True
    if published is None:
        return False
    return (since is None or last_day(published) >= first_day(since)) and (
        until is None or first_day(published) <= last_day(until)
    )


def is_iso(text: str) -> bool:
    """Whether a text is a date of the calendar, as YYYY, YYYY-MM or YYYY-MM-DD."""
    try:
        return bool(re.fullmatch(r"\d{4}(-\d\d){0,2}", text)) and bool(
            date.fromisoformat(text + "0001-01-01"[len(text) :])
        )
    except ValueError:
        return False


def told(since: str | None, until: str | None) -> str:
    """ "from 2019 to 2021", "since 2024", "until 2025-12"; "" without a limit."""
    if since and until:
        return f"in {since}" if since == until else f"from {since} to {until}"
    return f"since {since}" if since else f"until {until}" if until else ""


def _iso(text: str) -> str | None:
    """A date as typed, in ISO form; None for a day that no month has."""
    text = text.lower().replace(",", " ")
    if re.fullmatch(r"[\d-]+", text):
        return text if is_iso(text) else None
    parts = [part.strip(".") for part in text.split()]
    year = next((part for part in parts if re.fullmatch(_YEAR, part)), None)
    month = next((_MONTHS[part] for part in parts if part in _MONTHS), None)
    day = _day(parts)
    if year is None or month is None:
        return None
    found = f"{year}-{month:02}" + (f"-{day:02}" if day else "")
    return found if is_iso(found) else None


def _day(parts: list[str]) -> int | None:
    days = [match[1] for part in parts if (match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", part))]
    return int(days[0]) if days else None


def _next(iso: str) -> str:
    day = date.fromisoformat(last_day(iso)) + timedelta(days=1) if iso < "9999" else date.max
    return day.isoformat()[: len(iso)]


def _previous(iso: str) -> str:
    day = date.fromisoformat(first_day(iso)) - timedelta(days=1)
    return day.isoformat()[: len(iso)]


def _relative(rest: str, today: date) -> tuple[str | None, str | None, str]:
    if found := _LAST.search(rest):
        unit = (found["unit"] or found["unit2"]).lower()
        number = _number(found["count"] or found["count2"] or "one")
        if number is not None:
            return _back(today, number, unit), None, _without(rest, found)
    if found := _THIS.search(rest):
        here = today if found["which"].lower() == "this" else date.fromisoformat(_back(today, 1, found["unit"].lower()))
        only = here.isoformat()[: 4 if found["unit"].lower() == "year" else 7]
        return only, only, _without(rest, found)
    return None, None, rest


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else _NUMBERS.get(text.lower())


def _back(today: date, number: int, unit: str) -> str:
    """The day so long before today."""
    if unit in ("day", "week"):
        return (today - timedelta(days=number * (7 if unit == "week" else 1))).isoformat()
    months = today.year * 12 + today.month - 1 - number * {"month": 1, "year": 12, "decade": 120}[unit]
    year, month = max(1, months // 12), months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1])).isoformat()


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}".replace(" ,", ",").replace(" ?", "?")
