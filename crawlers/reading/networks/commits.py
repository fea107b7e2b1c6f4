"""Events of Bluesky's stream: which of them matter, and what they say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from crawlers.reading.acts import act
from crawlers.reading.item import Item
from crawlers.reading.networks.bsky import Skies, written_at
from crawlers.reading.posts import Posts
from crawlers.words import Words
from domain.posts import Gone, Post, PostKind, Rejected

POST = "app.bsky.feed.post"
ACTS = {"app.bsky.feed.like": PostKind.REACTION, "app.bsky.feed.repost": PostKind.SHARE}
REMEMBERED = 2_000  # posts whose deletion would be noticed, and whose answers are heard
Told = Post | Gone | Rejected


class Commits:
    """Reads events one by one. ``at`` is the time of the last one, in microseconds."""

    def __init__(self, source: str, posts: Posts, words: Words, kept: Iterable[str]) -> None:
        self._source, self._posts, self._words = source, posts, words
        self._skies = Skies(source, posts, {})
        self._kept = dict.fromkeys(map(str, kept))
        self.at = 0

    def kept(self) -> list[str]:
        """The posts that are remembered, as ``did/key``, the latest last."""
        return list(self._kept)[-REMEMBERED:]

    def heard(self, message: str) -> Iterator[Told]:
        """What one event says of interest; nothing, for nearly all of them."""
        try:
            event = json.loads(message)
            self.at = max(self.at, int(event["time_us"]))
            commit, did = event.get("commit"), event["did"]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            yield Rejected(self._source, "bad_item", "stream", str(error)[:200], message[:2000])
            return
        if isinstance(commit, dict):
            yield from self._committed(did, commit, event)
        elif event.get("kind") == "account" and Item(event).get("account", "active") is False:
            yield from self._left(did)

    def _committed(self, did: str, commit: dict[str, Any], event: Any) -> Iterator[Told]:
        collection, key = commit.get("collection"), f"{did}/{commit.get('rkey')}"
        record = commit.get("record")
        if commit.get("operation") == "delete":
            if collection == POST and key in self._kept:
                del self._kept[key]
                yield Gone(self._source, _uri(key))
        elif not isinstance(record, dict):
            return
        elif collection == POST and (key in self._kept or self._matters(record)):
            self._kept[key] = None
            yield self._posts.read(Item(event, _uri(key)), partial(self._post, key=key))
        elif collection in ACTS and _key(_at(record, "subject")) in self._kept:
            yield self._posts.read(Item(event), partial(self._act, kind=ACTS[collection]))

    def _matters(self, record: dict[str, Any]) -> bool:
        """Whether it has one of the words, or belongs to the thread of one that had."""
        text, reply = record.get("text"), record.get("reply")
        if isinstance(text, str) and self._words.in_text(text):
            return True
        if not isinstance(reply, dict):
            return False
        return any(_key(_at(reply, end)) in self._kept for end in ("parent", "root"))

    def _post(self, event: Item, key: str) -> Post:
        record, at = event.item("commit", "record"), event.count("time_us")
        changed = event.text("commit", "operation") == "update"
        return self._skies.record(
            _uri(key),
            record,
            author=self._posts.author(event.need("did")),
            at=written_at(self._posts, record.text("createdAt"), at),
            edited_at=self._posts.moment(at) if changed else None,
        )

    def _act(self, event: Item, kind: PostKind) -> Post:
        on, did = event.need("commit", "record", "subject", "uri"), event.need("did")
        return act(self._posts, kind, on, self._posts.author(did), at=event.count("time_us"))

    def _left(self, did: str) -> Iterator[Gone]:
        """An account was closed, and all its posts with it."""
        for key in [one for one in self._kept if one.startswith(f"{did}/")]:
            del self._kept[key]
            yield Gone(self._source, _uri(key))


def _uri(key: str) -> str:
    did, _, own = key.partition("/")
    return f"at://{did}/{POST}/{own}"


def _key(uri: str) -> str:
    return uri.removeprefix("at://").replace(f"/{POST}/", "/")


def _at(record: dict[str, Any], name: str) -> str:
    found = record.get(name)
    uri = found.get("uri") if isinstance(found, dict) else None
    return uri if isinstance(uri, str) else ""
