"""Entries of Reddit's feeds: posts (t3) and comments (t1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawlers.markup import plain
from crawlers.pages import Found, Request, Response
from crawlers.reading.shown import Entry
from crawlers.reading.sites.entries import entries_of
from crawlers.reading.sites.feeds import Feeds, proven
from domain.people import Author
from domain.posts import Gone, Post, PostKind, Rejected

_DELETED = frozenset(
    {"[deleted]", "[removed]", "[deleted by user]", "[removed by reddit]", "[ removed by reddit ]"}
)
_ROOT = re.compile(r"/comments/(\w+)")
_BODY = re.compile(r"<!-- SC_OFF -->(.*?)<!-- SC_ON -->", re.DOTALL)


def read(feeds: Feeds, entry: Any, source: str) -> Post | Rejected | Gone:
    """The post of an entry, without what the feed adds around its words; gone if it says so."""
    # The parser takes an id for a relative address, and completes it.
    link, external_id = str(entry.get("link") or ""), str(entry.get("id") or "").rpartition("/")[2]
    above = _ROOT.search(link)
    is_comment = external_id.startswith("t1_")
    root = f"t3_{above[1]}" if is_comment and above else None
    text, quoted = _words(entry)
    if external_id and text.strip().lower() in _DELETED:
        return Gone(source, external_id)
    tags = entry.get("tags") or [{}]
    return feeds.post(
        entry,
        PostKind.COMMENT if is_comment else PostKind.POST,
        external_id=external_id or link,
        text=text,
        quoted_text=quoted,
        author=_author(entry, source),
        parent=root,
        thread=root,
        labels={"community": tags[0].get("term") or ""},
    )


def alone(feeds: Feeds, lost: Entry, source: str) -> Request:
    """Asks the feed of one post or comment: 404, 410 and "[deleted]" say that it is gone."""
    gone = Gone(source, lost.external_id)

    def look(page: Response) -> Iterator[Found]:
        found = (read(feeds, entry, source) for entry in entries_of(page))
        yield from (one for one in found if one == gone)

    return Request(f"{lost.url.rstrip('/')}/.rss", look, proven(gone))


def _words(entry: Any) -> tuple[str, str]:
    parts = entry.get("content") or [entry.get("summary_detail") or {}]
    body = _BODY.search(parts[0].get("value") or "")
    return plain(body[1]) if body else ("", "")


def _author(entry: Any, source: str) -> Author | None:
    detail = entry.get("author_detail") or {}
    name = str(detail.get("name") or entry.get("author") or "").removeprefix("/u/").strip()
    nobody = not name or name in _DELETED
    return None if nobody else Author(source, name, name, detail.get("href"))
