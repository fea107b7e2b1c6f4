"""Between a post and its row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from domain.people import Author
from domain.posts import Engagement, Post, PostKind, PostVersion, Rating
from storage.cleaning import clean, clean_json, key
from storage.columns import bounded
from storage.tables import authors, posts

_AUTHOR = [column.label(f"by_{column.name}") for column in authors.c if column.name != "folded"]
SELECT = select(posts, *_AUTHOR).select_from(
    posts.outerjoin(authors, posts.c.author_id == authors.c.id)
)
"""Posts with their authors; ``post`` reads its rows."""

CONTENT = ("title", "text", "rating_value", "rating_best", "rating_worst")
"""What is analysed: a change of it is an edit, kept as a version."""
TIES = ("parent", "thread", "quotes", "accepted_answer")
"""What a post says of other posts: a change of it asks for new links."""
DETAILS = (
    "kind",
    "author_id",
    "url",
    "language",
    "likes",
    "shares",
    "replies",
    "views",
    "quoted_text",
    "labels",
    "edited_at",
)
"""What changes quietly."""


def author(row: Row[Any]) -> Author:
    """The author in a row of ``authors``."""
    return Author(
        row.source,
        row.external_id,
        row.name,
        row.url,
        row.followers,
        row.joined_at,
        bool(row.automated),
        row.id,
    )


def _author_beside(row: Row[Any]) -> Author | None:
    if row.by_id is None:
        return None
    return Author(
        row.by_source,
        row.by_external_id,
        row.by_name,
        row.by_url,
        row.by_followers,
        row.by_joined_at,
        bool(row.by_automated),
        row.by_id,
    )


def rating(row: Row[Any]) -> Rating | None:
    """The rating in a row of ``posts`` or ``versions``."""
    if row.rating_value is None:
        return None
    return Rating(row.rating_value, row.rating_best, row.rating_worst)


def post(row: Row[Any]) -> Post:
    """The post in a row of ``SELECT``."""
    return Post(
        source=row.source,
        external_id=row.external_id,
        kind=PostKind(row.kind),
        text=row.text,
        created_at=row.created_at,
        author=_author_beside(row),
        parent=row.parent,
        thread=row.thread,
        title=row.title,
        url=row.url,
        language=row.language,
        rating=rating(row),
        engagement=Engagement(row.likes, row.shares, row.replies, row.views),
        quotes=tuple(row.quotes or ()),
        quoted_text=row.quoted_text,
        accepted_answer=row.accepted_answer,
        labels=row.labels or {},
        edited_at=row.edited_at,
        fetched_at=row.fetched_at,
        gone_at=row.gone_at,
        id=row.id,
    )


def version(row: Row[Any]) -> PostVersion:
    """The post version in a row of ``versions``."""
    return PostVersion(row.post_id, row.title, row.text, rating(row), row.seen_at)


def values(post: Post) -> dict[str, Any]:
    """The row of a post, cleaned as it will be stored; ids and root are still to come."""
    seen, grade = post.engagement, post.rating
    return {
        "source": key(post.source),
        "external_id": key(post.external_id),
        "kind": post.kind.value,
        "created_at": post.created_at,
        "parent": _key(post.parent),
        "thread": _key(post.thread),
        "title": clean(post.title),
        "text": clean(post.text),
        "url": _words(post.url),
        "language": _words(post.language),
        "rating_value": grade and float(grade.value),
        "rating_best": grade and float(grade.best),
        "rating_worst": grade and float(grade.worst),
        "likes": _whole(seen.likes),
        "shares": _whole(seen.shares),
        "replies": _whole(seen.replies),
        "views": _whole(seen.views),
        "quotes": [key(one) for one in post.quotes] or None,
        "quoted_text": clean(post.quoted_text),
        "accepted_answer": _key(post.accepted_answer),
        "labels": clean_json(dict(post.labels)) or None,
        "edited_at": post.edited_at,
        "fetched_at": post.fetched_at,
        "gone_at": post.gone_at,
    }


def content(row: dict[str, Any]) -> str:
    """What is read of a post: the title, if any, above the text."""
    return f"{row['title']}\n{row['text']}" if row["title"] else str(row["text"])


def _key(text: str | None) -> str | None:
    return None if text is None else key(text)


def _words(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _whole(count: int | None) -> int | None:
    return None if count is None else bounded(count)
