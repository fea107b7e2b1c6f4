"""Pages that carry schema.org data: from a list, or from the site's sitemap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, model_validator
from w3lib.encoding import html_to_unicode

from crawlers.pages import Found, Request, Response
from crawlers.patterns import Pattern
from crawlers.reading.sites.marked_up import posts_in
from crawlers.reading.sites.site_pages import SitePages
from crawlers.signs import Sign
from crawlers.sitemaps import is_sitemap
from crawlers.sources.source import CommonSettings, WebAddress


class SchemaOrgSettings(CommonSettings):
    """Reviews, discussions, comments, questions and answers marked up in pages."""

    kind: Literal["schema_org"]
    pages: tuple[WebAddress, ...] = Field(default=(), description="Pages to read at every visit.")
    sitemap: WebAddress | None = Field(
        default=None, description="A sitemap or sitemap index that lists the pages."
    )
    match: Pattern | None = Field(
        default=None, description="Read only the sitemap's pages whose address this finds."
    )
    pages_per_visit: int = Field(
        default=200, ge=1, le=10_000, description="How many pages to read in one visit."
    )

    @model_validator(mode="after")
    def _names_something(self) -> SchemaOrgSettings:
        if not self.pages and self.sitemap is None:
            raise ValueError("name some pages, or a sitemap")
        return self


class SchemaOrgSource:
    """Reads the pages that changed, then those never or longest not read."""

    def __init__(
        self, settings: SchemaOrgSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        self._name, self._language, self._now = settings.name, settings.language, now
        where = (settings.pages, settings.sitemap, settings.match, settings.pages_per_visit)
        self._pages = SitePages(*where, cursor.get("pages"), self.parse)
        self.parse_sitemap = self._pages.parse_sitemap

    def requests(self) -> Iterator[Request]:
        """The sitemap, or at once the pages."""
        yield from self._pages.requests()

    def cursor(self) -> Mapping[str, object]:
        """When which page was read, and what its sitemap said of it then."""
        return {"pages": self._pages.state()}

    def parse(self, response: Response) -> Iterator[Found]:
        """The posts of one page."""
        html = html_to_unicode(response.headers.get("content-type"), response.body)[1]
        about: Any = {"source": self._name, "language": self._language, "now": self._now}
        yield from posts_in(html, response.url, **about)
        self._pages.done(response.context["page"], self._now)


def _has_reviews(response: Response) -> bool:
    marks = (b'"Review"', b'"DiscussionForumPosting"', b'"QAPage"', b"schema.org/Review")
    return any(mark in response.body for mark in marks)


_URL = r"(?P<url>https?://\S+)"
SIGNS = (
    Sign({"kind": "schema_org", "pages": ["{url}"]}, _URL, "", _has_reviews),
    Sign({"kind": "schema_org", "sitemap": "{url}"}, _URL, "", is_sitemap),
)
