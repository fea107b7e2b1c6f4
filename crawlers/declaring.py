"""What pages declare beside what they say: the feeds and sitemaps in their heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from crawlers.pages import Response
from domain.sources import Declared

_HEAD = 200_000  # bytes in which a page names them
_MOST, _TOLD = 500, 20  # kept in mind during a crawl; told at its end
_LONGEST = 500
_HTML = re.compile(r"text/html|application/xhtml", re.IGNORECASE)
_LINK = re.compile(r"<link\b[^<>]{1,2000}>", re.IGNORECASE)
_FIELD = re.compile(r"""\b(rel|type|href|title)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})


class Declaring:
    """Counts, over one crawl, which places its pages name."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._places: dict[str, Declared] = {}

    def look(self, page: Response) -> None:
        """Notes what one page names."""
        if not _HTML.search(page.headers.get("content-type", "")):
            return
        for url, what, title in dict.fromkeys(named(page)):
            known = self._places.get(url)
            if known is not None or len(self._places) < _MOST:
                pages = known.pages + 1 if known else 1
                self._places[url] = Declared(self._source, url, what, title, pages)

    def told(self) -> list[Declared]:
        """The places that most pages name: those of the site rather than of one page."""
        return sorted(self._places.values(), key=lambda one: (-one.pages, one.url))[:_TOLD]


def named(page: Response) -> Iterator[tuple[str, str, str]]:
    """(address, ``feed`` or ``sitemap``, title) of each place that a page names."""
    head = page.body[:_HEAD].decode("utf-8", "replace")
    for link in _LINK.findall(head):
        fields = {key.lower(): _plain(value) for key, value in _FIELD.findall(link)}
        what = _what(fields.get("rel", "").lower().split(), fields.get("type", "").lower())
        try:
            url = urljoin(page.url, fields.get("href", ""))
            usable = urlsplit(url).scheme in {"http", "https"} and len(url) <= _LONGEST
        except ValueError:
            continue
        if what and fields.get("href") and usable:
            yield url, what, " ".join(fields.get("title", "").split())[:200]


def _what(rel: list[str], kind: str) -> str:
    if "sitemap" in rel:
        return "sitemap"
    return "feed" if "alternate" in rel and kind.partition(";")[0].strip() in _FEEDS else ""


def _plain(value: str) -> str:
    return unescape(value.strip("\"'")).strip()
