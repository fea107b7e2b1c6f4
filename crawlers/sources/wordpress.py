"""WordPress: posts and threaded comments by its REST interface, or else by its feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from crawlers.pages import Found, Request, Response
from crawlers.reading.wordpress_items import COMMENT_FIELDS, POST_FIELDS, Items, items_of, rest_id
from crawlers.sources.feed import FeedSettings, FeedSource
from crawlers.sources.source import CommonSettings, Sign, WebAddress
from domain.posts import Census, Gone, Post, Rejected

_PAGE = 100  # the most that WordPress gives at once
_OVERLAP = timedelta(days=1)  # its "after" is local time: a day covers every zone
_MOST_REVISITED = 200
Reader = Callable[[Response], Iterator[Found]]


class WordPressSettings(CommonSettings):
    """Posts and comments of a WordPress site."""

    kind: Literal["wordpress"]
    url: WebAddress = Field(description="The site's address, such as https://blog.example.org.")
    revisit_days: int = Field(
        default=14,
        ge=0,
        le=365,
        description="How many days a thread is looked through whole for edits and deletions.",
    )


class WordPressSource:
    """New posts, then new comments, then every young thread whole.

    The cursor holds the newest times seen and the young threads by their last activity.
    """

    def __init__(
        self, settings: WordPressSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        self._name, self._pages = settings.name, _Pages(settings.url.rstrip("/"))
        self._since = (now - timedelta(days=settings.revisit_days)).isoformat()
        self._items = Items(settings.name, settings.language, now)
        self._newest: dict[str, str] = dict(cursor.get("newest") or {})
        self._threads: dict[str, str] = dict(cursor.get("threads") or {})
        self._roots: set[str] = set(cursor.get("roots") or ())
        self._known = sorted(self._threads, key=self._threads.__getitem__)[-_MOST_REVISITED:]
        self._feeds = _Feeds(settings, cursor.get("feed") or {}, now)

    def requests(self) -> Iterator[Request]:
        """The posts changed since the last visit."""
        query = {"orderby": "modified", "order": "asc", "_embed": "author", "_fields": POST_FIELDS}
        query |= self._after("modified_after", "modified_gmt")
        yield self._pages.first("posts", query, self.parse_posts, otherwise=self._feeds.requests)

    def cursor(self) -> Mapping[str, object]:
        """The newest times seen, and the young threads."""
        young = {thread: at for thread, at in self._threads.items() if at >= self._since}
        state: dict[str, object] = {
            "newest": dict(self._newest),
            "threads": young,
            "roots": sorted(self._roots & young.keys()),
            "feed": self._feeds.cursor(),
        }
        return {key: value for key, value in state.items() if value}

    def parse_posts(self, response: Response) -> Iterator[Found]:
        """A page of posts, then the next one, or the new comments after the last."""
        for item in items_of(response):
            yield self._noted(self._items.post(item, response.url), item, "modified_gmt")
            self._roots.add(str(item.get("id")))
        query = {"orderby": "date_gmt", "order": "asc", "_fields": COMMENT_FIELDS}
        query |= self._after("after", "date_gmt")
        following = self._pages.after(response, self.parse_posts)
        yield following or self._pages.first("comments", query, self.parse_comments)

    def parse_comments(self, response: Response) -> Iterator[Found]:
        """A page of new comments, then the next one, or the threads to look through."""
        for item in items_of(response):
            yield self._noted(self._items.comment(item, response.url), item, "date_gmt")
        following = self._pages.after(response, self.parse_comments)
        if following:
            yield following
            return
        for start in range(0, len(self._known), _PAGE):
            threads = self._known[start : start + _PAGE]
            query = {"include": ",".join(threads), "_fields": "id"}
            yield self._pages.first("posts", query, self.parse_known, threads=threads)

    def parse_known(self, response: Response) -> Iterator[Found]:
        """Which of the young threads' posts are still there; each one's comments follow.

        Comments stand below pages, too, which this listing never shows: only what was once
        shown as a post can be missing.
        """
        shown = {str(item.get("id")) for item in items_of(response)}
        for thread in response.context["threads"]:
            if thread in self._roots - shown:
                self._threads.pop(thread, None)
                yield Gone(self._name, f"post-{thread}")
                yield Census(self._name, f"post-{thread}", frozenset())
            else:
                query = {"post": thread, "order": "asc", "_fields": COMMENT_FIELDS}
                context: dict[str, Any] = {"thread": thread, "seen": ()}
                yield self._pages.first("comments", query, self.parse_thread, **context)

    def parse_thread(self, response: Response) -> Iterator[Found]:
        """A page of one thread; after the last, the census, if nothing moved meanwhile."""
        items = items_of(response)
        for item in items:
            yield self._noted(self._items.comment(item, response.url), item, None)
        seen = {*response.context["seen"], *(f"comment-{item.get('id')}" for item in items)}
        following = self._pages.after(response, self.parse_thread, seen=tuple(seen))
        if following:
            yield following
        elif response.headers.get("x-wp-total") == str(len(seen)):
            root = f"post-{response.context['thread']}"
            yield Census(self._name, root, frozenset({root, *seen}))

    def _noted(self, post: Post | Rejected, item: Mapping[str, Any], time: str | None) -> Found:
        """Remembers how far a listing was read, and which thread lives."""
        if time is not None:
            self._newest[time] = max(self._newest.get(time, ""), str(item.get(time) or ""))
        if isinstance(post, Post):
            root, at = post.root.removeprefix("post-"), post.created_at.isoformat()
            self._threads[root] = max(self._threads.get(root, ""), at)
        return post

    def _after(self, parameter: str, time: str) -> dict[str, str]:
        newest = self._newest.get(time)
        if not newest:
            return {}
        return {parameter: (datetime.fromisoformat(newest) - _OVERLAP).isoformat()[:19]}


class _Pages:
    """The pages of listings, one after the other: what each asks for is in its context."""

    def __init__(self, site: str) -> None:
        self._site = site

    def first(
        self, what: str, query: dict[str, str], then: Reader, otherwise: Any = None, **context: Any
    ) -> Request:
        """The first page of a listing, or with ``page`` a later one."""
        context |= {"what": what, "query": query, "page": context.get("page", 1)}
        full = urlencode(query | {"per_page": _PAGE, "page": context["page"]}, safe=",:")
        url = f"{self._site}/wp-json/wp/v2/{what}?{full}"
        return Request(url, then, otherwise=otherwise, context=context)

    def after(self, response: Response, then: Reader, **changed: Any) -> Request | None:
        """The page after this one; none after the last."""
        context = dict(response.context) | changed
        pages = response.headers.get("x-wp-totalpages", "")
        if not pages.isdecimal() or context["page"] >= int(pages):
            return None
        what, query = context.pop("what"), context.pop("query")
        return self.first(what, query, then, **context | {"page": context["page"] + 1})


class _Feeds:
    """The way round where REST is closed: fewer posts, and not who answers whom."""

    def __init__(
        self, settings: WordPressSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        feed = FeedSettings(
            kind="feed",
            name=settings.name,
            language=settings.language,
            url=f"{settings.url.rstrip('/')}/feed/",
        )
        self._source = FeedSource(feed, cursor, now)
        self.cursor = self._source.cursor

    def requests(self, status: int) -> Iterator[Found]:
        """The feed of posts, whatever kept the REST interface from answering."""
        yield from self._renamed(self._source.requests())

    def _renamed(self, found: Iterator[Found]) -> Iterator[Found]:
        for one in found:
            if isinstance(one, Post):
                parent, thread = rest_id(one.parent), rest_id(one.thread)
                own = rest_id(one.external_id) or one.external_id
                yield replace(one, external_id=own, parent=parent, thread=thread)
            elif isinstance(one, Request):
                yield replace(one, then=self._reader(one.then))
            else:
                yield one

    def _reader(self, then: Reader) -> Reader:
        return lambda response: self._renamed(then(response))


def _is_wordpress(response: Response) -> bool:
    return b"wp/v2" in response.body and b"namespaces" in response.body


SIGNS = (Sign({"kind": "wordpress", "url": "{site}"}, path="/wp-json/", shows=_is_wordpress),)
