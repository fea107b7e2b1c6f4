"""Feeds of forums (phpBB, Flarum and kin): posts told apart by topic as far as links tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Found, Request, Response
from crawlers.reading.forums.forum_entries import is_forum_feed, read, topic_feed
from crawlers.reading.sites.feeds import Feeds, on_host
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings, WebAddress
from domain.posts import Post, Rejected

SIGNS = (
    Sign({"kind": "forum_feed", "url": "{url}"}, r"(?P<url>https?://\S+)", "", is_forum_feed),
    Sign({"kind": "forum_feed", "url": "{site}/feed.php"}, path="/feed.php", shows=is_forum_feed),
    Sign({"kind": "forum_feed", "url": "{site}/atom"}, path="/atom", shows=is_forum_feed),
)


class ForumFeedSettings(CommonSettings):
    """Topics and posts from the feed of a forum."""

    kind: Literal["forum_feed"]
    url: WebAddress = Field(description="The feed, such as https://forum.example/feed.php.")
    topics: bool = Field(default=True, description="Whether to read the feed of each topic, too.")


class ForumFeedSource:
    """The forum's feed, then the feeds of the topics that are new in it."""

    def __init__(
        self, settings: ForumFeedSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        self._settings, self._feeds = settings, Feeds(settings, cursor, now)
        self._told: set[str] = set()

    def requests(self) -> Iterator[Request]:
        """The forum's feed, if it has changed."""
        yield self._feeds.ask(self._settings.url, self.parse)

    def thread(self, external_id: str) -> Iterator[Request]:
        """The feed of one topic: it shows the newest posts only, so nothing is taken for gone."""
        url = topic_feed(self._settings.url, external_id)
        if url is not None:
            yield self._feeds.ask(on_host(url, self._settings.url), self.parse_topic)

    def cursor(self) -> Mapping[str, object]:
        """The validators of the feeds that were read, and what the forum's own showed."""
        return self._feeds.state()

    def parse(self, response: Response) -> Iterator[Found]:
        """The newest posts of all topics, and the topics to look into."""
        told = list(self.parse_topic(response))
        yield from told
        yield from self._feeds.missed(response, told)
        topics = dict.fromkeys(getattr(post, "root", "") for post in told)
        for topic in topics if self._settings.topics else ():
            yield from self.thread(topic)

    def parse_topic(self, response: Response) -> Iterator[Post | Rejected]:
        """The newest posts of one topic, without those already read in this visit."""
        for entry in self._feeds.entries(response):
            post = read(self._feeds, entry)
            known = isinstance(post, Post) and post.external_id in self._told
            if not known:
                yield post
            self._told.add(getattr(post, "external_id", ""))
