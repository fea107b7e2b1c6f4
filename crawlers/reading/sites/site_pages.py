"""The pages of a site that are due: from a list, or from its sitemaps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawlers import sitemaps
from crawlers.pages import Found, Request, Response
from domain.errors import SourceMalformed, SourceUnreachable

_MOST_SITEMAPS = 50
_MOST_REMEMBERED = 20_000


class SitePages:
    """Pages that changed, then those never or longest not read.

    ``read`` is what the last visits left: when a page was read, and what its sitemap said
    of it then. ``parse`` reads a page, which it tells from ``response.context["page"]``.
    """

    def __init__(
        self,
        pages: tuple[str, ...],
        sitemap: str | None,
        match: str | None,
        most: int,
        read: Any,
        parse: Callable[[Response], Iterator[Found]],
    ) -> None:
        self._sitemap, self._match, self._most = sitemap, match or "", most
        self._read: dict[str, list[str]] = dict(read or {})
        self._parse = parse
        self._listed: dict[str, str] = dict.fromkeys(pages, "")
        self._sitemaps: set[str] = set()
        self._open = 0

    def requests(self) -> Iterator[Request]:
        """The sitemap, or at once the pages."""
        if self._sitemap is None:
            yield from self._chosen()
        else:
            yield from self._ask(self._sitemap)

    def done(self, page: str, now: datetime) -> None:
        """A page was read."""
        self._read[page] = [self._listed.get(page, ""), now.isoformat()]

    def state(self) -> dict[str, list[str]]:
        """When which page was read, and what its sitemap said of it then."""
        newest = sorted(self._read, key=lambda url: self._read[url][1])[-_MOST_REMEMBERED:]
        return {url: self._read[url] for url in newest}

    def parse_sitemap(self, response: Response) -> Iterator[Found]:
        """Further sitemaps and pages on the same host; after the last, the pages to read."""
        self._open -= 1
        fault: SourceMalformed | None = None
        try:
            yield from self._entries(response)
        except SourceMalformed as error:
            fault = error
        if not self._open:
            yield from self._chosen()
        if fault:
            raise fault

    def _entries(self, response: Response) -> Iterator[Request]:
        own = urlsplit(response.url).netloc
        for entry in sitemaps.entries(response.body, response.url):
            if urlsplit(entry.url).netloc != own:
                continue
            if entry.is_sitemap:
                yield from self._ask(entry.url)
            elif re.search(self._match, entry.url):
                self._listed[entry.url] = entry.changed

    def _ask(self, url: str) -> Iterator[Request]:
        if url not in self._sitemaps and len(self._sitemaps) < _MOST_SITEMAPS:
            self._sitemaps.add(url)
            self._open += 1
            context = {"sitemap": url}
            yield Request(url, self.parse_sitemap, otherwise=self._no_sitemap, context=context)

    def _no_sitemap(self, status: int) -> Iterator[Found]:
        self._open -= 1
        if not self._open:
            yield from self._chosen()
        raise SourceUnreachable(f"a sitemap cannot be had: HTTP {status}")

    def _chosen(self) -> Iterator[Request]:
        due = [url for url, changed in self._listed.items() if self._is_due(url, changed)]
        due.sort(key=lambda url: self._read.get(url, ["", ""])[1])
        for url in due[: self._most]:
            yield Request(url, self._parse, context={"page": url})

    def _is_due(self, url: str, changed: str) -> bool:
        return not changed or self._read.get(url, ["", ""])[0] != changed
