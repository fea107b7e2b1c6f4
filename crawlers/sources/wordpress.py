"""WordPress: posts and threaded comments by its REST interface, or else by its feeds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from crawlers.markup import plain
from crawlers.moments import AbsurdTime, plausible
from crawlers.pages import Found, Request, Response
from crawlers.sources.feed import FeedSettings, FeedSource
from crawlers.sources.source import CommonSettings, WebAddress
from domain.errors import SourceMalformed
from domain.people import Author
from domain.posts import Census, Gone, Post, PostKind, Rejected

_PAGE = 100  # the most that WordPress gives at once
_OVERLAP = timedelta(days=1)  # its "after" is local time: a day covers every zone
_MOST_REVISITED = 200
_GUID = re.compile(r"[?&]p=(\d+)(?:#comment-(\d+))?$|#comment-(\d+)$")
_POST_FIELDS = "id,date_gmt,modified_gmt,link,title,content,author,_links,_embedded"
_COMMENT_FIELDS = "id,post,parent,author,author_name,author_url,date_gmt,content,link"


class WordPressSettings(CommonSettings):
    """Posts and comments of a WordPress site."""

    kind: Literal["wordpress"]
    url: WebAddress = Field(description="The site's address, such as https://blog.example.org.")
    revisit_days: int = Field(
        14, ge=0, le=365, description="How long threads are looked through for edits and deletions."
    )


class WordPressSource:
    """New posts, then new comments, then every young thread whole.

    The cursor holds the newest times seen and the young threads by their last activity.
    """

    def __init__(
        self, settings: WordPressSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        self._settings, self._now = settings, now
        self._base = settings.url.rstrip("/")
        self._posts: str | None = cursor.get("posts")
        self._comments: str | None = cursor.get("comments")
        self._threads: dict[str, str] = dict(cursor.get("threads") or {})
        self._known = sorted(self._threads, key=lambda key: self._threads[key])[-_MOST_REVISITED:]
        feed = FeedSettings(kind="feed", name=settings.name, url=f"{self._base}/feed/")
        self._feed = FeedSource(feed, cursor.get("feed") or {}, now)

    def requests(self) -> Iterator[Request]:
        """The posts changed since the last visit."""
        query = {"orderby": "modified", "order": "asc", "_embed": "author"}
        if self._posts:
            query["modified_after"] = _before(self._posts)
        query["_fields"] = _POST_FIELDS
        yield self._page("posts", query, self.parse_posts, otherwise=self._fall_back)

    def cursor(self) -> Mapping[str, object]:
        """The newest times seen, and the young threads."""
        since = (self._now - timedelta(days=self._settings.revisit_days)).isoformat()
        young = {thread: at for thread, at in self._threads.items() if at >= since}
        state = {"posts": self._posts, "comments": self._comments, "threads": young}
        return {key: value for key, value in state.items() if value} | self._feed_state()

    def parse_posts(self, response: Response) -> Iterator[Found]:
        """A page of posts, then the next one, or the new comments after the last."""
        for item in _items(response):
            yield self._read(item, self._post, response)
            self._posts = max(self._posts or "", str(item.get("modified_gmt") or ""))
        following = self._next(response, self.parse_posts)
        query = {"orderby": "date_gmt", "order": "asc", "_fields": _COMMENT_FIELDS}
        if self._comments:
            query["after"] = _before(self._comments)
        yield following or self._page("comments", query, self.parse_comments)

    def parse_comments(self, response: Response) -> Iterator[Found]:
        """A page of new comments, then the next one, or the threads to look through."""
        for item in _items(response):
            yield self._read(item, self._comment, response)
            self._comments = max(self._comments or "", str(item.get("date_gmt") or ""))
        following = self._next(response, self.parse_comments)
        if following:
            yield following
        elif self._known:
            yield from self._revisits()

    def parse_known(self, response: Response) -> Iterator[Found]:
        """Which of the young threads' posts are still there; each one's comments follow."""
        shown = {str(item.get("id")) for item in _items(response)}
        for thread in response.context["threads"]:
            if thread not in shown:
                self._threads.pop(thread, None)
                yield Gone(self._settings.name, f"post-{thread}")
                yield Census(self._settings.name, f"post-{thread}", frozenset())
                continue
            query = {"post": thread, "orderby": "id", "order": "asc", "_fields": _COMMENT_FIELDS}
            yield self._page("comments", query, self.parse_thread, thread=thread, seen=())

    def parse_thread(self, response: Response) -> Iterator[Found]:
        """A page of one thread; after the last, the census, if nothing moved meanwhile."""
        items = _items(response)
        for item in items:
            yield self._read(item, self._comment, response)
        seen = {*response.context["seen"], *(f"comment-{item.get('id')}" for item in items)}
        following = self._next(response, self.parse_thread, seen=tuple(seen))
        if following:
            yield following
        elif response.headers.get("x-wp-total") == str(len(seen)):
            root = f"post-{response.context['thread']}"
            yield Census(self._settings.name, root, frozenset({root, *seen}))

    def _revisits(self) -> Iterator[Request]:
        for start in range(0, len(self._known), _PAGE):
            threads = self._known[start : start + _PAGE]
            query = {"include": ",".join(threads), "_fields": "id"}
            yield self._page("posts", query, self.parse_known, threads=threads)

    def _page(
        self, what: str, query: dict[str, str], then: Any, *, otherwise: Any = None, **context: Any
    ) -> Request:
        context |= {"what": what, "query": query, "page": context.get("page", 1)}
        full = urlencode(query | {"per_page": _PAGE, "page": context["page"]}, safe=",:")
        url = f"{self._base}/wp-json/wp/v2/{what}?{full}"
        return Request(url, then, otherwise=otherwise, context=context)

    def _next(self, response: Response, then: Any, **changed: Any) -> Request | None:
        context = dict(response.context) | changed
        pages = response.headers.get("x-wp-totalpages", "")
        if not pages.isdecimal() or context["page"] >= int(pages):
            return None
        what, query = context.pop("what"), context.pop("query")
        return self._page(what, query, then, **context | {"page": context["page"] + 1})

    def _read(self, item: Any, read: Any, response: Response) -> Post | Rejected:
        name, where = self._settings.name, f"{response.url}#{item.get('id')}"
        try:
            post: Post = read(item)
        except AbsurdTime as error:
            return Rejected(name, "absurd_time", where, str(error), json.dumps(item)[:2000])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            detail = f"{type(error).__name__}: {error}"
            return Rejected(name, "bad_item", where, detail, json.dumps(item)[:2000])
        root = post.root.removeprefix("post-")
        self._threads[root] = max(self._threads.get(root, ""), post.created_at.isoformat())
        return post

    def _post(self, item: Mapping[str, Any]) -> Post:
        text, quoted = plain(item["content"]["rendered"])
        return Post(
            source=self._settings.name,
            external_id=f"post-{int(item['id'])}",
            kind=PostKind.POST,
            text=text,
            created_at=self._moment(item["date_gmt"]),
            author=self._owner(item),
            title=plain(item["title"]["rendered"])[0],
            url=item.get("link"),
            language=self._settings.language,
            quoted_text=quoted,
            fetched_at=self._now,
        )

    def _comment(self, item: Mapping[str, Any]) -> Post:
        text, quoted = plain(item["content"]["rendered"])
        root, parent = f"post-{int(item['post'])}", int(item.get("parent") or 0)
        name = plain(str(item.get("author_name") or ""))[0]
        user = int(item.get("author") or 0)
        author = f"user-{user}" if user else name
        return Post(
            source=self._settings.name,
            external_id=f"comment-{int(item['id'])}",
            kind=PostKind.COMMENT,
            text=text,
            created_at=self._moment(item["date_gmt"]),
            author=self._author(author, name, item.get("author_url")),
            parent=f"comment-{parent}" if parent else root,
            thread=root,
            url=item.get("link"),
            language=self._settings.language,
            quoted_text=quoted,
            fetched_at=self._now,
        )

    def _author(self, external_id: str, name: str, url: str | None) -> Author | None:
        return Author(self._settings.name, external_id, name, url or None) if external_id else None

    def _owner(self, item: Mapping[str, Any]) -> Author | None:
        user = int(item.get("author") or 0)
        known = ((item.get("_embedded") or {}).get("author") or [{}])[0]
        return self._author(
            f"user-{user}" if user else "", known.get("name", ""), known.get("link")
        )

    def _moment(self, value: str) -> datetime:
        return plausible(datetime.fromisoformat(value).replace(tzinfo=UTC), self._now)

    def _fall_back(self, status: int) -> Iterator[Found]:
        """REST is closed: the feeds say what they can, without who answers whom."""
        yield from self._by_feed(iter(self._feed.requests()))

    def _by_feed(self, found: Iterator[Found]) -> Iterator[Found]:
        for one in found:
            if isinstance(one, Post):
                ids = (_rest_id(one.external_id), _rest_id(one.parent), _rest_id(one.thread))
                yield replace(one, external_id=ids[0] or "", parent=ids[1], thread=ids[2])
            elif isinstance(one, Request):
                yield replace(one, then=lambda page, then=one.then: self._by_feed(then(page)))
            else:
                yield one

    def _feed_state(self) -> dict[str, object]:
        state = self._feed.cursor()
        return {"feed": state} if state else {}


def _items(response: Response) -> list[dict[str, Any]]:
    try:
        items = json.loads(response.body)
    except (ValueError, RecursionError) as error:
        raise SourceMalformed(f"not JSON: {error}", where=response.url) from error
    if not isinstance(items, list):
        raise SourceMalformed("not a list of posts", where=response.url)
    return [item for item in items if isinstance(item, dict)]


def _before(moment: str) -> str:
    return (datetime.fromisoformat(moment) - _OVERLAP).strftime("%Y-%m-%dT%H:%M:%S")


def _rest_id(guid: str | None) -> str | None:
    """The id that REST would give: ``?p=5#comment-9`` is ``comment-9``."""
    match = _GUID.search(guid or "")
    if match is None:
        return guid
    comment = match[2] or match[3]
    return f"comment-{comment}" if comment else f"post-{match[1]}"
