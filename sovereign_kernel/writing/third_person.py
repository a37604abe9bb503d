"""A paper's own sentence, as somebody else may say it of the paper. Pure, idempotent.

Only persons, connectives and LaTeX change. No number, negation, name or statement does, so that the sentence is checked
against its source like any other.
"""

from __future__ import annotations

import re

from sovereign_kernel.text.latex import readable

_CONNECTIVES = """
however, moreover, furthermore, specifically, additionally, in addition, to this end, to that end, in
particular, besides, also, finally, lastly, meanwhile, consequently, therefore, thus, hence, accordingly,
nevertheless, nonetheless, in contrast, by contrast, conversely, on the other hand, as a result, overall, then,
next, first, second, third, firstly, secondly, thirdly, first of all, notably, importantly, more importantly,
most importantly, more specifically, concretely, yet, instead, similarly, likewise, in summary, in conclusion,
to conclude, in short, in other words, for this purpose, with this in mind, further, again, together, crucially,
indeed, in fact, and, but, so, that said
"""
_CONNECTIVE = "|".join(part.strip() for part in _CONNECTIVES.split(","))
# "To address this issue," points at a sentence that is not quoted.
_POINTING = (
    r"(?:to (?:address|tackle|solve|resolve|overcome|mitigate|bridge)|motivated by|building (?:up)?on|based on)"
    r" th(?:is|ese)"
    r"(?: (?:issue|challenge|problem|gap|limitation|shortcoming|bottleneck|concern|analysis|analyses|foundation"
    r"|observation|insight|finding|idea)s?)?"
)
LEADING = re.compile(rf"(?:(?:{_CONNECTIVE}|{_POINTING}),\s+)+", re.I)
_PAPER = r"(?:paper|work|article|study|survey|review|report|research|thesis|manuscript|letter|note)"
_HERE = re.compile(rf"\b(?:in (?:this|the present|our) {_PAPER}|here),?\s+(?=we\b)", re.I)
_THIS = re.compile(rf"\b(?:[Tt]his|[Tt]he [Pp]resent)(?=\s+{_PAPER}\b)")
_QUOTED = r"\"[^\"]*\"|“[^”]*”"
# "our" and "us" of all mankind, and words that are no pronouns: "10 us", "let us".
_OUR = (
    r"\b[Oo]ur\b(?!\s+(?:own\s+)?(?:daily|everyday|li(?:fe|ves)|society|societies|world|planet|understanding|knowledge|"
    r"brains?|eyes|minds?|species|homes|universe|galaxy|bodies|body|senses|ability to)\b)"
)
_US = r"(?<!\d )(?<!\d)(?<!\blet )(?<!\bLet )(?<!\btell )(?<!\btells )(?<!\baround )(?<!\bteach )\bus\b(?![./]\w)"
_OURS = r"(?:(?<=\bthan )|(?<=\bto )|(?<=\blike )|(?<=\bof )|(?<=\bas ))ours\b"
_WE = r"\b[Ww]e\b(?!\s+(?:humans|people|all|live)\b)(?:['’](?:re|ve|ll|d)\b)?"
_PERSON = re.compile(rf"{_QUOTED}|{_WE}|{_OUR}|{_US}|{_OURS}|\b[Oo]urselves\b")
_SHORT = {"re": "are", "ve": "have", "ll": "will", "d": "would"}


def third_person(sentence: str) -> str:
    """The sentence about "the authors" instead of "we", without leading connectives, its LaTeX made readable.

    Words in quotation marks stay as they are.
    """
    text = readable(sentence)
    body = LEADING.sub("", text, count=1) if LEADING.match(text) else text
    shown = _told(_THIS.sub(_the, _HERE.sub("", body)))
    return _capitalised(shown) if text[:1].isupper() else shown


def _told(text: str) -> str:
    named = False

    def tell(match: re.Match[str]) -> str:
        nonlocal named
        word = match.group()
        if word[0] in '"“':
            return word
        stem, _, rest = word.replace("’", "'").partition("'")
        match stem.lower():
            case "we":
                said = "they" if named else "the authors"
                named = True
                said += f" {_SHORT[rest]}" if rest else ""
            case "our":
                said = "their" if named else "the authors'"
                named = True
            case "us":
                said = "them"
            case "ours":
                said = "theirs"
            case _:
                said = "themselves"
        return _capitalised(said) if word[0].isupper() else said

    return _PERSON.sub(tell, text)


def _the(match: re.Match[str]) -> str:
    return "The" if match.group()[0].isupper() else "the"


def _capitalised(text: str) -> str:
    """With a capital, unless the first word is written like a name: "mBERT", "iPhone", "k-means", "t-SNE"."""
    first = text.split(maxsplit=1)[0] if text else ""
    if not first[:1].islower() or any(c.isupper() or c.isdigit() for c in first) or re.match(r"[a-z]-", first):
        return text
    return text[0].upper() + text[1:]
