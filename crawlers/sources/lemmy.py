"""Lemmy: posts and their trees of comments, by version 3 of its interface."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.following import until_empty
from crawlers.reading.forums.lemmy_views import Views
from crawlers.reading.page import Page, Reader
from crawlers.signs import SITE, Sign, answers_with
from crawlers.sources.source import CommonSettings, WebAddress

_API, _SHOWS = "/api/v3/site", answers_with("site_view")
_ABSENT = (b"couldnt_find_", b"couldn't_find_", b"not_found")  # before 1.0 with 400
_ONE = {"kind": "lemmy", "url": "{site}", "community": "{community}"}
SIGNS = (
    Sign(_ONE, rf"{SITE}/c/(?P<community>[\w.@-]+)", _API, _SHOWS),
    Sign({"kind": "lemmy", "url": "{site}"}, path=_API, shows=_SHOWS),
)


class LemmySettings(CommonSettings):
    """Posts and comments of a Lemmy server, of one community or of all its own."""

    kind: Literal["lemmy"]
    url: WebAddress = Field(description="The server's address, such as https://lemmy.example.")
    community: str | None = Field(
        default=None, description="Only this community: cars, or cars@other.example."
    )


class LemmySource(ApiSource[LemmySettings]):
    """New posts, then new comments; a comment's dotted path says what it answers."""

    def requests(self) -> Iterator[Request]:
        """The newest posts and comments."""
        scope: dict[str, object] = {"sort": "New", "limit": 50, "type_": "Local"}
        if self.settings.community:
            scope |= {"type_": "All", "community_name": self.settings.community}
        yield self.listing("posts", self._at("post/list"), self._posts, scope)
        yield self.listing("comments", self._at("comment/list"), self._comments, scope)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A post, then every comment below it."""
        yield self._asked("post", self._head, external_id)

    def missing(self, external_id: str) -> Iterator[Request]:
        """One post, or one comment."""
        is_comment = external_id.startswith("comment-")
        yield self._asked("comment" if is_comment else "post", self._single, external_id)

    def _at(self, path: str) -> str:
        return f"{self.settings.url.rstrip('/')}/api/v3/{path}"

    def _asked(self, path: str, read: Reader, external_id: str) -> Request:
        number, gone = external_id.rpartition("-")[2], self.vanished(external_id)
        return self.ask(self._at(path), read, {"id": number}, otherwise=gone, absent=_ABSENT)

    def _head(self, page: Page) -> Iterator[Found]:
        yield from self._single(page)
        number = page.item.text("post_view", "post", "id")
        query = {"post_id": number, "type_": "All", "sort": "Old", "limit": 50}
        tree, more = self._at("comment/list"), until_empty("comments")
        yield self.whole(f"post-{number}", tree, self._comments, query, following=more)

    def _single(self, page: Page) -> Iterator[Found]:
        for what in page.item.value.keys() & {"post_view", "comment_view"}:
            yield Views(self.posts, self.settings.name).told(page.item.item(what))

    def _posts(self, page: Page) -> Iterator[Found]:
        yield from map(Views(self.posts, self.settings.name).told, page.items("posts"))

    def _comments(self, page: Page) -> Iterator[Found]:
        yield from map(Views(self.posts, self.settings.name).told, page.items("comments"))
