"""Reviews of Apple's App Store as posts."""

from __future__ import annotations

from crawlers.reading.item import Item
from crawlers.reading.posts import Posts, rating
from domain.posts import Engagement, Post, PostKind


def rated(entries: list[Item]) -> list[Item]:
    """Those that are reviews: some feeds begin with the app itself."""
    return [one for one in entries if one.text("im:rating", "label")]


def review(posts: Posts, item: Item, country: str) -> Post:
    """A review, with its stars and the version that it speaks of."""
    name, author = item.text("author", "name", "label"), item.text("author", "uri", "label")
    return posts.post(
        external_id=item.need("id", "label"),
        kind=PostKind.REVIEW,
        at=item.text("updated", "label"),
        title=item.text("title", "label"),
        text=item.text("content", "label"),
        author=posts.author(author.rpartition("/id")[2], name, author),
        rating=rating(item.need("im:rating", "label"), worst=1, best=5),
        engagement=Engagement(likes=item.count("im:voteSum", "label")),
        labels={"version": item.text("im:version", "label"), "country": country},
    )
