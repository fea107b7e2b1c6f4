"""Feeds read when they have changed, and posts made of their entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from crawlers.markup import plain
from crawlers.moments import AbsurdTime
from crawlers.notices import is_notice
from crawlers.pages import Found, Request, Response
from crawlers.reading.shown import Entry, Shown, dated
from crawlers.reading.sites import entries
from crawlers.reading.sites.marks import beside, looking
from crawlers.sources.source import CommonSettings
from domain.posts import Engagement, Gone, Post, PostKind, Rejected

FIRST_SEEN = {"time": "first seen"}  # the label of a post whose source tells no time
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


class Feeds:
    """The feeds of one source: what was seen of each, so that only changes are read."""

    def __init__(self, settings: CommonSettings, cursor: Mapping[str, Any], now: datetime) -> None:
        self._settings, self._now = settings, now
        self._seen: dict[str, dict[str, str]] = dict(cursor.get("seen") or {})
        self.shown = Shown(cursor.get("shown"))

    def ask(self, url: str, then: Callable[[Response], Iterator[Found]], **context: Any) -> Request:
        """A feed, if it has changed."""
        headers = {str(key): str(value) for key, value in self._seen.get(url, {}).items()}
        return Request(url, then, context={**context, "feed": url}, headers=headers)

    def entries(self, response: Response) -> list[Any]:
        """The entries of a feed that was asked for; none where it has not changed."""
        if response.status == 304:
            return []
        found = entries.entries_of(response)
        headers = response.headers
        self._seen[response.context.get("feed", response.url)] = {
            sent: headers[name] for name, sent in _VALIDATORS.items() if name in headers
        }
        return found

    def state(self, leave_out: set[str] | frozenset[str] = frozenset()) -> dict[str, Any]:
        """The validators of what was read, and what it showed, as the cursor keeps them."""
        seen = {url: value for url, value in self._seen.items() if value and url not in leave_out}
        state = {"seen": seen, "shown": self.shown.state()}
        return {key: value for key, value in state.items() if value}

    def missed(self, response: Response, told: Sequence[Post | Rejected]) -> Iterator[Request]:
        """Asks for what a feed no longer shows between its ends: 404 and 410 say that it is gone.

        A feed may be somebody's choice, so that its silence alone proves nothing. Nor does the
        page of a comment answer for it (``page#comment-7``): there its neighbours must stand.
        """
        feed = response.context.get("feed", response.url)
        for one in self.lost(response, told):
            gone = Gone(self._settings.name, one.external_id)
            page, _, mark = one.url.partition("#")
            near = beside(one, self.shown.standing(feed)) if mark else None
            if page.startswith(("http://", "https://")) and bool(mark) == bool(near):
                then = looking(gone, one, near) if near else lambda answer: iter(())
                yield Request(page, then, proven(gone))

    def lost(self, response: Response, told: Sequence[Post | Rejected]) -> list[Entry]:
        """What a feed lacks for the second time."""
        feed = response.context.get("feed", response.url)
        if response.status == 304:
            return self.shown.unchanged(feed)
        sound = all(isinstance(one, Post) for one in told)
        timed = [one for one in told if getattr(one, "labels", {}) != FIRST_SEEN]
        return self.shown.look(feed, dated(timed), sound)

    def comments(self, response: Response) -> list[Post | Rejected]:
        """The comments of a feed that was asked for with its ``root``, and on each other."""
        root = response.context["root"]
        return [
            self.post(one, PostKind.COMMENT, parent=entries.parent(one) or root, thread=root)
            for one in self.entries(response)
        ]

    def post(self, entry: Any, kind: PostKind, **fields: Any) -> Post | Rejected:
        """The post of an entry. ``fields`` say what the connector knows better than the feed."""
        text, quoted = entries.words(entry)
        title = "" if fields.get("thread") else plain(entry.get("title") or "")[0]
        name, where = self._settings.name, str(entry.get("id") or entry.get("link") or "")
        if not (text or title or quoted):
            return Rejected(name, "empty", where or name, "an entry without words")
        if is_notice(fields.get("text", text)):
            return Rejected(name, "notice", where or name, "a notice where the text should be")
        try:
            at = entries.moment(entry, self._now)
        except AbsurdTime as error:
            return Rejected(name, "absurd_time", where or name, str(error), text[:2000])
        made: dict[str, Any] = {
            "external_id": where or entries.digest(title + text),
            "text": text,
            "title": title,
            "author": entries.author(entry, name),
            "quoted_text": quoted,
            "labels": {} if at else FIRST_SEEN,
            **fields,
        }
        return Post(
            source=name,
            kind=kind,
            created_at=at or self._now,
            url=entry.get("link"),
            language=self._settings.language,
            engagement=Engagement(replies=entries.count(entry)),
            fetched_at=self._now,
            **made,
        )


def proven(gone: Gone) -> Callable[[int], Iterator[Found]]:
    """What an answer without a page proves: 404 and 410 that something is gone."""
    return lambda status: iter([gone] if status in {404, 410} else [])


def on_host(url: str, base: str) -> str:
    """The URL, moved to the host and port of another one, which is known to answer."""
    own, parts = urlsplit(base), urlsplit(url)
    return urlunsplit((own.scheme, own.netloc, parts.path, parts.query, ""))


def is_feed(response: Response) -> bool:
    """Whether an answer looks like a feed."""
    head = response.body[:2000].lower()
    return response.status < 300 and any(tag in head for tag in (b"<rss", b"<feed", b"<rdf:rdf"))
