"""RSS and Atom feeds, and the comment feeds that they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urljoin

from pydantic import Field

from crawlers.pages import Found, Request, Response
from crawlers.reading.sites import entries
from crawlers.reading.sites.feeds import Feeds, is_feed, on_host
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings, WebAddress
from domain.posts import Post, PostKind, Rejected

SIGNS = (Sign({"kind": "feed", "url": "{url}"}, r"(?P<url>https?://\S+)", "", is_feed),)


class FeedSettings(CommonSettings):
    """Posts from an RSS or Atom feed, with their comments where it names comment feeds."""

    kind: Literal["feed"]
    url: WebAddress = Field(description="The feed's address.")
    entries: PostKind = Field(
        default=PostKind.POST, description="What an entry is: post, comment, review, question ..."
    )
    comments: bool = Field(
        default=True, description="Whether to follow the comment feeds of entries."
    )


class FeedSource:
    """Reads a feed when it has changed, then comment feeds whose count has, or that lack one."""

    def __init__(self, settings: FeedSettings, cursor: Mapping[str, Any], now: datetime) -> None:
        self._settings, self._feeds = settings, Feeds(settings, cursor, now)
        self._counts: dict[str, int] = dict(cursor.get("counts") or {})
        self._open: set[str] = set()

    def requests(self) -> Iterator[Request]:
        """The feed, if it has changed."""
        yield self._feeds.ask(self._settings.url, self.parse)

    def cursor(self) -> Mapping[str, object]:
        """The validators of what was read; the feed's own only once its comments are, too."""
        state = self._feeds.state({self._settings.url} if self._open else set())
        return {**state, "counts": dict(self._counts)} if state or self._counts else {}

    def parse(self, response: Response) -> Iterator[Found]:
        """Entries, the comment feeds to follow, and what to ask for because it is missing."""
        told: list[Post | Rejected] = []
        for entry in self._feeds.entries(response):
            post = self._feeds.post(entry, self._settings.entries, parent=entries.parent(entry))
            told.append(post)
            yield post
            if self._settings.comments and isinstance(post, Post):
                yield from self._comments(entry, post, response.url)
        yield from self._feeds.missed(response, told)

    def parse_comments(self, response: Response) -> Iterator[Found]:
        """The comments on one entry."""
        asked, told = response.context["feed"], self._feeds.comments(response)
        yield from told
        yield from self._feeds.missed(response, told)
        if response.context["count"] is not None:
            self._counts[asked] = response.context["count"]
        self._open.discard(asked)

    def _comments(self, entry: Any, post: Post, base: str) -> Iterator[Request]:
        link = entry.get("wfw_commentrss")
        url, count = on_host(urljoin(base, link or ""), base), post.engagement.replies
        known = count is not None and self._counts.get(url) == count
        if not link or count == 0 or (known and not self._feeds.shown.lacks(url)):
            return
        self._open.add(url)
        yield self._feeds.ask(url, self.parse_comments, root=post.external_id, count=count)
