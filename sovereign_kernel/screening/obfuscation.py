"""The ways in which words hide from one reader and are plain to another, undone. Pure.

Invisible characters, look-alike letters, codes: what is compared is what a patient reader would make of a text.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from urllib.parse import unquote

_TERMINAL = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_].*?(?:\x07|\x1b\\\\|$)|[@-Z\\\\-_])", re.DOTALL)
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Unicode's confusables, those that read as a lower-case Latin letter after case folding.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝьвкмнтгпӏοαρυνιτκχεγωηոսցհօɡɑɩʟʏᴀᴇᴏ",
    "aeopcyxijsdhqwbbkmhtrnloapuvitkxeywnnughogailyaeo",
)
_LEET = str.maketrans("013457@$!", "oleastasi")
_JOINED = re.compile(r"(?:[A-Z][a-z]+){4,}")
_NUMERAL = re.compile(r"[a-z][013457@$!]|[013457@$!][a-z]")
_BARE = re.compile(r"[\W_]+")
_BASE64 = re.compile(r"(?<![\w+/])[A-Za-z0-9+/_-]{16,}={0,2}")
_BASE32 = re.compile(r"(?<![\w])[A-Z2-7]{16,}")
_HEX = re.compile(r"(?<!\w)(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s:,]?){10,}(?!\w)")
_BINARY = re.compile(r"(?:[01]{8}\s*){8,}")
_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|&#?\w{2,8};|(?:%[0-9a-fA-F]{2}){2,}")
# No character may be both letter and gap: a run of those can be read in more ways than there is time.
_SPELLED = re.compile(r"(?<!\w)(?:[^\W\d_][\s.\-_·*]+){11,}[^\W\d_](?!\w)")
_READABLE = 0.95


def invisible_words(text: str) -> str:
    """What the tag characters of a text spell, which no page shows and some models read."""
    return "".join(chr(ord(char) - 0xE0000) for char in text if 0xE0020 <= ord(char) <= 0xE007E)


def strip(text: str) -> str:
    """`text` without terminal sequences and without characters that nobody sees."""
    return _UNSEEN.sub("", _TERMINAL.sub("", text))


def skeleton(text: str) -> str:
    """What a text looks like: compatibility forms, lower case, no accents, look-alikes as Latin letters, one space."""
    if text.isascii():
        return " ".join(text.casefold().split())
    folded = unicodedata.normalize("NFKD", strip(text)).casefold().translate(_LOOKALIKES)
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())


def bare(told: str) -> str:
    """Its words alone, a single space between them."""
    return _BARE.sub(" ", told).strip()


def latin_share(text: str) -> float:
    """The share of a text's letters that are Latin or Greek, as in formulas; 1 for a text without letters."""
    if text.isascii():
        return 1.0
    letters = [char for char in text if char.isalpha()]
    near = sum(
        char < "\u0400" or "\u1d00" <= char < "\u2000" or "\u2100" <= char < "\u2200" or char >= "\U0001d400"
        for char in letters
    )
    return near / len(letters) if letters else 1.0


def readings(text: str, told: str, few_words: bool) -> Iterator[str]:
    """Other readings of a sentence, in skeleton form: escapes, joined words and numerals as letters; where it holds
    `few_words` of English, shifted alphabets and the reverse."""
    if _ESCAPED.search(text):
        yield skeleton(_unescape(text))
    if _JOINED.search(text):
        yield " ".join(re.findall(r"[A-Z]?[a-z]+", text)).lower()
    if _NUMERAL.search(told):
        yield told.translate(_LEET)
        yield told.replace("1", "i").translate(_LEET)
    if few_words:
        for shift in range(1, 26):
            yield told.translate(_shifted(shift))
        yield told[::-1]
        yield " ".join(word[::-1] for word in told.split())


def coded(text: str) -> bool:
    """Whether a text holds a run of base64, hexadecimal or binary digits that decodes to readable words, or a dozen
    letters that stand apart."""
    if _SPELLED.search(text):
        return True
    if sum(map(str.isdigit, text)) < 5 and max(map(len, text.split()), default=0) < 16:
        return False
    return any(map(_reads, _decoded(text)))


@cache
def _shifted(by: int) -> dict[int, int]:
    return {97 + letter: 97 + (letter + by) % 26 for letter in range(26)}


def _decoded(text: str) -> Iterator[bytes]:
    for found in _BASE64.findall(text):
        padded = found.rstrip("=") + "=" * (-len(found.rstrip("=")) % 4)
        try:
            yield base64.b64decode(padded, altchars=b"-_" if re.search("[-_]", padded) else None, validate=True)
        except (ValueError, binascii.Error):
            continue
    for found in _BASE32.findall(text):
        with suppress(binascii.Error):
            yield base64.b32decode(found + "=" * (-len(found) % 8))
    for match in _HEX.finditer(text):
        digits = re.sub(r"0x|\\x|[^0-9a-fA-F]", "", match[0])
        yield bytes.fromhex(digits[: len(digits) // 2 * 2])
    for match in _BINARY.finditer(text):
        digits = re.sub(r"\s", "", match[0])
        yield bytes(int(digits[at : at + 8], 2) for at in range(0, len(digits) - 7, 8))


def _reads(content: bytes) -> bool:
    """At least eight letters and a space among printable ASCII: no number, hash or gene reads so by chance."""
    text = content.decode("latin-1")
    printable = sum(char.isascii() and char.isprintable() for char in text)
    return (
        len(text) >= 8
        and printable >= _READABLE * len(text)
        and sum(char.isalpha() or char == " " for char in text) >= 0.75 * len(text)
    )


def _unescape(text: str) -> str:
    text = html.unescape(unquote(text))
    return re.sub(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})", lambda match: chr(int(match[1] or match[2], 16)), text)
