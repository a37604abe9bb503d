"""Escapes for every place a draft is written to. Pure: text from papers and models is hostile
until it went through here.

HTML is escaped by jinja2's autoescape, after `visible`.
"""

from __future__ import annotations

import re

# What a reader cannot see, or what moves what he sees: controls (C0, C1, DEL), bidirectional and zero-width characters,
# separators, fillers, variation selectors, tags, interlinear marks, lone surrogates. The newline is left to the caller.
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U000110bd\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACE = re.compile(r"\s+")

_MARKDOWN_ALWAYS = re.compile(r"[\\`*_{}\[\]<>#|~&$^]")
_MARKDOWN_LINK = re.compile(r"(:(?=\S))|(\.(?=[^\W\d]))")
_MARKDOWN_START = re.compile(r"^(?:([-+=:])|(\d{1,9})([.)])(?=\s|$))")
_MARKDOWN_ADDRESS = re.compile(r"(?<=[\w.+-])@(?=[\w-]+\\?\.)|(?<!\w)@(?=\w)")

_LATEX = {
    "\\": r"\textbackslash{}",
    # \{ would do for TeX, but BibTeX counts braces without regard to backslashes
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
}


def visible(text: str) -> str:
    """`text` with every unseen character but the newline written out as ⟨U+202E⟩; a tab becomes a space."""
    return _UNSEEN.sub(_name, text.replace("\r\n", "\n").replace("\t", " "))


def line(text: str) -> str:
    """`text` on one line, unseen characters written out: safe for a terminal."""
    return visible(_SPACE.sub(" ", text)).strip()


def markdown(text: str) -> str:
    """`text` on one line, in which no Markdown (CommonMark, GFM) and no HTML comes alive.

    Ordinary prose stays readable: a full stop or a hyphen is escaped only where it could act. An `@` of an address
    or a mention becomes code, because GitHub links addresses after it has removed the escapes.
    """
    escaped = _MARKDOWN_ALWAYS.sub(r"\\\g<0>", line(text))
    escaped = _MARKDOWN_LINK.sub(r"\\\g<0>", escaped)
    escaped = _MARKDOWN_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", escaped)
    return _MARKDOWN_ADDRESS.sub("`@`", escaped)


def latex(text: str) -> str:
    """`text` on one line as plain LaTeX; letters stay Unicode, which biber and LaTeX since 2018 read."""
    return "".join(_LATEX.get(character, character) for character in line(text))


def json_unseen(text: str) -> str:
    r"""JSON `text` with unseen characters as \uXXXX: they can occur in its strings only."""
    return _UNSEEN.sub(_utf16, text)


def _name(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match[0]):04X}⟩"


def _utf16(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
