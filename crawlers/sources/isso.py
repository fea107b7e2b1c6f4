"""Isso: comments below pages of a site, by the comment server's own interface."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.forums.isso_comments import below, comment, lists_comments
from crawlers.reading.page import Page
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings, WebAddress

SIGNS = (Sign({"kind": "isso", "url": "{site}"}, path="/latest?limit=1", shows=lists_comments),)


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
            yield self.ask(self._at("latest"), self._latest, {"limit": 100})
        for page in self.settings.pages:
            yield from self.thread(page)

    def thread(self, external_id: str) -> Iterator[Request]:
        """All comments below one page, known by its path."""
        yield self.whole(
            external_id, self._at(""), self._page, {"uri": external_id}, uri=external_id
        )

    def _at(self, path: str) -> str:
        return f"{self.settings.url.rstrip('/')}/{path}"

    def _latest(self, page: Page) -> Iterator[Found]:
        yield from self.posts.each(page.items(), comment(self.posts, self.settings.site))

    def _page(self, page: Page) -> Iterator[Found]:
        uri = page.context["uri"]
        yield from self.posts.each(
            below(page.items("replies")), comment(self.posts, self.settings.site, uri)
        )
