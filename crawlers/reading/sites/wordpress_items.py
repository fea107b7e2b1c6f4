"""The items of WordPress' REST interface, read into posts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from crawlers.markup import plain
from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.reading.posts import Build, Posts
from domain.people import Author
from domain.posts import Post, PostKind

_GIVEN: dict[str, object] = {"order": "asc", "per_page": 100, "page": 1}
POSTS = {
    **_GIVEN,
    "_embed": "author",
    "_fields": "id,date_gmt,modified_gmt,link,title,content,author,_links,_embedded",
}
COMMENTS = {
    **_GIVEN,
    "_fields": "id,post,parent,author,author_name,author_url,date_gmt,content,link",
}
"""What is asked of the listings; never anybody's e-mail or IP address."""
_PUBLISHING = timedelta(minutes=1)
_GUID = re.compile(r"[?&]p=(\d+)(?:#comment-(\d+))?$|#comment-(\d+)$")


def post(posts: Posts) -> Build:
    """Makes a post of an item of /posts."""

    def build(item: Item) -> Post:
        known = item.items("_embedded", "author")
        who = known[0] if known else Item({})
        return posts.post(
            external_id=f"post-{item.need('id')}",
            kind=PostKind.POST,
            at=item.get("date_gmt"),
            title=item.text("title", "rendered"),
            html=item.text("content", "rendered"),
            author=_author(posts, item, who.text("name"), who.text("link")),
            url=item.text("link") or None,
            edited_at=_changed(posts, item),
        )

    return build


def comment(posts: Posts) -> Build:
    """Makes a post of an item of /comments."""

    def build(item: Item) -> Post:
        root, above = f"post-{item.need('post')}", item.count("parent")
        return posts.post(
            external_id=f"comment-{item.need('id')}",
            kind=PostKind.COMMENT,
            at=item.get("date_gmt"),
            html=item.text("content", "rendered"),
            author=_author(posts, item, item.text("author_name"), item.text("author_url")),
            parent=f"comment-{above}" if above else root,
            thread=root,
            url=item.text("link") or None,
        )

    return build


def _changed(posts: Posts, item: Item) -> datetime | None:
    """When a post was changed; saving it while it is published does not count."""
    written, changed = (posts.activity(item.get(f"{one}_gmt")) for one in ("date", "modified"))
    later = written and changed and changed - written > _PUBLISHING
    return changed if later else None


def _author(posts: Posts, item: Item, name: str, url: str) -> Author | None:
    """A user is known by number, a guest by the name typed."""
    user = item.count("author")
    return posts.author(f"user-{user}" if user else "", plain(name)[0], url)


def following(page: Page) -> Mapping[str, object] | None:
    """The page after this one, as the headers count them."""
    pages = page.response.headers.get("x-wp-totalpages", "")
    more = pages.isdecimal() and page.number < int(pages)
    return {"page": page.number + 1} if more else None


def total(page: Page) -> int | None:
    """How many items a listing has, as the headers count them."""
    found = page.response.headers.get("x-wp-total", "")
    return int(found) if found.isdecimal() else None


def rest_id(guid: str | None) -> str | None:
    """The id that REST would give to a feed's entry: ``?p=5#comment-9`` is ``comment-9``."""
    match = _GUID.search(guid or "")
    if match is None:
        return guid
    comment = match[2] or match[3]
    return f"comment-{comment}" if comment else f"post-{match[1]}"
