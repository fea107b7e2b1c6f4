"""Pages: what a source asks for, what comes back, and what may be found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.posts import Census, Gone, Post, Rejected


@dataclass(frozen=True, slots=True)
class Response:
    """A page as it came, unpacked: header names are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A page to ask for, and the callback that reads its response.

    ``otherwise`` is called with the HTTP status (0 for none) where the page cannot be
    had; without it, that counts as an error of the crawl. ``wait`` is how many seconds the
    site asked for before this request. ``body`` is JSON to send, for the few places that
    let one in by a POST; an answer that leads elsewhere is not followed then. ``absent`` are
    words of an answer that mean 404, where a site has another number for that.
    """

    url: str
    then: Callable[[Response], Iterator[Found]]
    otherwise: Callable[[int], Iterator[Found]] | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    body: bytes | None = None
    absent: tuple[bytes, ...] = ()

    def status(self, page: Response) -> int:
        """The status of an answer, as this site means it."""
        missing = 400 <= page.status < 500 and any(word in page.body for word in self.absent)
        return 404 if missing else page.status


Found = Request | Post | Census | Gone | Rejected
