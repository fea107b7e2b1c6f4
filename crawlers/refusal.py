"""A value that cannot be used: what becomes of it is a row in quarantine."""

from __future__ import annotations


class BadValue(ValueError):
    """A value that does not fit its field: one of the codes, and why."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)
