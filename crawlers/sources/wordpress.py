"""WordPress: posts and threaded comments by its REST interface, or else by its feeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.page import Page
from crawlers.reading.sites.wordpress_feeds import ClosedSite
from crawlers.reading.sites.wordpress_items import COMMENTS, POSTS, comment, following, post, total
from crawlers.signs import Sign, answers_with
from crawlers.sources.source import CommonSettings, WebAddress

_SHOWS = answers_with("namespaces", "routes")
SIGNS = (Sign({"kind": "wordpress", "url": "{site}"}, path="/wp-json/", shows=_SHOWS),)


class WordPressSettings(CommonSettings):
    """Posts and comments of a WordPress site."""

    kind: Literal["wordpress"]
    url: WebAddress = Field(description="The site's address, such as https://blog.example.org.")


class WordPressSource(ApiSource[WordPressSettings]):
    """What changed since the last visit: posts, then comments; threads where asked for."""

    overlap = timedelta(days=2)  # "after" is local time: a day covers every zone, one is spare

    def requests(self) -> Iterator[Request]:
        """The posts and the comments since the last visit; the feeds where REST is closed."""
        feeds = ClosedSite(self.settings, self.settings.url, self.kept, self.now).requests
        asked: Any = {"following": following, "most": 2_000}
        for what, read, after, fields in (
            ("posts", self._posts, "modified_after", {**POSTS, "orderby": "modified"}),
            ("comments", self._comments, "after", {**COMMENTS, "orderby": "date_gmt"}),
        ):
            since = self.newest.since(what)
            known = {after: (since + timedelta(days=1)).isoformat()[:19]} if since else {}
            asked["otherwise"] = feeds if what == "posts" else lambda status: iter(())
            yield self.listing(what, self._at(what), read, {**fields, **known}, **asked)

    def thread(self, external_id: str) -> Iterator[Request]:
        """The post of a thread, then all its comments."""
        query = {**POSTS, "include": external_id.removeprefix("post-")}
        yield self.ask(self._at("posts"), self._root, query, root=external_id)

    def missing(self, external_id: str) -> Iterator[Request]:
        """One post, or one comment."""
        what, _, number = external_id.partition("-")
        given, read = (COMMENTS, self._comments) if what == "comment" else (POSTS, self._posts)
        yield self.ask(self._at(f"{what}s"), read, {**given, "include": number})

    def _at(self, what: str) -> str:
        return f"{self.settings.url.rstrip('/')}/wp-json/wp/v2/{what}"

    def _posts(self, page: Page) -> Iterator[Found]:
        for item in page.items():
            self.passed("posts", item.get("modified_gmt"))
            yield self.posts.read(item, post(self.posts))

    def _comments(self, page: Page) -> Iterator[Found]:
        yield from self.posts.each(page.items(), comment(self.posts))

    def _root(self, page: Page) -> Iterator[Found]:
        """The post, then its comments; a page is no post, and stands while it has comments."""
        yield from self.posts.each(page.items(), post(self.posts))
        root, alone = page.context["root"], not page.items()
        query = {**COMMENTS, "post": root.removeprefix("post-")}
        asked: Any = {"following": following, "counted": total, "alone": alone}
        yield self.whole(root, self._at("comments"), self._comments, query, **asked)
