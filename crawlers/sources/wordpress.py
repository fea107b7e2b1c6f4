"""WordPress: posts and threaded comments by its REST interface, or else by its feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Request
from crawlers.reading.sites.wordpress_items import COMMENTS, POSTS
from crawlers.reading.sites.wordpress_pages import RestPages
from crawlers.signs import Sign, answers_with
from crawlers.sources.source import CommonSettings, WebAddress

_SHOWS = answers_with("namespaces", "routes")
SIGNS = tuple(
    Sign({"kind": "wordpress", "url": "{site}"}, path=path, shows=_SHOWS)
    for path in ("/wp-json/", "/?rest_route=/")  # the latter where addresses are not in words
)
_CHANGED = {**POSTS, "orderby": "modified"}
_WRITTEN = {**COMMENTS, "orderby": "date_gmt"}


class WordPressSettings(CommonSettings):
    """Posts and comments of a WordPress site."""

    kind: Literal["wordpress"]
    url: WebAddress = Field(description="The site's address, such as https://blog.example.org.")


class WordPressSource(RestPages[WordPressSettings]):
    """What changed since the last visit: posts, then comments; threads where asked for."""

    overlap = timedelta(days=2)  # "after" is local time: a day covers every zone, one is spare

    def __init__(
        self, settings: WordPressSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        super().__init__(settings, cursor, now, settings.url)

    def requests(self) -> Iterator[Request]:
        """The posts and the comments since the last visit; the feeds where REST is closed."""
        for what, read, after, fields, otherwise in (
            ("posts", self.posts_of, "modified_after", _CHANGED, self.no_posts(self.requests)),
            ("comments", self.comments_of, "after", _WRITTEN, self.no_comments),
        ):
            since = self.newest.since(what)
            known = {after: (since + timedelta(days=1)).isoformat()[:19]} if since else {}
            yield self.listed(what, read, {**fields, **known}, otherwise)

    def thread(self, external_id: str) -> Iterator[Request]:
        """The post of a thread, then all its comments; nothing where only feeds are open."""
        query = {**POSTS, "include": external_id.removeprefix("post-")}
        if not self.closed:
            yield self.single("posts", self.root, query, root=external_id)

    def missing(self, external_id: str) -> Iterator[Request]:
        """One post, or one comment."""
        what, _, number = external_id.partition("-")
        is_comment = what == "comment"
        given, read = (COMMENTS, self.comments_of) if is_comment else (POSTS, self.posts_of)
        if not self.closed:
            yield self.single(f"{what}s", read, {**given, "include": number})
