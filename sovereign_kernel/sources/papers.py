"""How a source's fields become a Paper: white space and ids in one form, the text that quotes refer to, the
flags. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Literal

from sovereign_kernel.records import Paper
from sovereign_kernel.screening.obfuscation import invisible_words, strip
from sovereign_kernel.screening.screen import objection, screen, screen_names, screen_title

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_VERSIONED = re.compile(r"(?P<id>.+?)v(?P<version>\d{1,4})$")
_NEW_ID = re.compile(r"(\d\d)(0[1-9]|1[0-2])\.\d{4,5}$")
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,63}")
_OLD_ID = re.compile(r"[a-z-]+(?:\.[A-Z]{2})?/(\d\d)(0[1-9]|1[0-2])\d{3}$")
_WITHDRAWN = re.compile(
    r"\b(?:this|the|our) (?:paper|article|submission|manuscript|preprint|work|version|study|note)s? "
    r"(?:is|was|has been|have been) (?:\w+ )?(?:withdrawn|retracted)|\b(?:has|have) been withdrawn by\b"
    r"|^\W*(?:paper |article |submission )?withdrawn\b"
    r"|\bwithdrawn by (?:the )?(?:authors?|arxiv)|\bauthors? (?:has|have) withdrawn",
    re.IGNORECASE,
)


def make_paper(
    id: str,
    title: str,
    abstract: str,
    *,
    source: Literal["arxiv", "corpus"],
    authors: Sequence[str] = (),
    categories: Sequence[str] = (),
    comment: str | None = None,
    version: int | None = None,
    published: str | None = None,
    screened: bool = True,
) -> Paper:
    """A Paper from one source's fields; `published` falls back on the year and month in the id.

    What speaks to the machine that reads it is withheld from every field, unless `screened` is False.
    """
    unseen = invisible_words(f"{title}{abstract}{comment or ''}")
    bare, in_id = split_version(one_line(id))
    title, abstract = one_line(title), one_line(abstract)
    note = one_line(comment) if comment else None
    withheld: list[str] = [unseen] if unseen else []
    if screened:
        heading, body, remark = screen_title(title), screen(abstract), screen(note or "", prose=False)
        people, strangers = screen_names(map(one_line, authors))
        kinds, odd = screen_names(map(one_line, categories))
        withheld += [*heading.withheld, *body.withheld, *remark.withheld, *strangers, *odd]
        title, abstract, note, authors, categories = heading.text, body.text, remark.text, people, kinds
        if not _is_plain_id(bare):
            withheld.append(bare)
            bare = f"paper-{hashlib.sha256(bare.encode()).hexdigest()[:12]}"
    text = f"{title}\n\n{abstract}"
    return Paper(
        id=bare,
        version=version if version is not None else in_id,
        title=title,
        authors=tuple(name for name in map(one_line, authors) if name),
        published=published or month_of(bare),
        categories=tuple(categories),
        url=f"https://arxiv.org/abs/{bare}",
        comment=note or None,
        withheld=tuple(withheld),
        withdrawn=bool(_WITHDRAWN.search(note or "") or _WITHDRAWN.search(abstract[:400])),
        source=source,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def one_line(text: str) -> str:
    """White space of any kind becomes one space; what nobody sees, controls and terminal sequences go."""
    return " ".join(_CONTROL.sub(" ", strip(text)).split())


def _is_plain_id(id: str) -> bool:
    """Whether an id can be a name and no more: no path, no sentence."""
    return (
        bool(_PLAIN_ID.fullmatch(id)) and ".." not in id and objection(re.sub(r"[\W_]+", " ", id), prose=False) is None
    )


def split_version(id: str) -> tuple[str, int | None]:
    """ "2604.23996v2" becomes ("2604.23996", 2); an id without a version keeps None."""
    match = _VERSIONED.fullmatch(id.strip())
    return (match["id"], int(match["version"])) if match else (id.strip(), None)


def is_arxiv_id(id: str) -> bool:
    return bool(_NEW_ID.fullmatch(id) or _OLD_ID.fullmatch(id))


def month_of(id: str) -> str | None:
    """The year and month of submission that an arXiv id carries; None for other ids."""
    match = _NEW_ID.fullmatch(id) or _OLD_ID.fullmatch(id)
    if match is None:
        return None
    year = int(match[1])
    return f"{1900 + year if year > 90 else 2000 + year}-{match[2]}"
