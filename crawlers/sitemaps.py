"""Sitemaps: the pages and further sitemaps that they list, read within limits."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from crawlers.pages import Response
from domain.errors import SourceMalformed

LARGEST = 50 * 1024 * 1024  # unpacked, as the sitemap protocol has it
MOST_ENTRIES = 50_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A page, or a further sitemap, and when it last changed, as written there."""

    url: str
    changed: str
    is_sitemap: bool


def entries(body: bytes, where: str) -> Iterator[Entry]:
    """The entries of a sitemap or a sitemap index, plain or gzipped.

    Raises SourceMalformed for what is neither, after the entries before the fault.
    """
    count = 0
    try:
        for _, element in iterparse(BytesIO(_unpacked(body, where)), forbid_dtd=True):
            name = _name(element)
            if name in {"url", "sitemap"}:
                yield from _entry(element, is_sitemap=name == "sitemap")
                element.clear()
                count += 1
            if count >= MOST_ENTRIES:
                return
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SourceMalformed(f"not a sitemap: {error}", where=where) from error


def is_sitemap(response: Response) -> bool:
    """Whether an answer looks like a sitemap or a sitemap index."""
    head = response.body[:2000]
    return response.status < 300 and (b"<urlset" in head or b"<sitemapindex" in head)


def _entry(element: Element, *, is_sitemap: bool) -> Iterator[Entry]:
    found = {_name(child): (child.text or "").strip() for child in element}
    if found.get("loc"):
        yield Entry(found["loc"], found.get("lastmod", ""), is_sitemap)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _unpacked(body: bytes, where: str) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        unpacked = zlib.decompressobj(31).decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise SourceMalformed(f"a broken gzip: {error}", where=where) from error
    if len(unpacked) > LARGEST:
        raise SourceMalformed(f"unpacks to more than {LARGEST} bytes", where=where)
    return unpacked
