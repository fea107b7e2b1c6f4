"""What a site declares beside what it says: feeds and sitemaps in the heads of its pages, and
the sitemaps that its robots.txt names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from crawlers.pages import Response
from crawlers.politeness.robots import sitemaps
from domain.sources import Declared, RobotsAnswer

_HEAD = 200_000  # bytes in which a page names them
_MOST, _TOLD = 500, 20  # kept in mind during a crawl; told at its end
_LONGEST = 500
_OF_ROBOTS = 5
_HTML = re.compile(r"text/html|application/xhtml", re.IGNORECASE)
_SITE = re.compile(r"text/html|\bxml|\+xml", re.IGNORECASE)  # pages and feeds; no interfaces
_LINK = re.compile(r"<link\b[^<>]{1,2000}>", re.IGNORECASE)
_FIELD = re.compile(r"""\b(rel|type|href|title)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})


class Declaring:
    """Counts, over one crawl, which places its pages name.

    ``sites`` are addresses that the settings of the source name: the robots.txt of no other
    host counts, as one of a whole network leads to everything.
    """

    def __init__(self, source: str, sites: Iterable[str] = ()) -> None:
        self._source, self._hosts = source, {_host(one) for one in sites} - {""}
        self._places: dict[str, Declared] = {}
        self._of_robots: dict[str, Declared] = {}
        self._is_site = False

    def look(self, page: Response) -> None:
        """Notes what one page names."""
        kind = page.headers.get("content-type", "")
        self._is_site |= bool(_SITE.search(kind)) and _host(page.url) in self._hosts
        if not _HTML.search(kind):
            return
        for url, what, title in dict.fromkeys(named(page)):
            known = self._places.get(url)
            if known is not None or len(self._places) < _MOST:
                pages = known.pages + 1 if known else 1
                self._places[url] = Declared(self._source, url, what, title, pages)

    def hear(self, answer: RobotsAnswer) -> None:
        """Notes the sitemaps that a robots.txt of the site names: declared by no page."""
        known = _host(answer.origin) in self._hosts
        for address in sitemaps(answer)[:_OF_ROBOTS] if known else ():
            if url := _usable(answer.origin, address):
                self._of_robots[url] = Declared(self._source, url, "sitemap", "", 0)

    def told(self) -> list[Declared]:
        """The site's own first: what robots.txt names, then what most pages do."""
        named = sorted(self._places.values(), key=lambda one: (-one.pages, one.url))
        own = self._of_robots.values() if self._is_site else ()
        return [*(one for one in own if one.url not in self._places), *named][:_TOLD]


def named(page: Response) -> Iterator[tuple[str, str, str]]:
    """(address, ``feed`` or ``sitemap``, title) of each place that a page names."""
    head = page.body[:_HEAD].decode("utf-8", "replace")
    for link in _LINK.findall(head):
        fields = {key.lower(): _plain(value) for key, value in _FIELD.findall(link)}
        what = _what(fields.get("rel", "").lower().split(), fields.get("type", "").lower())
        url = _usable(page.url, fields.get("href", ""))
        if what and url:
            yield url, what, " ".join(fields.get("title", "").split())[:200]


def _usable(base: str, address: str) -> str | None:
    """The whole of an address as a page names it, where it is one of the web."""
    try:
        url = urljoin(base, address.strip())
        usable = urlsplit(url).scheme in {"http", "https"} and len(url) <= _LONGEST
    except ValueError:
        return None
    return url if address and usable else None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _what(rel: list[str], kind: str) -> str:
    if "sitemap" in rel:
        return "sitemap"
    return "feed" if "alternate" in rel and kind.partition(";")[0].strip() in _FEEDS else ""


def _plain(value: str) -> str:
    return unescape(value.strip("\"'")).strip()
