"""LaTeX and markup of abstracts, made readable as plain text. Pure, idempotent.

A table of our own, because a LaTeX parser takes a bare "%" of an abstract for a comment and drops what follows, takes
"$5" for mathematics, and drops commands it does not know ("\\ours"); here an unknown command keeps its name.
"""

from __future__ import annotations

import re
import unicodedata


def _split(names: str) -> list[str]:
    return names.split()


_LETTERS = dict(
    zip(
        _split(
            """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu
            nu xi omicron pi rho varsigma sigma tau upsilon phi chi psi omega"""
        ),
        map(chr, range(0x3B1, 0x3CA)),
        strict=True,
    )
)


def _named(pairs: str) -> dict[str, str]:
    parts = pairs.split()
    return dict(zip(parts[::2], parts[1::2], strict=True))


_SYMBOLS = (
    _LETTERS
    | {name.capitalize(): letter.upper() for name, letter in _LETTERS.items() if name != "varsigma"}
    | _named(
        """varepsilon ε  vartheta ϑ  varphi φ  ell ℓ  hbar ħ  partial ∂  nabla ∇  infty ∞  times ×  cdot ·  div ÷
        pm ±  mp ∓  sim ~  approx ≈  simeq ≃  cong ≅  leq ≤  le ≤  leqslant ≤  geq ≥  ge ≥  geqslant ≥  neq ≠
        ne ≠  equiv ≡  ll ≪  gg ≫  lt <  gt >  propto ∝  to →  rightarrow →  longrightarrow →  leftarrow ←
        leftrightarrow ↔  Rightarrow ⇒  Leftrightarrow ⇔  uparrow ↑  downarrow ↓  in ∈  notin ∉  subset ⊂
        subseteq ⊆  cup ∪  cap ∩  emptyset ∅  forall ∀  exists ∃  neg ¬  land ∧  lor ∨  oplus ⊕  otimes ⊗
        circ ∘  bullet •  star ⋆  sum ∑  prod ∏  int ∫  sqrt √  ldots …  dots …  cdots ⋯  prime ′  dagger †
        mid |  lvert |  rvert |  Vert ‖  langle ⟨  rangle ⟩  degree °  checkmark ✓  textdegree °  textpm ±
        texttimes ×  textmu μ  textbackslash ＼  textasciitilde ~  textgreater >  textless <  lfloor ⌊
        rfloor ⌋  lceil ⌈  rceil ⌉  perp ⊥  log log  ss ß  ae æ  AE Æ  oe œ  OE Œ  o ø  O Ø  l ł  L Ł  aa å
        AA Å  i ı"""
    )
)
# Commands that only dress their argument, or set spaces and sizes: they vanish, the argument stays.
_DRESS = frozenset(
    _split(
        """textbf textit emph texttt textsc textrm textsf text textnormal textup textsl textsuperscript
        textsubscript mathbf mathrm mathit mathcal mathbb mathsf mathtt mathfrak mathscr operatorname boldsymbol
        bm underline uline mbox hbox url footnotesize small large Large bf it em rm tt sc sf left right big Big
        bigl bigr quad qquad displaystyle hat bar tilde vec overline widehat widetilde ensuremath xspace
        textcolor mathop limits nolimits protect noindent"""
    )
)
_MARKS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307"}
_NAMED_MARKS = {"c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a"}

