"""Discourse: topics with something new, read whole, with what they were seen and read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.forums.discourse_topics import Chunks, Topic, more_topics
from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.signs import Sign, answers_with
from crawlers.sources.source import CommonSettings, WebAddress

_SHOWS = answers_with("topic_list")
SIGNS = (Sign({"kind": "discourse", "url": "{site}"}, path="/latest.json", shows=_SHOWS),)


class DiscourseSettings(CommonSettings):
    """Topics of a Discourse forum, all or those that a search finds."""

    kind: Literal["discourse"]
    url: WebAddress = Field(description="The forum's address, such as https://forum.example.")
    query: str | None = Field(
        default=None, description="Only topics that the forum's own search finds for this."
    )


class DiscourseSource(ApiSource[DiscourseSettings]):
    """The topics by their last post; each is read whole: first the topic, then what it lacks."""

    def requests(self) -> Iterator[Request]:
        """The latest topics, or the latest posts that the search finds."""
        if self.settings.query:
            query = {"q": f"{self.settings.query} order:latest"}
            yield self.listing("found", self._at("search.json"), self._found, query, most=5)
        else:
            latest = self._at("latest.json")
            yield self.listing("topics", latest, self._topics, following=more_topics)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A topic, by the name of its first post: 12/1."""
        number, gone = external_id.partition("/")[0], self.vanished(external_id)
        url, more = self._at(f"t/{number}.json"), Chunks(self._at(f"t/{number}"))
        asked: dict[str, Any] = {"following": more, "counted": more.counted, "otherwise": gone}
        yield self.whole(f"{number}/1", url, self._posts, **asked)

    def missing(self, external_id: str) -> Iterator[Request]:
        """One post, by its topic and its number there."""
        url, gone = self._at(f"posts/by_number/{external_id}.json"), self.vanished(external_id)
        yield self.ask(url, self._single, otherwise=gone)

    def _at(self, path: str) -> str:
        return f"{self.settings.url.rstrip('/')}/{path}"

    def _topics(self, page: Page) -> Iterator[Found]:
        yield from self._changed("topics", page.items("topic_list", "topics"), "id", "bumped_at")

    def _found(self, page: Page) -> Iterator[Found]:
        yield from self._changed("found", page.item.items("posts"), "topic_id", "created_at")

    def _changed(self, listing: str, items: list[Item], key: str, time: str) -> Iterator[Found]:
        for item in items:
            if self.passed(listing, item.get(time)):
                yield from self.thread(f"{item.text(key)}/1")

    def _posts(self, page: Page) -> Iterator[Found]:
        yield from self._topic(page.item).told(page.items("post_stream", "posts"))

    def _single(self, page: Page) -> Iterator[Found]:
        yield from self._topic(Item({})).told([page.item])

    def _topic(self, topic: Item) -> Topic:
        return Topic(self.posts, self.settings.name, self.settings.url, topic)
