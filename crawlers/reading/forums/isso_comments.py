"""Comments of an Isso server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from crawlers.pages import Found, Response
from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.reading.posts import Posts
from domain.errors import SourceForbidden, SourceUnreachable
from domain.posts import Engagement, Post, PostKind

_DELETED = 4  # the mode of a comment that is gone, while its replies stay


def comment(posts: Posts, site: str | None, uri: str = "") -> Callable[[Item], Post]:
    """Makes a post of a comment below a page; without ``uri``, it says itself below which."""
    base = (site or "").rstrip("/")

    def build(item: Item) -> Post:
        page, above, name = uri or item.need("uri"), item.text("parent"), item.text("author")
        return posts.post(
            external_id=f"comment-{item.need('id')}",
            kind=PostKind.COMMENT,
            at=item.get("created"),
            html=item.text("text"),
            author=posts.author(name, name, item.text("website")),
            parent=f"comment-{above}" if above else None,
            thread=page,
            url=f"{base}{page}#isso-{item.text('id')}" if base else None,
            edited_at=posts.edited(item.get("modified")),
            engagement=Engagement(likes=item.count("likes"), replies=item.count("total_replies")),
        )

    return build


def below(items: list[Item]) -> Iterator[Item]:
    """Comments and their replies, without those that were deleted."""
    for item in items:
        if item.count("mode") != _DELETED:
            yield item
        yield from below(item.items("replies"))


def unseen(page: Page) -> int | None:
    """How many comments there must be for a census: so many nobody has seen, if some are hidden."""
    hidden = [one.count("hidden_replies") for one in (page.item, *page.items("replies"))]
    return -1 if any(number and number > 0 for number in hidden) else None


def lists_comments(response: Response) -> bool:
    """Whether an answer is an Isso server's list of its latest comments."""
    try:
        body = json.loads(response.body) if response.status < 300 else None
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(body, list)
        and all(isinstance(one, dict) and {"uri", "mode"} <= one.keys() for one in body)
        and bool(body)
    )


def unlisted(status: int) -> Iterator[Found]:
    """What to make of a list of the latest comments that cannot be had."""
    yield from ()
    if status != 404:
        raise SourceUnreachable(f"the latest comments cannot be had: HTTP {status}")
    raise SourceForbidden("the server does not list its latest comments: set pages")
