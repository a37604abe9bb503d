"""What announces a quantity: about, nearly, more than, at least, up to; "or more" behind it. Pure."""

from __future__ import annotations

import re

from sovereign_kernel.verification.quantities.quantity import Bound

_BEFORE: tuple[tuple[Bound, str], ...] = (
    ("about", r"about|around|approximately|approx\.|roughly|circa|ca\.|some|~|an\sestimated|close\sto|"
              r"on\sthe\sorder\sof|or\sso"),
    ("nearly", r"nearly|almost|just\sunder|just\sbelow|just\sshort\sof"),
    ("least", r"at\sleast|no\s(?:less|fewer)\sthan|not\sless\sthan|a\sminimum\sof|minimum\sof|>=|or\smore"),
    ("most", r"at\smost|up\sto|no\smore\sthan|not\smore\sthan|a\smaximum\sof|maximum\sof|"
             r"as\s(?:many|much|high|long)\sas|<="),
    ("over", r"over|more\sthan|greater\sthan|larger\sthan|higher\sthan|above|exceed(?:s|ed|ing)?|"
             r"in\sexcess\sof|beyond|>|upwards\sof|well\sover|just\sover|longer\sthan|older\sthan|surpass(?:es|ed|ing)?"),
    ("under", r"under|less\sthan|fewer\sthan|lower\sthan|smaller\sthan|below|<|within|shorter\sthan|younger\sthan"),
)  # fmt: skip
_PATTERNS = tuple(
    (bound, re.compile(rf"(?i)(?:(?<![\w-])(?:{words})|[~<>]=?)\s?(?:an?\s|the\s)?[$€£]?$")) for bound, words in _BEFORE
)
_CUE = re.compile(
    r"(?i)(?:about|around|approx|roughly|circa|ca\.|some|~|estimated|close|order|nearly|almost|just|least|less|fewer|minimum|<|>|most|up\sto|"
    r"more|maximum|as\s(?:many|much|high|long)|over|greater|larger|higher|above|exceed|excess|beyond|upwards|longer|older|surpass|under|lower|"
    r"smaller|below|within|shorter|younger)"
)
_SYMBOLS: dict[str, Bound] = {"~": "about", ">=": "least", "<=": "most", ">": "over", "<": "under"}
_BEHIND = re.compile(
    r"(?i)^\s?(?:or\s(?P<more>more|greater|higher|longer|above)|or\s(?P<less>less|fewer|lower|below)|(?P<plus>\+)|or\s(?P<so>so))"
)
REACH = 26  # characters before the number


def bound_of(text: str, start: int, end: int) -> Bound:
    """What the words around `text[start:end]` say of the value; "" where they say that it is just this."""
    before = text[max(0, start - REACH) : start]
    if _CUE.search(before):
        symbol = re.search(r"([~<>]=?)\s?[$€£]?$", before)
        if symbol:
            return _SYMBOLS.get(symbol[1], "about")
        for bound, pattern in _PATTERNS:
            if pattern.search(before):
                return bound
    behind = _BEHIND.match(text[end : end + 12])
    if behind is None:
        return ""
    return "least" if behind["more"] or behind["plus"] else "most" if behind["less"] else "about"
