"""The base of connectors to JSON interfaces: what they ask, and how far they have read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from crawlers.pages import Found, Request
from crawlers.reading.newest import Newest
from crawlers.reading.page import Page, Reader
from crawlers.reading.posts import Posts
from crawlers.reading.shown import Shown, dated
from crawlers.sources.source import CommonSettings
from domain.errors import SourceUnreachable
from domain.posts import Census, Gone, Post, Rejected

S = TypeVar("S", bound=CommonSettings)
Query = Mapping[str, object]
Following = Callable[[Page], Query | str | None]
"""What a page says of the next one: what changes in the query, its whole URL, or its end."""


def next_number(page: Page) -> Query:
    """The next page by its number, as most interfaces have it."""
    return {"page": page.number + 1}


class ApiSource(Generic[S]):
    """What every connector to an interface has: settings, posts, cursor, pages.

    A connector defines ``requests``, and ``thread`` and ``missing`` where its place can
    show one thread, or one post. ``kept`` holds whatever else it wants to remember.
    """

    overlap = timedelta(hours=1)  # how much further back the next visit looks

    def __init__(self, settings: S, cursor: Mapping[str, Any], now: datetime) -> None:
        self.settings, self.now = settings, now
        self.posts = Posts(settings.name, settings.language, now)
        self.newest = Newest(cursor.get("newest"), now, self.overlap)
        self.shown = Shown(cursor.get("shown"))
        self.kept: dict[str, Any] = dict(cursor.get("kept") or {})

    def cursor(self) -> Mapping[str, object]:
        """How far each listing was read, what it showed, and what else was kept."""
        shown = self.shown.state()
        state = {"newest": self.newest.state(), "shown": shown, "kept": dict(self.kept)}
        return {key: value for key, value in state.items() if value}

    def ask(
        self,
        url: str,
        read: Reader,
        query: Query | None = None,
        *,
        otherwise: Callable[[int], Iterator[Found]] | None = None,
        headers: Mapping[str, str] | None = None,
        wait: float = 0.0,
        body: bytes | None = None,
        absent: tuple[bytes, ...] = (),
        about: str = "",
        **context: Any,
    ) -> Request:
        """A page to ask for; what is in ``context`` comes back as ``page.context``.

        One address is asked once a visit by the same reader, or ``about`` the same thread.
        """
        given = {key: value for key, value in (query or {}).items() if value not in (None, "")}
        full = f"{url}?{urlencode(given, doseq=True, safe=',:;')}" if given else url
        call = _Call(read, about or read)
        return Request(full, call, otherwise, context, headers or {}, wait, body, absent)

    def listing(
        self,
        name: str,
        url: str,
        read: Reader,
        query: Query | None = None,
        *,
        following: Following = next_number,
        most: int = 20,
        **asked: Any,
    ) -> Request:
        """The first page of a listing, newest first; the others follow by themselves.

        It ends where a page shows nothing newer than the last visit, where ``following``
        gives no query for the next page, or after ``most`` pages. Posts tell their age
        themselves; for what becomes none, call ``self.passed(name, times)``.
        """

        def step(page: Page) -> Iterator[Found]:
            for one in read(page):
                if isinstance(one, Post):
                    self.newest.saw(name, one.created_at)
                yield one
            fresh = self.newest.take_fresh(name)
            more = following(page) if fresh and page.number < most else None
            if more is None:
                self.newest.settle(name)
            else:
                again = {**asked, **page.context, "number": page.number + 1}
                yield self.ask(*_next(url, step, query, more), **again)

        return self.ask(url, step, query, **asked)

    def whole(
        self,
        root: str,
        url: str,
        read: Reader,
        query: Query | None = None,
        *,
        following: Following = lambda page: None,
        most: int = 200,
        counted: Callable[[Page], int | None] = lambda page: None,
        alone: bool = False,
        **asked: Any,
    ) -> Request:
        """The first page of a whole thread; after the last one comes its census.

        There is none where an item could not be read, or the thread has more than ``most``
        pages, or not as many items as the site has ``counted``: what was not seen must not
        be taken for gone. A thread whose root stands ``alone`` is gone without any post.
        """

        def step(page: Page) -> Iterator[Found]:
            seen, sound = set(page.context.get("seen", ())), page.context.get("sound", True)
            for one in read(page):
                if isinstance(one, Post):
                    seen.add(one.external_id)
                sound = sound and not isinstance(one, Rejected)
                yield one
            more = following(page)
            if more is not None and page.number < most:
                context = {"seen": frozenset(seen), "sound": sound, "number": page.number + 1}
                again = {**asked, **page.context, **context}
                yield self.ask(*_next(url, step, query, more), about=root, **again)
            elif more is None and sound and alone and not seen:
                yield from self.vanished(root)(404)
            elif more is None and sound and counted(page) in (None, len(seen)):
                yield self.census(root, seen)

        return self.ask(url, step, query, about=root, **asked)

    def passed(self, listing: str, *times: object) -> bool:
        """Notes when an item of a listing was written or moved; whether that is of interest.

        The first time that can be read counts. An item without any is of interest, but says
        nothing of how far the listing was read.
        """
        at = self.posts.activity(*times)
        return at is None or self.newest.saw(listing, at)

    def shows(self, listing: str, told: Iterable[Post | Rejected]) -> Iterator[Found]:
        """A page of a listing by the last change, complete between its ends.

        Its posts; how far it goes back is noted, and what it shows no more is gone.
        """
        told = list(told)
        yield from told
        for one in told:
            if isinstance(one, Post):
                self.newest.saw(listing, one.edited_at or one.created_at)
        sound = all(isinstance(one, Post) for one in told)
        for lost in self.shown.look(listing, dated(told), sound):
            yield Gone(self.settings.name, lost.external_id)

    def vanished(self, external_id: str) -> Callable[[int], Iterator[Found]]:
        """What to make of a thread that cannot be had: 404 and 410 say that it is gone."""

        def told(status: int) -> Iterator[Found]:
            if status not in {404, 410}:
                raise SourceUnreachable(f"HTTP {status}", where=external_id)
            yield Gone(self.settings.name, external_id)
            yield Census(self.settings.name, external_id, frozenset())

        return told

    def census(self, root: str, external_ids: set[str]) -> Census:
        """All that a thread shows now, its root among it."""
        return Census(self.settings.name, root, frozenset({root, *external_ids}))


def _next(
    url: str, read: Reader, query: Query | None, more: Query | str
) -> tuple[str, Reader, Query | None]:
    return (more, read, None) if isinstance(more, str) else (url, read, {**(query or {}), **more})


class _Call:
    """A reader of pages as a callback for responses; equal where what it is for is."""

    def __init__(self, read: Reader, purpose: object) -> None:
        self._read, self._purpose = read, purpose

    def __call__(self, response: Any) -> Iterator[Found]:
        return self._read(Page(response))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Call) and other._purpose == self._purpose

    def __hash__(self) -> int:
        return hash(self._purpose)
