"""Items of Hacker News, as Algolia's index and as Firebase have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.posts import Engagement, Post, PostKind

DEEPEST = 200


def by_algolia(posts: Posts) -> Callable[[Item], Post]:
    """A hit of the index's search, or an item of its trees."""

    def build(item: Item) -> Post:
        external_id = item.text("objectID") or item.need("id")
        return _made(
            posts,
            item,
            external_id=external_id,
            at=item.get("created_at_i") or item.get("created_at"),
            html=item.text("comment_text") or item.text("story_text") or item.text("text"),
            author=item.text("author"),
            parent=item.text("parent_id"),
            thread=item.text("story_id"),
            likes=item.count("points"),
            replies=item.count("num_comments"),
        )

    return build


def by_firebase(posts: Posts) -> Callable[[Item], Post]:
    """An item of Firebase: it does not say to which story a comment belongs."""

    def build(item: Item) -> Post:
        return _made(
            posts,
            item,
            external_id=item.need("id"),
            at=item.get("time"),
            html=item.text("text"),
            author=item.text("by"),
            parent=item.text("parent"),
            thread="",
            likes=item.count("score"),
            replies=item.count("descendants"),
        )

    return build


def _made(
    posts: Posts,
    item: Item,
    *,
    external_id: str,
    at: object,
    html: str,
    author: str,
    parent: str,
    thread: str,
    likes: int | None,
    replies: int | None,
) -> Post:
    profile = f"https://news.ycombinator.com/user?id={author}"
    return posts.post(
        external_id=external_id,
        kind=PostKind.COMMENT if parent else PostKind.POST,
        at=at,
        html=html,
        title="" if parent else item.text("title"),
        author=posts.author(author, author, profile) if author else None,
        parent=parent or None,
        thread=thread if parent and thread else None,
        url=f"https://news.ycombinator.com/item?id={external_id}",
        engagement=Engagement(likes=likes, replies=replies),
        labels={"link": item.text("url")},
    )


def tree(item: Item, depth: int = 0) -> Iterator[Item]:
    """An item of the index with all below it that still has words."""
    if item.text("text") or item.text("title"):
        yield item
    for child in item.items("children") if depth < DEEPEST else ():
        yield from tree(child, depth + 1)
