"""Hacker News: stories and comments by Algolia's index; what is gone by Firebase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.forums.hacker_news_items import by_algolia, by_firebase, tree
from crawlers.reading.page import Page
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings

_INDEX = "https://hn.algolia.com/api/v1"
_ITEMS = "https://hacker-news.firebaseio.com/v0/item"
_PAGE = 100
_SEARCH = r"(?:hn:|https?://hn\.algolia\.com/\?(?:.*&)?q(?:uery)?=)(?P<query>[^&]+)"
_SITE = Sign({"kind": "hacker_news"}, r"https?://news\.ycombinator\.com")
SIGNS = (Sign({"kind": "hacker_news", "query": "{query}"}, _SEARCH), _SITE)


class HackerNewsSettings(CommonSettings):
    """Stories and comments of Hacker News."""

    kind: Literal["hacker_news"]
    query: str = Field(default="", description="Words to look for; without any, everything.")


class HackerNewsSource(ApiSource[HackerNewsSettings]):
    """What is new by time, since the index gives a thousand results a query; then threads."""

    def requests(self) -> Iterator[Request]:
        """The newest stories and comments."""
        newest = self.newest.since("items")
        since = int(newest.timestamp()) if newest else 0
        query: dict[str, object] = {"tags": "(story,comment,poll)", "hitsPerPage": _PAGE}
        query |= {"query": self.settings.query, "numericFilters": f"created_at_i>{since}"}
        url = f"{_INDEX}/search_by_date"
        yield self.listing("items", url, self._hits, query, following=_earlier, since=since)

    def thread(self, external_id: str) -> Iterator[Request]:
        """Whether the story still stands, then its whole tree."""
        url = f"{_ITEMS}/{external_id}.json"
        yield self.ask(url, self._single, asked=external_id, whole=True)

    def missing(self, external_id: str) -> Iterator[Request]:
        """One story or comment."""
        yield self.ask(f"{_ITEMS}/{external_id}.json", self._single, asked=external_id)

    def _hits(self, page: Page) -> Iterator[Found]:
        yield from self.posts.each(page.items("hits"), by_algolia(self.posts))

    def _single(self, page: Page) -> Iterator[Found]:
        """What Firebase shows: a deleted item keeps its number, a dead one its text."""
        if page.data is None:
            return
        if page.item.flag("deleted") or page.item.flag("dead"):
            yield from self.vanished(page.context["asked"])(404)
        elif page.context.get("whole"):
            root = page.context["asked"]
            yield self.whole(root, f"{_INDEX}/items/{root}", self._tree)
        else:
            yield self.posts.read(page.item, by_firebase(self.posts))

    def _tree(self, page: Page) -> Iterator[Found]:
        yield from self.posts.each(tree(page.item), by_algolia(self.posts))


def _earlier(page: Page) -> Mapping[str, object] | None:
    """Pages by time: the next one ends where this one does."""
    times = [item.count("created_at_i") for item in page.items("hits")]
    oldest = min((at for at in times if at), default=None)
    if oldest is None or len(times) < _PAGE:
        return None
    since = page.context["since"]
    return {"numericFilters": f"created_at_i>{since},created_at_i<={oldest}"}
