"""Long texts in pieces that fit a model, and the pieces' vectors as one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from sovereign_kernel.ports import Vectors

_PIECE = re.compile(r"[A-Za-z]+|\s+|.", re.DOTALL)
_SPECIAL = 2
_LETTERS_A_TOKEN = 3


def token_bound(text: str) -> int:
    """A careful estimate of the tokens of `text`, special ones included.

    A word counts one token for every three letters, any other character one each. English text has about five letters a
    token, so this is high by half; a server that still finds a text too long is asked again in smaller pieces.
    """
    return _SPECIAL + sum(_cost(piece) for piece in _PIECE.findall(text))


def _cost(piece: str) -> int:
    if piece.isspace():
        return 0
    return -(-len(piece) // _LETTERS_A_TOKEN)


def chunk(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` tokens by `token_bound`, cut between words; joined they are `text` again.

    `limit` is at least 8. A single word that is longer is cut within.
    """
    room = limit - _SPECIAL
    pieces: list[str] = []
    start = at = spent = 0
    for match in _PIECE.finditer(text):
        for part in _parts(match.group(), room * _LETTERS_A_TOKEN):
            if spent + _cost(part) > room:
                pieces.append(text[start:at])
                start, spent = at, 0
            spent += _cost(part)
            at += len(part)
    if at > start:
        pieces.append(text[start:at])
    return pieces


def _parts(piece: str, length: int) -> list[str]:
    if len(piece) <= length or piece.isspace():
        return [piece]
    return [piece[i : i + length] for i in range(0, len(piece), length)]


def unit(vectors: Vectors) -> Vectors:
    """Rows of length one; a zero row stays zero."""
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, norms, where=norms > 0, out=np.zeros(vectors.shape)), dtype=np.float32)


def average(vectors: Vectors, owners: Sequence[int], count: int) -> Vectors:
    """For each of `count` texts the unit mean of the rows that it owns; a text without rows gets the zero vector."""
    sums = np.zeros((count, vectors.shape[1]), np.float64)
    np.add.at(sums, np.asarray(owners, np.intp), unit(vectors))
    return unit(sums.astype(np.float32))
