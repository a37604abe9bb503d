"""Reading quantities out of scientific English: units, ranges, LaTeX, number words, shares, orders of magnitude. Pure.

The text is folded first (folding.py), so that one set of patterns reads "10⁻³", "$10^{-3}$" and "1e-3". Digits that are
part of a name (GPT-4, COVID-19, 2D), years, citations ("[2]") and labels ("Table 3") are no quantities.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sovereign_kernel.verification.folding import Folded, fold
from sovereign_kernel.verification.quantities.bounds import bound_of
from sovereign_kernel.verification.quantities.figures import figures
from sovereign_kernel.verification.quantities.phrases import has_number_words, phrases, shares, spoken
from sovereign_kernel.verification.quantities.quantity import Quantity

_CITATION = re.compile(r"\[\d+(?:\s*[,;-]\s*\d+)*\]")
_LESS = re.compile(
    r"(?i)\b(?:less|fewer|reduc\w+|lower\w*|smaller|cut\w*|decreas\w+|shr[iu]n\w+|drop\w*|sav\w+|shorter|declin\w+|fell|falls?)\b"
)
_DIGIT = re.compile(r"\d")


def quantities(text: str, start: int = 0, end: int | None = None) -> tuple[Quantity, ...]:
    """Quantities in `text[start:end]`, in order; offsets count in `text`."""
    end = len(text) if end is None else end
    folded = fold(text, start, end)
    if not _DIGIT.search(folded.text) and not has_number_words(folded.text, 0, len(folded.text)):
        return ()
    found: list[Quantity] = []
    taken = [m.span() for m in _CITATION.finditer(folded.text)]
    for reader in (shares, phrases, figures, spoken):
        new = [q for q in reader(folded.text) if not any(a < q.end and q.start < b for a, b in taken)]
        found += new
        taken += [(q.start, q.end) for q in new]
    found.sort(key=lambda q: q.start)
    return tuple(_placed(q, folded, text) for q in _with_range_units(found, folded.text))


def _placed(quantity: Quantity, folded: Folded, text: str) -> Quantity:
    start, end = folded.place(quantity.start, quantity.end)
    return replace(
        quantity,
        start=start,
        end=end,
        text=text[start:end],
        bound=bound_of(folded.text, quantity.start, quantity.end),
        less=_LESS.search(folded.text, max(0, quantity.start - 60), quantity.end + 30) is not None,
    )


def _with_range_units(found: list[Quantity], text: str) -> list[Quantity]:
    """In "3-5%" and "from 3 to 5%" the first number has the second's unit."""
    for at in range(len(found) - 2, -1, -1):
        one, two = found[at], found[at + 1]
        between = text[one.end : two.start].strip(" $~").lower()
        if not one.unit and two.unit and between in {"-", "--", "to", "and", "or", "±", "+-", "vs", "vs.", "versus"}:
            if two.dimension == "ratio" and between == "and":
                continue
            found[at] = replace(one, unit=two.unit, measure=two.measure, noun=two.noun)
    return found
