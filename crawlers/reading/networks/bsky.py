"""Posts of Bluesky as its interface and its stream show them. People are known by DID."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from crawlers.reading.acts import act
from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from crawlers.refusal import BadValue
from domain.people import Author
from domain.posts import Engagement, Gone, Post, PostKind, Rejected

HIDDEN = "!no-unauthenticated"  # whose owner does not want to be shown to strangers
_GONE = "#notFoundPost"
_PAGE = "https://bsky.app/profile"


def hidden(view: Item) -> bool:
    """Whether a post, a profile or a post's author asks not to be shown to strangers."""
    labels = [*view.items("labels"), *view.items("author", "labels")]
    return any(one.text("val") == HIDDEN for one in labels)


def address(uri: str) -> str | None:
    """Where people read ``at://did/app.bsky.feed.post/key``."""
    did, _, key = uri.removeprefix("at://").partition("/app.bsky.feed.post/")
    return f"{_PAGE}/{did}/post/{key}" if key else None


def written_at(posts: Posts, created: str, indexed: Any) -> datetime:
    """When a post was written, by its author's word; by the network's where that cannot be.

    Authors may write any time they like: one after the network saw it, or an absurd one,
    gives way to the time of seeing.
    """
    seen = posts.moment(indexed)
    try:
        return min(posts.moment(created), seen)
    except BadValue:
        return seen


class Skies:
    """Makes posts of what Bluesky shows; ``followers`` are known once profiles were read."""

    def __init__(self, source: str, posts: Posts, followers: Mapping[str, int | None]) -> None:
        self._source, self._posts, self._followers = source, posts, followers

    def told(self, view: Item) -> Iterator[Post | Rejected]:
        """The post of a view; nothing where it is not for strangers."""
        if not hidden(view):
            yield self._posts.read(view, self.post)

    def thread(self, node: Item) -> Iterator[Post | Rejected | Gone]:
        """The posts of a thread's node and of all below it."""
        for one in nodes_of(node):
            if one.item("post").value:
                yield from self.told(one.item("post"))
            elif one.text("$type").endswith(_GONE):
                yield Gone(self._source, one.text("uri"))

    def post(self, view: Item) -> Post:
        """A post, with its counters, what it answers and what it quotes."""
        uri, record = view.need("uri"), view.item("record")
        return self.record(
            uri,
            record,
            author=self.author(view.item("author")),
            at=written_at(self._posts, record.text("createdAt"), view.text("indexedAt")),
            engagement=Engagement(
                likes=view.count("likeCount"),
                shares=view.count("repostCount"),
                replies=view.count("replyCount"),
            ),
        )

    def record(self, uri: str, record: Item, **fields: Any) -> Post:
        """A post as its author's own record has it."""
        embed = record.item("embed")
        quoted = embed.text("record", "uri") or embed.text("record", "record", "uri")
        parent, languages = record.text("reply", "parent", "uri"), record.get("langs")
        if isinstance(languages, list) and languages and isinstance(languages[0], str):
            fields["language"] = languages[0][:2].lower()
        return self._posts.post(
            external_id=uri,
            kind=PostKind.REPLY if parent else PostKind.POST,
            text=record.text("text"),
            parent=parent or None,
            thread=record.text("reply", "root", "uri") or None,
            url=address(uri),
            quotes=(quoted,) if "/app.bsky.feed.post/" in quoted else (),
            **fields,
        )

    def shared(self, entry: Item) -> Post:
        """Somebody's passing on of a post, as a feed tells it."""
        author, at = self.author(entry.item("reason", "by")), entry.text("reason", "indexedAt")
        return act(self._posts, PostKind.SHARE, entry.need("post", "uri"), author, at=at)

    def acts(self, page: Item, kind: PostKind, on: str, now: datetime) -> Iterator[Post | Rejected]:
        """Who liked a post, and when; who passed it on: when is not told."""
        for like in page.items("likes"):
            if not hidden(like.item("actor")):
                made = partial(self._act, kind=kind, on=on, at=like.text("indexedAt"))
                yield self._posts.read(like.item("actor"), made)
        for profile in page.items("repostedBy"):
            if not hidden(profile):
                made = partial(self._act, kind=kind, on=on, at=now, seen=True)
                yield self._posts.read(profile, made)

    def _act(self, profile: Item, **of: Any) -> Post:
        return act(self._posts, author=self.author(profile), **of)

    def author(self, profile: Item) -> Author | None:
        """An account, by its DID; the handle is a name that may change."""
        did = profile.need("did")
        return self._posts.author(
            did,
            profile.text("handle"),
            f"{_PAGE}/{did}",
            followers=profile.count("followersCount") or self._followers.get(did),
        )


def nodes_of(thread: Item) -> Iterator[Item]:
    """Every node of a thread, parents before their replies."""
    waiting = deque([thread])
    while waiting:
        node = waiting.popleft()
        yield node
        waiting += node.items("replies")


def dids_of(thread: Item) -> list[str]:
    """Who wrote in a thread, each once."""
    found = (node.text("post", "author", "did") for node in nodes_of(thread))
    return list(dict.fromkeys(did for did in found if did))


def is_whole(thread: Item) -> bool:
    """Whether every post shows as many replies as it counts."""
    return all(
        (node.count("post", "replyCount") or 0) <= len(node.items("replies"))
        for node in nodes_of(thread)
    )
