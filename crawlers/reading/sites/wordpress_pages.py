"""Pages of WordPress' REST interface: where they stand, and the ways round where they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource, Query, S
from crawlers.reading.page import Page, Reader
from crawlers.reading.sites.wordpress_feeds import ClosedSite
from crawlers.reading.sites.wordpress_items import COMMENTS, comment, following, post, total
from domain.errors import SourceForbidden, SourceUnreachable

_HIDDEN = (b"rest_cannot_read_post",)  # the post was taken away, or wants a password
_Otherwise = Callable[[int], Iterator[Found]]


class RestPages(ApiSource[S]):
    """Asks a site by its addresses in words; or, where it has none, by ``?rest_route=``."""

    def __init__(self, settings: S, cursor: Mapping[str, Any], now: datetime, site: str) -> None:
        super().__init__(settings, cursor, now)
        self._site = site.rstrip("/")
        self._open, self._fed = False, False  # what was read at this visit: posts, or feeds

    @property
    def closed(self) -> bool:
        """Whether only the feeds could be read at the last visit."""
        return "feed" in self.kept

    def listed(self, what: str, read: Reader, query: Query, otherwise: _Otherwise) -> Request:
        """The items of a listing since the last visit."""
        url, full = self._at(what, query)
        asked: dict[str, Any] = {"following": following, "most": 2_000, "otherwise": otherwise}
        return self.listing(what, url, read, full, **asked)

    def single(self, what: str, read: Reader, query: Query, **context: Any) -> Request:
        """Some items by their numbers."""
        url, full = self._at(what, query)
        return self.ask(url, read, full, **context)

    def no_posts(self, again: Callable[[], Iterator[Found]]) -> _Otherwise:
        """Asks ``again`` the other way where nothing is found; else leads to the feeds."""

        def told(status: int) -> Iterator[Found]:
            if status == 404 and not self.kept.get("plain"):
                self.kept["plain"] = True
                yield from again()
            else:
                yield from self._feeds()

        return told

    def _feeds(self) -> Iterator[Found]:
        self._fed = True
        self.kept.pop("plain", None)
        yield from ClosedSite(self.settings, self._site, self.kept, self.now).requests()

    def no_comments(self, status: int) -> Iterator[Found]:
        """Nothing, where there are none, or the feeds are read for them."""
        if self._open and status in {401, 403}:
            raise SourceForbidden(f"the comments are not for everybody: HTTP {status}")
        if self._open and status != 404:
            raise SourceUnreachable(f"the comments cannot be had: HTTP {status}")
        yield from ()

    def posts_of(self, page: Page) -> Iterator[Found]:
        """The posts of a page; the feeds, where ``?rest_route=`` leads to the front page."""
        if self.kept.get("plain") and not _is_list(page):
            yield from self._feeds()
            return
        items, self._open = page.items(), True
        self.kept.pop("feed", None)
        for item in items:
            self.passed("posts", item.get("modified_gmt"))
            yield self.posts.read(item, post(self.posts))

    def comments_of(self, page: Page) -> Iterator[Found]:
        """The comments of a page."""
        if not self._fed or _is_list(page):
            yield from self.posts.each(page.items(), comment(self.posts))

    def root(self, page: Page) -> Iterator[Found]:
        """The post, then its comments; a page is no post, and stands while it has comments."""
        yield from self.posts.each(page.items(), post(self.posts))
        root, alone = page.context["root"], not page.items()
        url, query = self._at("comments", {**COMMENTS, "post": root.removeprefix("post-")})
        asked: dict[str, Any] = {"following": following, "counted": total, "alone": alone}
        asked |= {"otherwise": self._hidden(root, alone), "absent": _HIDDEN}
        yield self.whole(root, url, self.comments_of, query, **asked)

    def _hidden(self, root: str, alone: bool) -> _Otherwise:
        """A post that is not listed and not to be read is gone; one that is, wants a password."""

        def told(status: int) -> Iterator[Found]:
            if alone or status != 404:
                yield from self.vanished(root)(status)

        return told

    def _at(self, what: str, query: Query) -> tuple[str, Query]:
        if self.kept.get("plain"):
            return f"{self._site}/", {"rest_route": f"/wp/v2/{what}", **query}
        return f"{self._site}/wp-json/wp/v2/{what}", query


def _is_list(page: Page) -> bool:
    return page.response.body.lstrip().startswith(b"[")
