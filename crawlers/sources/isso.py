"""Isso: comments below pages of a site, by the comment server's own interface."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.forums.isso_comments import below, comment, lists_comments, unlisted, unseen
from crawlers.reading.page import Page
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings, WebAddress

SIGNS = (Sign({"kind": "isso", "url": "{site}"}, path="/latest?limit=1", shows=lists_comments),)

_FEW, _MANY = 100, 10_000  # comments asked for at once: usually, and at most


class IssoSettings(CommonSettings):
    """Comments that an Isso server keeps."""

    kind: Literal["isso"]
    url: WebAddress = Field(description="The comment server's address.")
    site: WebAddress | None = Field(
        default=None, description="The address of the site with the pages, for links to them."
    )
    pages: tuple[str, ...] = Field(
        default=(), description="Pages by their path, where the server does not list the latest."
    )


class IssoSource(ApiSource[IssoSettings]):
    """The latest comments, if the server lists them; the pages named, each whole."""

    def requests(self) -> Iterator[Request]:
        """The latest comments of all pages, and the pages named."""
        if not self.settings.pages:
            yield self._newest(_FEW)
        for page in self.settings.pages:
            yield from self.thread(page)

    def thread(self, external_id: str) -> Iterator[Request]:
        """All comments below one page, known by its path."""
        url, query, gone = self._at(""), {"uri": external_id}, self.vanished(external_id)
        asked: dict[str, Any] = {"counted": unseen, "otherwise": gone, "uri": external_id}
        yield self.whole(external_id, url, self._page, query, **asked)

    def _at(self, path: str) -> str:
        return f"{self.settings.url.rstrip('/')}/{path}"

    def _newest(self, most: int) -> Request:
        query, otherwise = {"limit": most}, unlisted
        return self.ask(self._at("latest"), self._latest, query, otherwise=otherwise, most=most)

    def _latest(self, page: Page) -> Iterator[Found]:
        """The latest comments; more of them, where all are new."""
        items, most = page.items(), page.context["most"]
        fresh = [self.passed("latest", item.get("created")) for item in items]
        yield from self.posts.each(items, comment(self.posts, self.settings.site))
        if all(fresh) and len(items) == most < _MANY:
            yield self._newest(most * 10)
        else:
            self.newest.settle("latest")

    def _page(self, page: Page) -> Iterator[Found]:
        uri = page.context["uri"]
        yield from self.posts.each(
            below(page.items("replies")), comment(self.posts, self.settings.site, uri)
        )
