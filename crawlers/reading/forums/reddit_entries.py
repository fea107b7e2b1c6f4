"""Entries of Reddit's feeds: posts (t3) and comments (t1)."""

from __future__ import annotations

import re
from typing import Any

from crawlers.markup import plain
from crawlers.reading.sites.feeds import Feeds
from domain.people import Author
from domain.posts import Post, PostKind, Rejected

_ROOT = re.compile(r"/comments/(\w+)")
_BODY = re.compile(r"<!-- SC_OFF -->(.*?)<!-- SC_ON -->", re.DOTALL)


def read(feeds: Feeds, entry: Any, source: str) -> Post | Rejected:
    """The post of an entry, without what the feed adds around its words."""
    # The parser takes an id for a relative address, and completes it.
    link, external_id = str(entry.get("link") or ""), str(entry.get("id") or "").rpartition("/")[2]
    above = _ROOT.search(link)
    is_comment = external_id.startswith("t1_")
    root = f"t3_{above[1]}" if is_comment and above else None
    text, quoted = _words(entry)
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


def _words(entry: Any) -> tuple[str, str]:
    parts = entry.get("content") or [entry.get("summary_detail") or {}]
    body = _BODY.search(parts[0].get("value") or "")
    return plain(body[1]) if body else ("", "")


def _author(entry: Any, source: str) -> Author | None:
    detail = entry.get("author_detail") or {}
    name = str(detail.get("name") or entry.get("author") or "").removeprefix("/u/").strip()
    return Author(source, name, name, detail.get("href")) if name else None
