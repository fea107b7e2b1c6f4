"""NodeBB: recent topics and all their posts, as a guest sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.following import up_to
from crawlers.reading.forums.nodebb_topics import root_of, told
from crawlers.reading.page import Page
from crawlers.signs import Sign, answers_with
from crawlers.sources.source import CommonSettings, WebAddress

_DELETED = (b"not-authori",)  # what a guest is told of a deleted topic, with 401
_SHOWS = answers_with("topics", "pagination", "loggedIn")
SIGNS = (Sign({"kind": "nodebb", "url": "{site}"}, path="/api/recent", shows=_SHOWS),)


class NodeBBSettings(CommonSettings):
    """Topics of a NodeBB forum, of one category or of all."""

    kind: Literal["nodebb"]
    url: WebAddress = Field(description="The forum's address, such as https://forum.example.")
    category: int | None = Field(
        default=None, description="Only this category, by the number in its address."
    )


class NodeBBSource(ApiSource[NodeBBSettings]):
    """The topics with something new, each read whole."""

    def requests(self) -> Iterator[Request]:
        """The topics by their last post."""
        category = self.settings.category
        path = "recent" if category is None else f"category/{category}"
        more = up_to("pagination", "pageCount")
        query = {"sort": "recently_replied"} if category is not None else {}
        yield self.listing("topics", self._at(path), self._topics, query, following=more)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A topic with all its pages."""
        url = self._at(f"topic/{external_id.removeprefix('topic-')}")
        gone: Any = {"otherwise": self.vanished(external_id), "absent": _DELETED}
        query, more = {"sort": "oldest_to_newest"}, up_to("pagination", "pageCount")
        yield self.whole(external_id, url, self._posts, query, following=more, **gone)

    def _at(self, path: str) -> str:
        return f"{self.settings.url.rstrip('/')}/api/{path}"

    def _topics(self, page: Page) -> Iterator[Found]:
        for topic in page.items("topics"):
            times = (topic.get(key) for key in ("lastposttimeISO", "lastposttime", "timestamp"))
            if self.passed("topics", *times):
                yield from self.thread(root_of(topic))

    def _posts(self, page: Page) -> Iterator[Found]:
        site = f"{self.settings.url.rstrip('/')}/"
        for post in page.items("posts"):
            yield told(self.posts, self.settings.name, site, page.item, post)
