"""RSS and Atom feeds, and the comment feeds that they name."""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit, urlunsplit

from pydantic import Field

from crawlers.markup import plain
from crawlers.moments import AbsurdTime, plausible
from crawlers.pages import Found, Request, Response
from crawlers.sources.source import CommonSettings, Sign, WebAddress
from domain.errors import SourceMalformed
from domain.people import Author
from domain.posts import Engagement, Post, PostKind, Rejected

FIRST_SEEN = {"time": "first seen"}  # the label of a post whose source tells no time
_ELEMENT = re.compile(rb"<[A-Za-z]")


class FeedSettings(CommonSettings):
    """Posts from an RSS or Atom feed, with their comments where it names comment feeds."""

    kind: Literal["feed"]
    url: WebAddress = Field(description="The feed's address.")
    entries: PostKind = Field(
        default=PostKind.POST, description="What an entry is: post, comment, review, question ..."
    )
    comments: bool = Field(
        default=True, description="Whether to follow the comment feeds of entries."
    )


class FeedSource:
    """Reads a feed when it has changed, then the comment feeds whose count has changed."""

    def __init__(self, settings: FeedSettings, cursor: Mapping[str, Any], now: datetime) -> None:
        self._settings, self._now = settings, now
        self._seen: dict[str, Any] = dict(cursor.get("seen") or {})
        self._counts: dict[str, int] = dict(cursor.get("counts") or {})
        self._open: set[str] = set()

    def requests(self) -> Iterator[Request]:
        """The feed, if it has changed."""
        url = self._settings.url
        yield Request(url, self.parse, headers=_conditions(self._seen.get(url)))

    def cursor(self) -> Mapping[str, object]:
        """The validators of what was read; the feed's own only once its comments are, too."""
        unfinished = {self._settings.url} if self._open else set()
        seen = {url: value for url, value in self._seen.items() if value and url not in unfinished}
        return {"seen": seen, "counts": dict(self._counts)} if seen or self._counts else {}

    def parse(self, response: Response) -> Iterator[Found]:
        """Entries, and the comment feeds to follow."""
        if response.status == 304:
            return
        for entry in _entries(response):
            post = self._post(entry, self._settings.entries, None)
            yield post
            if self._settings.comments and isinstance(post, Post):
                yield from self._comments(entry, post, response.url)
        self._remember(self._settings.url, response)

    def parse_comments(self, response: Response) -> Iterator[Found]:
        """The comments on one entry."""
        asked, root = response.context["feed"], response.context["root"]
        if response.status != 304:
            for entry in _entries(response):
                yield self._post(entry, PostKind.COMMENT, root)
            self._remember(asked, response)
        if response.context["count"] is not None:
            self._counts[asked] = response.context["count"]
        self._open.discard(asked)

    def _remember(self, url: str, response: Response) -> None:
        names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
        headers = response.headers
        self._seen[url] = {sent: headers[name] for name, sent in names.items() if name in headers}

    def _comments(self, entry: Any, post: Post, base: str) -> Iterator[Request]:
        link = entry.get("wfw_commentrss")
        if not link:
            return
        url, count = on_host(urljoin(base, link), base), post.engagement.replies
        if count == 0 or (count is not None and self._counts.get(url) == count):
            return
        self._open.add(url)
        context = {"feed": url, "root": post.external_id, "count": count}
        headers = _conditions(self._seen.get(url))
        yield Request(url, self.parse_comments, context=context, headers=headers)

    def _post(self, entry: Any, kind: PostKind, root: str | None) -> Post | Rejected:
        text, quoted = _words(entry)
        title = "" if root else plain(entry.get("title") or "")[0]
        name, where = self._settings.name, str(entry.get("id") or entry.get("link") or "")
        if not (text or title or quoted):
            return Rejected(name, "empty", where, "an entry without words")
        try:
            at = _moment(entry, self._now)
        except AbsurdTime as error:
            return Rejected(name, "absurd_time", where, str(error), text[:2000])
        return Post(
            source=name,
            external_id=where or _digest(title + text),
            kind=kind,
            text=text,
            created_at=at or self._now,
            author=_author(entry, name),
            parent=_parent(entry) or root,
            thread=root,
            title=title,
            url=entry.get("link"),
            language=self._settings.language,
            engagement=Engagement(replies=_count(entry)),
            quoted_text=quoted,
            labels={} if at else FIRST_SEEN,
            fetched_at=self._now,
        )


def on_host(url: str, base: str) -> str:
    """The URL, moved to the host and port of another one, which is known to answer."""
    own, parts = urlsplit(base), urlsplit(url)
    return urlunsplit((own.scheme, own.netloc, parts.path, parts.query, ""))


def _entries(response: Response) -> list[Any]:
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


def _words(entry: Any) -> tuple[str, str]:
    parts = entry.get("content") or [entry.get("summary_detail") or {}]
    value, kind = parts[0].get("value") or "", parts[0].get("type") or "text/html"
    return (value.strip(), "") if kind == "text/plain" else plain(value)


def _moment(entry: Any, now: datetime) -> datetime | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if parsed is None:
        return None
    try:
        return plausible(datetime.fromtimestamp(calendar.timegm(parsed), UTC), now)
    except (OverflowError, OSError, ValueError) as error:
        raise AbsurdTime(str(error)) from error


def _author(entry: Any, source: str) -> Author | None:
    """Known by address of a page, or else by name; never by e-mail."""
    detail = entry.get("author_detail") or {}
    name = (detail.get("name") or entry.get("author") or "").strip()
    url = detail.get("href")
    if not name or "@" in name:
        name = name.partition("@")[0]
    return Author(source, url or name, name, url=url) if url or name else None


def _parent(entry: Any) -> str | None:
    return (entry.get("thr_in-reply-to") or {}).get("ref")


def _count(entry: Any) -> int | None:
    value = str(entry.get("slash_comments") or entry.get("thr_total") or "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


def _digest(text: str) -> str:
    return "entry-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _conditions(validators: Any) -> dict[str, str]:
    return {str(key): str(value) for key, value in (validators or {}).items()}


def _is_feed(response: Response) -> bool:
    head = response.body[:2000].lower()
    return response.status < 300 and any(tag in head for tag in (b"<rss", b"<feed", b"<rdf:rdf"))


SIGNS = (Sign({"kind": "feed", "url": "{url}"}, r"(?P<url>https?://\S+)", "", _is_feed),)
