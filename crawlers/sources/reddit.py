"""Reddit's feeds: new posts and comments, without scores and without who answers whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, Self
from urllib.parse import quote_plus

from pydantic import Field, model_validator

from crawlers.pages import Found, Request, Response
from crawlers.reading.forums.reddit_entries import alone, read
from crawlers.reading.sites.feeds import Feeds
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings
from domain.posts import Gone, Post, Rejected

_SITE = "https://www.reddit.com"
_SUB = r"(?:https?://(?:\w+\.)?reddit\.com)?/?r/(?P<sub>\w+)"
SIGNS = (Sign({"kind": "reddit", "subreddits": ["{sub}"]}, _SUB),)


class RedditSettings(CommonSettings):
    """Posts and comments of subreddits, or what Reddit's search finds."""

    kind: Literal["reddit"]
    subreddits: tuple[str, ...] = Field(default=(), description="Names, without the r/.")
    query: str | None = Field(default=None, description="Words for Reddit's own search.")

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.subreddits and not self.query:
            raise ValueError("name some subreddits, or a query")
        return self


class RedditSource:
    """New posts and new comments of each subreddit; threads by their own feed."""

    def __init__(self, settings: RedditSettings, cursor: Mapping[str, Any], now: datetime) -> None:
        self._settings, self._feeds = settings, Feeds(settings, cursor, now)

    def requests(self) -> Iterator[Request]:
        """The feeds of posts and of comments, and that of the search."""
        for name in self._settings.subreddits:
            for what in ("new", "comments"):
                yield self._feeds.ask(f"{_SITE}/r/{name}/{what}/.rss?limit=100", self.parse)
        if self._settings.query:
            asked = quote_plus(self._settings.query)
            url = f"{_SITE}/search.rss?q={asked}&sort=new&limit=100"
            yield self._feeds.ask(url, self.parse)

    def thread(self, external_id: str) -> Iterator[Request]:
        """The newest comments below a post: not all, so that nothing is taken for gone."""
        number = external_id.removeprefix("t3_")
        yield self._feeds.ask(f"{_SITE}/comments/{number}/.rss?limit=500", self.parse_thread)

    def cursor(self) -> Mapping[str, object]:
        """The validators of the feeds that were read, and what they showed."""
        return self._feeds.state()

    def parse(self, response: Response) -> Iterator[Found]:
        """Posts, and comments that hang on their post: the feed does not say whom they answer."""
        told = list(self.parse_thread(response))
        yield from told
        posts = [one for one in told if not isinstance(one, Gone)]
        for lost in self._feeds.lost(response, posts):
            yield alone(self._feeds, lost, self._settings.name)

    def parse_thread(self, response: Response) -> Iterator[Post | Rejected | Gone]:
        """The same of one thread: what is absent there may be beyond its end."""
        for entry in self._feeds.entries(response):
            yield read(self._feeds, entry, self._settings.name)
