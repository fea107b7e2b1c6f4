"""Entries of RSS and Atom feeds, read out of bytes from anywhere."""

from __future__ import annotations

import calendar
import hashlib
import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from crawlers.markup import plain
from crawlers.moments import AbsurdTime, plausible
from crawlers.pages import Response
from domain.errors import SourceMalformed
from domain.people import Author

_ELEMENT = re.compile(rb"<[A-Za-z]")


def entries_of(response: Response) -> list[Any]:
    """The entries of a feed; raises SourceMalformed for what is none."""
    import feedparser

    _refuse_doctype(response)
    headers = {
        "content-type": response.headers.get("content-type", "application/xml"),
        "content-location": response.url,
    }
    try:
        feed = feedparser.parse(BytesIO(response.body), response_headers=headers)
    except Exception as error:  # feedparser raises all sorts of things on broken markup
        raise SourceMalformed(f"not a feed: {error}", where=response.url) from error
    if not feed.entries and not feed.get("version"):
        raise SourceMalformed(f"not a feed: {feed.get('bozo_exception')}", where=response.url)
    return list(feed.entries)


def _refuse_doctype(response: Response) -> None:
    """A document type can declare entities that grow without end; no feed needs one."""
    head = response.body[:65_536].replace(b"\0", b"")
    element = _ELEMENT.search(head)
    if element is None:
        raise SourceMalformed("not a feed: it begins with no element", where=response.url)
    prolog = head[: element.start()].upper()
    if b"<!DOCTYPE" in prolog or b"<!ENTITY" in prolog:
        raise SourceMalformed("a feed with a DOCTYPE is refused", where=response.url)


def words(entry: Any) -> tuple[str, str]:
    """What an entry says, and what it quotes."""
    parts = entry.get("content") or [entry.get("summary_detail") or {}]
    value, kind = parts[0].get("value") or "", parts[0].get("type") or "text/html"
    return (value.strip(), "") if kind == "text/plain" else plain(value)


def moment(entry: Any, now: datetime) -> datetime | None:
    """When it was published; raises AbsurdTime where nobody can have written it then."""
    # Not entry.get: where both are missing or empty, feedparser looks the one up for the other.
    parsed = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    if parsed is None:
        return None
    try:
        return plausible(datetime.fromtimestamp(calendar.timegm(parsed), UTC), now)
    except (OverflowError, OSError, ValueError) as error:
        raise AbsurdTime(str(error)) from error


def author(entry: Any, source: str) -> Author | None:
    """Known by address of a page, or else by name; never by e-mail."""
    detail = entry.get("author_detail") or {}
    name = (detail.get("name") or entry.get("author") or "").strip()
    url = detail.get("href")
    if not name or "@" in name:
        name = name.partition("@")[0]
    return Author(source, url or name, name, url=url) if url or name else None


def parent(entry: Any) -> str | None:
    """The entry that it answers, where the feed says so."""
    return (entry.get("thr_in-reply-to") or {}).get("ref")


def count(entry: Any) -> int | None:
    """How many comments it has, where the feed says so."""
    value = str(entry.get("slash_comments") or entry.get("thr_total") or "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


def digest(text: str) -> str:
    """An id for an entry that has none."""
    return "entry-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