_ACCENT = re.compile(r"""\\(?:(['`^"~=.])\s*\{?(\\?[A-Za-z])\}?|([cvuHkr])(?:\{([A-Za-z])\}|\s([A-Za-z])))""")
_LINK = re.compile(r"\\href\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_RAISED = re.compile(r"([\^_])\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?(?:[^\S\n]+(?=[A-Za-z]))?")
_ESCAPED = re.compile(r"\\([%&#_${}])")
_THOUSANDS = re.compile(r"(?<=\d)\\,(?=\d{3}(?!\d))")
_SPACING = re.compile(r"\\[,;:! >]|(?<=\S)~(?=\S)|\\\\")
# Mathematics has no run of plain words in it: "costs $5 a month and $7 a year" is about money.
_MATHS = re.compile(r"\$\$?((?:[^$\\]|\\.){1,300}?)\$\$?(?=(\d?))")
_FORMULA = re.compile(r"[\\^_={}<>]|^ .*[A-Za-z].* $")
_PLAIN_WORDS = re.compile(r"(?<![\\\w{])[A-Za-z]{2,}\s+[A-Za-z]{2,}(?![\w}])")
_BRACKETS = re.compile(r"\\[()\[\]]")
_SIMPLE = re.compile(r"[+\-−]?[\w.′*]+")
_DOLLAR = "\ue000"


def readable(text: str) -> str:
    """The text with its LaTeX rendered in Unicode and its white space single; words and numbers all stay."""
    # Every pass that changes anything takes a backslash or a dollar away, so this ends.
    while (shown := _rendered(text)) != text:
        text = shown
    return text


def _rendered(text: str) -> str:
    if "\\" not in text and "$" not in text and "``" not in text:
        return " ".join(text.split())
    text = _THOUSANDS.sub(",", text)
    text = _ESCAPED.sub(lambda m: {"$": _DOLLAR, "{": "\ue001", "}": "\ue002"}.get(m[1], m[1]), text)
    text = _LINK.sub(lambda m: m[2] if m[1] == m[2] or not m[1] else f"{m[2]} ({m[1]})", text)
    text = _ACCENT.sub(_accented, text)
    text = _MATHS.sub(_maths, text)
    if "\\" in text or "``" in text:
        text = _plain(text.replace("``", "“").replace("''", "”"))
    for private, shown in ((_DOLLAR, "$"), ("\ue001", "{"), ("\ue002", "}")):
        text = text.replace(private, shown)
    return " ".join(text.split())


def _maths(match: re.Match[str]) -> str:
    inner = match[1]
    if (match[2] or inner != inner.strip()) and not _FORMULA.search(inner):
        return match.group()  # "$5, $7" and "$5-$7" are money
    if _PLAIN_WORDS.search(_COMMAND.sub("", re.sub(r"\\(?:text\w*|mathrm|operatorname)\s*\{[^{}]*\}", "", inner))):
        return match.group()
    return _plain(inner, maths=True)


def _plain(text: str, maths: bool = False) -> str:
    text = _BRACKETS.sub("", text)
    for _ in range(4):  # nested arguments, inner first
        before = text
        text = _ROOT.sub(lambda m: f"√{_grouped(m[1])}", text)
        text = _FRACTION.sub(lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}", text)
        text = _RAISED.sub(lambda m: m[1] + _grouped(_commands(m[2]).strip()), text)
        if text == before:
            break
    text = _SPACING.sub(" ", text).replace(r"\|", "‖").replace(r"\-", "").replace(r"\@", "")
    text = _commands(text).replace("^∘", "°")
    text = re.sub(r"[{}]", "", text)
    return re.sub(r"\s*×\s*$", "×", text.strip()) if maths else text


def _grouped(part: str) -> str:
    return part if _SIMPLE.fullmatch(part) or part in ("∘", "°", "†", "⋆", "+", "-", "") else f"({part})"


def _commands(text: str) -> str:
    return _COMMAND.sub(_command, text)


def _command(match: re.Match[str]) -> str:
    name = match[1]
    gap = " " if match.group()[-1].isspace() else ""
    if name in _DRESS:
        return ""
    if name in _SYMBOLS:
        # Upper and lower bounds read better with their spaces; a sign that binds to the right has none.
        return _SYMBOLS[name] + gap
    return name + gap


def _accented(match: re.Match[str]) -> str:
    letter = (match[2] or match[4] or match[5]).lstrip("\\")
    return unicodedata.normalize("NFC", letter + (_MARKS[match[1]] if match[1] else _NAMED_MARKS[match[3]]))
