"""The feeds of a WordPress whose REST interface is closed: fewer posts, and no replies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawlers.pages import Found, Request, Response
from crawlers.reading.sites.wordpress_items import rest_id
from crawlers.sources.feed import FeedSettings, FeedSource
from crawlers.sources.source import CommonSettings
from domain.posts import Post


class ClosedSite:
    """The way round where REST is closed. How its feeds stand lies in ``kept``."""

    def __init__(
        self, settings: CommonSettings, site: str, kept: dict[str, Any], now: datetime
    ) -> None:
        about: dict[str, Any] = {"name": settings.name, "language": settings.language}
        feed = FeedSettings(kind="feed", url=f"{site.rstrip('/')}/feed/", **about)
        self._source, self._kept = FeedSource(feed, kept.get("feed") or {}, now), kept

    def requests(self) -> Iterator[Found]:
        """The feed of posts."""
        yield from self._renamed(self._source.requests())

    def _renamed(self, found: Iterator[Found]) -> Iterator[Found]:
        for one in found:
            if isinstance(one, Post):
                parent, thread = rest_id(one.parent), rest_id(one.thread)
                own = rest_id(one.external_id) or one.external_id
                yield replace(one, external_id=own, parent=parent, thread=thread)
            elif isinstance(one, Request):
                yield replace(one, then=self._reader(one.then))
            else:
                yield one
        if state := self._source.cursor():
            self._kept["feed"] = state

    def _reader(
        self, then: Callable[[Response], Iterator[Found]]
    ) -> Callable[[Response], Iterator[Found]]:
        return lambda response: self._renamed(then(response))
