"""Why a page could not be had: a closed list of codes."""

from __future__ import annotations

from domain.errors import SourceError, SourceForbidden, SourceMalformed, SourceUnreachable

_FORBIDDEN = {
    "robots": "robots.txt says no",
    "forbidden_address": "the address is private or special",
    "forbidden_url": "the URL is not a plain http or https one",
}
_UNREACHABLE = {
    "timeout": "no whole answer in time",
    "unreachable": "no connection",
    "robots_unreachable": "robots.txt cannot be had, so nothing may be asked",
    "busy": "the site asks us to wait longer than we may",
    "page_limit": "the limit of pages for one crawl is reached",
}
_MALFORMED = {
    "too_large": "the answer is too large",
    "bad_answer": "the answer is not HTTP as it should be",
    "too_many_redirects": "it redirects without end",
}
CODES = frozenset({*_FORBIDDEN, *_UNREACHABLE, *_MALFORMED})


class FetchError(Exception):
    """A page could not be had: ``code`` says why, ``where`` is its URL."""

    def __init__(self, code: str, where: str, detail: str = "") -> None:
        self.code, self.where, self.detail = code, where, detail
        super().__init__(f"{code}: {detail}")

    def problem(self) -> SourceError:
        """The same as an error of the house."""
        what = {**_FORBIDDEN, **_UNREACHABLE, **_MALFORMED}[self.code]
        what = f"{what}: {self.detail}" if self.detail else what
        if self.code in _FORBIDDEN:
            return SourceForbidden(what, where=self.where, todo=_advice(self.code))
        if self.code in _UNREACHABLE:
            return SourceUnreachable(what, where=self.where)
        return SourceMalformed(what, where=self.where)


def _advice(code: str) -> str:
    if code == "forbidden_address":
        return "list its host:port under allow_private if it is yours"
    return "ask the site's owner for leave" if code == "robots" else ""
