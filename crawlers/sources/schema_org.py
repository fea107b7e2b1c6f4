"""Pages that carry schema.org data: from a list, or from the site's sitemap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator
from w3lib.encoding import html_to_unicode

from crawlers import sitemaps
from crawlers.linked import BadBlock, Graph, json_ld, microdata
from crawlers.pages import Found, Request, Response
from crawlers.sources.schema_nodes import NodeReader
from crawlers.sources.source import CommonSettings, Sign, WebAddress
from domain.errors import SourceMalformed, SourceUnreachable
from domain.posts import Post, Rejected

_MOST_SITEMAPS = 50
_MOST_REMEMBERED = 20_000
_HEAD = 200_000  # characters in which a page says how it wants to be treated
_META = re.compile(
    r"""<meta\b(?=[^<>]*\bname\s*=\s*["']?(robots|boca)\b)[^<>]*\bcontent\s*=\s*["']?([^"'<>]*)""",
    re.IGNORECASE,
)
_NOINDEX = re.compile(r"(?:^|[,\s])(?:noindex|none)(?:$|[,\s])", re.IGNORECASE)
_AGENT = re.compile(r"^\s*([\w-]+)\s*:", re.ASCII)


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression: {error}") from error
    return value


class SchemaOrgSettings(CommonSettings):
    """Reviews, discussions, comments, questions and answers marked up in pages."""

    kind: Literal["schema_org"]
    pages: tuple[WebAddress, ...] = Field(default=(), description="Pages to read at every visit.")
    sitemap: WebAddress | None = Field(
        default=None, description="A sitemap or sitemap index that lists the pages."
    )
    match: Annotated[str, AfterValidator(_pattern)] | None = Field(
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
        self._settings, self._now = settings, now
        self._read: dict[str, list[str]] = dict(cursor.get("pages") or {})
        self._listed: dict[str, str] = dict.fromkeys(settings.pages, "")
        self._sitemaps: set[str] = set()
        self._open = 0

    def requests(self) -> Iterator[Request]:
        """The sitemap, or at once the pages."""
        if self._settings.sitemap is None:
            yield from self._chosen()
        else:
            yield from self._sitemap(self._settings.sitemap)

    def cursor(self) -> Mapping[str, object]:
        """When which page was read, and what its sitemap said of it then."""
        newest = sorted(self._read, key=lambda url: self._read[url][1])[-_MOST_REMEMBERED:]
        return {"pages": {url: self._read[url] for url in newest}} if newest else {}

    def parse_sitemap(self, response: Response) -> Iterator[Found]:
        """Further sitemaps and pages on the same host; after the last, the pages to read."""
        self._open -= 1
        fault: SourceMalformed | None = None
        try:
            yield from self._entries(response)
        except SourceMalformed as error:
            fault = error
        if not self._open:
            yield from self._chosen()
        if fault:
            raise fault

    def parse(self, response: Response) -> Iterator[Found]:
        """The posts of one page."""
        asked, name = response.context["page"], self._settings.name
        html = html_to_unicode(response.headers.get("content-type"), response.body)[1]
        if _forbids_indexing(html, response):
            yield Rejected(name, "noindex", response.url, "the page asks not to be indexed")
        else:
            yield from _posts(self._settings, html, response.url, self._now)
        self._read[asked] = [self._listed.get(asked, ""), self._now.isoformat()]

    def _entries(self, response: Response) -> Iterator[Request]:
        own = urlsplit(response.url).netloc
        for entry in sitemaps.entries(response.body, response.url):
            if urlsplit(entry.url).netloc != own:
                continue
            if entry.is_sitemap:
                yield from self._sitemap(entry.url)
            elif re.search(self._settings.match or "", entry.url):
                self._listed[entry.url] = entry.changed

    def _sitemap(self, url: str) -> Iterator[Request]:
        if url not in self._sitemaps and len(self._sitemaps) < _MOST_SITEMAPS:
            self._sitemaps.add(url)
            self._open += 1
            context = {"sitemap": url}
            yield Request(url, self.parse_sitemap, otherwise=self._no_sitemap, context=context)

    def _no_sitemap(self, status: int) -> Iterator[Found]:
        self._open -= 1
        if not self._open:
            yield from self._chosen()
        raise SourceUnreachable(f"a sitemap cannot be had: HTTP {status}")

    def _chosen(self) -> Iterator[Request]:
        due = [url for url, changed in self._listed.items() if self._is_due(url, changed)]
        due.sort(key=lambda url: self._read.get(url, ["", ""])[1])
        for url in due[: self._settings.pages_per_visit]:
            yield Request(url, self.parse, context={"page": url})

    def _is_due(self, url: str, changed: str) -> bool:
        return not changed or self._read.get(url, ["", ""])[0] != changed


def _posts(settings: SchemaOrgSettings, html: str, url: str, now: datetime) -> Iterator[Found]:
    """JSON-LD's, or else microdata's: sites that have both say the same twice."""

    def read(roots: list[Any]) -> list[Post | Rejected]:
        reader = NodeReader(settings.name, settings.language, url, Graph(roots), now)
        return list(reader.posts())

    blocks = list(json_ld(html))
    for block in blocks:
        if isinstance(block, BadBlock):
            yield Rejected(settings.name, "bad_json_ld", url, block.detail, block.raw)
    found = read([one for one in blocks if not isinstance(one, BadBlock)])
    if not any(isinstance(one, Post) for one in found):
        found += read(microdata(html, url))
    yield from found


def _forbids_indexing(html: str, response: Response) -> bool:
    said = [meta[2] for meta in _META.finditer(html[:_HEAD])]
    for line in response.headers.get("x-robots-tag", "").splitlines():
        agent = _AGENT.match(line)
        if agent is None or agent[1].lower() in {"boca", "unavailable_after"}:
            said.append(line[agent.end() :] if agent else line)
    return any(_NOINDEX.search(one) for one in said)


def _has_reviews(response: Response) -> bool:
    marks = (b'"Review"', b'"DiscussionForumPosting"', b'"QAPage"', b"schema.org/Review")
    return any(mark in response.body for mark in marks)


SIGNS = (
    Sign({"kind": "schema_org", "pages": ["{url}"]}, r"(?P<url>https?://\S+)", "", _has_reviews),
)
