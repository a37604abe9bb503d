"""Text as plain letters, with a way back: NFKC, one minus sign, LaTeX's marks taken off, CO₂ and CO$_2$ as CO2. Pure.

Exponents of numbers keep their caret ("10⁻³" and "$10^{-3}$" become "10^-3"), those of units lose it ("m²": "m2").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Pandoc's rule: what opens with a dollar and a non-blank, and closes with a non-blank and a dollar that no digit
# follows, is mathematics; "$5M to $10M" is money.
_MATHS = re.compile(r"\$\$?(?=[^\s$])[^$\n]{0,200}?(?<=[^\s$])\$\$?(?![\d$])")
_ODD = re.compile(r"[\\$^_{~]")
_PIECE = re.compile(
    r"""(?P<high>[⁰¹²³⁴-⁹⁺⁻]+|\^\{?\s?[-−+]?\s?\d+\s?\}?)
    |(?P<low>[₀-₉]+|_\{?\d+\}?)
    |(?P<command>\\(?:times|cdot|pm|sim|approx|geq?|leq?|mu|circ|text|mathrm|mathbf|textbf|emph|textit|rm|num|SI)(?![A-Za-z])\{?)
    |(?P<comma>\{,\})
    |(?P<blank>\\[,;:!\ ]|~)
    |(?P<escaped>\\[%$&\#_])
    |(?P<brace>[{}])
    |(?P<thousands>(?<![\d.,])[1-9]\d{0,2}(?:[\u2009\u202f\u00a0]\d{3})+(?!\d))
    |(?P<other>[^\x00-\x7f])""",
    re.VERBOSE,
)
_COMMANDS = {
    "times": "×", "cdot": "×", "pm": "±", "sim": "~", "approx": "~", "ge": ">=", "geq": ">=", "le": "<=", "leq": "<=",
    "mu": "µ", "circ": "°",
}  # fmt: skip
_DASHES = "‐‑‒–—−"
_SIGNS = {
    **dict.fromkeys(_DASHES, "-"), "’": "'", "‘": "'", "“": '"', "”": '"', "µ": "µ", "μ": "µ", "×": "×", "≈": "~",
    "∼": "~", "≥": ">=", "⩾": ">=", "≤": "<=", "⩽": "<=", "°": "°", "±": "±", "€": "€", "£": "£",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folded:
    """`text`, and where its characters come from: `text[a:b]` was written at `start + a` to `start + b`, or, where
    something was folded, at `starts[a]` to `ends[b - 1]`."""

    text: str
    start: int
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded `text[start:end]` (not empty) stands in the original."""
        if self.starts is None or self.ends is None:
            return self.start + start, self.start + end
        return self.starts[start], self.ends[end - 1]


def fold(text: str, start: int = 0, end: int | None = None) -> Folded:
    """`text[start:end]` folded; offsets count in `text`."""
    end = len(text) if end is None else end
    part = text[start:end]
    if part.isascii() and not _ODD.search(part):
        return Folded(part, start)
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece, first, last in _pieces(part):
        whole = len(piece) == last - first  # a stretch that stands as it is
        for at, char in enumerate(piece):
            folded.append(char)
            starts.append(start + first + (at if whole else 0))
            ends.append(start + (first + at + 1 if whole else last))
    return Folded("".join(folded), start, tuple(starts), tuple(ends))


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """What stands for each stretch of the text, in order."""
    dollars = {at for m in _MATHS.finditer(text) for at in range(m.start(), m.end()) if text[at] == "$"}
    before, at = "", 0
    for match in _marks(text, dollars):
        if match.start() > at:
            before = text[at : match.start()]
            yield before, at, match.start()
        new = "" if match.group() == "$" else _plain(match, before[-1:])
        if new:
            before = new
            yield new, match.start(), match.end()
        at = match.end()
    if at < len(text):
        yield text[at:], at, len(text)


def _marks(text: str, dollars: set[int]) -> Iterator[re.Match[str]]:
    found = [*_PIECE.finditer(text)]
    if dollars:
        found += [m for m in re.finditer(r"\$", text) if m.start() in dollars]
        found.sort(key=lambda m: m.start())
    return iter(found)


def _plain(match: re.Match[str], before: str) -> str:
    kind, piece = match.lastgroup, match.group()
    if kind == "high":
        exponent = unicodedata.normalize("NFKC", piece).translate(_MINUS).strip("^{} ").replace(" ", "")
        return f"^{exponent}" if before.isdigit() or before == ")" else exponent
    if kind == "low":
        digits = unicodedata.normalize("NFKC", piece).strip("_{}")
        return digits if before.isalpha() or before == "}" else piece if piece[0] == "_" else digits
    if kind == "command":
        return _COMMANDS.get(piece.strip("\\{"), "")
    if kind == "comma":
        return ","
    if kind == "blank":
        after = match.string[match.end() : match.end() + 1]
        return "~" if piece == "~" and after.isdigit() and (not before or before in " (\n") else " "
    if kind == "escaped":
        return piece[1]
    if kind == "brace":
        return "" if "\\" in match.string or "$" in match.string else piece
    if kind == "thousands":
        return re.sub(r"\D", "", piece)
    return _SIGNS.get(piece) or unicodedata.normalize("NFKC", piece).replace("\u2044", "/").translate(_MINUS)


_MINUS = dict.fromkeys(map(ord, _DASHES), "-")
