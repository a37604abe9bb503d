"""How a request to a source can fail, told apart by what should follow."""

from __future__ import annotations


class Passing(Exception):
    """A fault that may pass: asking again is right, after `retry_after` seconds when the server said so."""

    def __init__(self, what: str, retry_after: float | None = None) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class Lasting(Exception):
    """A fault that asking again will not mend. `unreachable`: the server was not even reached."""

    def __init__(self, what: str, unreachable: bool = False) -> None:
        super().__init__(what)
        self.unreachable = unreachable


class PageTaken(Exception):
    """The library asked for a second page: one request is what was allowed."""
