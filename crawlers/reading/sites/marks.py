"""Comments on their page: each stands at a mark (``page#comment-7``) that the page names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from crawlers.pages import Found, Response
from crawlers.reading.shown import Entry
from domain.posts import Gone


def beside(lost: Entry, shown: Iterable[Entry]) -> tuple[str, str] | None:
    """The marks of the nearest older and newer entry on the same page; None without both."""
    page = lost.url.partition("#")[0]
    near = [one for one in shown if "#" in one.url and one.url.partition("#")[0] == page]
    older = max((one for one in near if one.place < lost.place), key=_place, default=None)
    newer = min((one for one in near if one.place > lost.place), key=_place, default=None)
    return (older.url, newer.url) if older and newer else None


def looking(
    gone: Gone, lost: Entry, neighbours: tuple[str, str]
) -> Callable[[Response], Iterator[Found]]:
    """Reads the page: gone is what it does not hold, while it holds both of its neighbours.

    A page that fills in its comments later, or has moved them, holds none of the three.
    """

    def look(page: Response) -> Iterator[Found]:
        html = page.body.decode("utf-8", "replace")
        if all(_holds(html, url) for url in neighbours) and not _holds(html, lost.url):
            yield gone

    return look


def _holds(html: str, url: str) -> bool:
    mark = re.escape(url.partition("#")[2])
    return re.search(rf"""\b(?:id|name)\s*=\s*["']?{mark}["'\s>]""", html) is not None


def _place(entry: Entry) -> float:
    return entry.place
