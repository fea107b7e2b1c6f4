"""Events of a Matrix room as posts: replies, threads, reactions, edits and redactions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from crawlers.reading.acts import act
from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.posts import Gone, Post, PostKind, Rejected

_FALLBACK = re.compile(r"(?:> [^\n]*\n)+\n")  # older clients repeat what they answer
_WORDS = frozenset({"m.text", "m.notice", "m.emote"})


class Events:
    """Makes posts of events. What was edited is told in its last words.

    An edit does not say what its post answers: of a post that was not read at this visit,
    it is kept in ``strays`` until somebody asks for the post (``edited``).
    """

    def __init__(self, source: str, posts: Posts) -> None:
        self._source, self._posts = source, posts
        self._edits: dict[str, Item] = {}
        self._read: dict[str, Item] = {}
        self.strays: dict[str, Item] = {}

    def told(self, events: list[Item], *, back: bool) -> Iterator[Post | Gone | Rejected]:
        """What events say, in their order; read ``back``, an edit comes before its post."""
        for event in events:
            match event.text("type"):
                case "m.room.message":
                    yield from self._message(event, back)
                case "m.reaction":
                    yield self._posts.read(event, self._reaction)
                case "m.room.redaction":
                    yield from self._gone(event.text("redacts") or event.text("content", "redacts"))

    def _message(self, event: Item, back: bool) -> Iterator[Post | Gone | Rejected]:
        content, own = event.item("content"), event.text("event_id")
        if event.item("unsigned", "redacted_because").value:
            yield from self._gone(own)
        elif content.text("m.relates_to", "rel_type") == "m.replace":
            yield from self._edit(event, content.text("m.relates_to", "event_id"), back)
        elif content.text("msgtype") in _WORDS:
            self._read[own], edit = event, self._edits.get(own)
            fits = edit is not None and _same_sender(edit, event)
            yield self._posts.read(event, lambda one: self._post(one, edit if fits else None))

    def _edit(self, edit: Item, of: str, back: bool) -> Iterator[Post | Gone | Rejected]:
        if back:
            self._edits.setdefault(of, edit)
        elif of in self._read:
            yield from self.edited(self._read[of], edit)
        elif of:
            self.strays[of] = edit

    def edited(self, event: Item, edit: Item) -> Iterator[Post | Gone | Rejected]:
        """A post in the words of an edit, which only its author can make."""
        if event.item("unsigned", "redacted_because").value:
            yield from self._gone(event.text("event_id"))
        elif _same_sender(edit, event):
            yield self._posts.read(event, lambda one: self._post(one, edit))

    def _gone(self, event_id: str) -> Iterator[Gone]:
        if event_id:
            yield Gone(self._source, event_id)

    def _post(self, event: Item, edit: Item | None) -> Post:
        own, content = event.need("event_id"), event.item("content")
        body = content.text("body")
        words = edit.text("content", "m.new_content", "body") if edit else _FALLBACK.sub("", body)
        return self._posts.post(
            external_id=own,
            at=event.count("origin_server_ts"),
            text=words or body,
            edited_at=self._posts.moment(edit.count("origin_server_ts")) if edit else None,
            author=self._posts.author(event.need("sender"), event.text("sender")),
            url=_address(event, own),
            **_relations(content.item("m.relates_to")),
        )

    def _reaction(self, event: Item) -> Post:
        related = event.item("content", "m.relates_to")
        sender = self._posts.author(event.need("sender"), event.text("sender"))
        fields: dict[str, Any] = {"labels": {"reaction": related.text("key")}}
        on, at = related.need("event_id"), event.count("origin_server_ts")
        return act(self._posts, PostKind.REACTION, on, sender, at=at, **fields)


def _same_sender(one: Item, other: Item) -> bool:
    return one.text("sender") == other.text("sender")


def _relations(related: Item) -> dict[str, Any]:
    """What a message answers, and the root of its thread."""
    thread = related.text("event_id") if related.text("rel_type") == "m.thread" else ""
    parent = related.text("m.in_reply_to", "event_id") or thread
    kind = PostKind.REPLY if parent else PostKind.POST
    return {"kind": kind, "parent": parent or None, "thread": thread or None}


def _address(event: Item, external_id: str) -> str | None:
    room = event.text("room_id")
    return f"https://matrix.to/#/{quote(room)}/{quote(external_id)}" if room else None
