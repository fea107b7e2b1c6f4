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
    """Makes posts of events. What was edited is told in its last words."""

    def __init__(self, source: str, posts: Posts) -> None:
        self._source, self._posts = source, posts
        self._edits: dict[str, Item] = {}

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
            edited = content.text("m.relates_to", "event_id")
            if back:
                self._edits.setdefault(edited, event)
            elif edited:
                yield self._posts.read(event, lambda one: self._post(one, one, edited))
        elif content.text("msgtype") in _WORDS:
            edit = self._edits.get(own)
            yield self._posts.read(event, lambda one: self._post(one, edit, own))

    def _gone(self, event_id: str) -> Iterator[Gone]:
        if event_id:
            yield Gone(self._source, event_id)

    def _post(self, event: Item, edit: Item | None, external_id: str) -> Post:
        content = event.item("content")
        body = content.text("body")
        words = edit.text("content", "m.new_content", "body") if edit else _FALLBACK.sub("", body)
        return self._posts.post(
            external_id=external_id,
            at=event.count("origin_server_ts"),
            text=words or body,
            edited_at=self._posts.moment(edit.count("origin_server_ts")) if edit else None,
            author=self._posts.author(event.need("sender"), event.text("sender")),
            url=_address(event, external_id),
            **_relations(content.item("m.relates_to"), edited=edit is event),
        )

    def _reaction(self, event: Item) -> Post:
        related = event.item("content", "m.relates_to")
        sender = self._posts.author(event.need("sender"), event.text("sender"))
        fields: dict[str, Any] = {"labels": {"reaction": related.text("key")}}
        on, at = related.need("event_id"), event.count("origin_server_ts")
        return act(self._posts, PostKind.REACTION, on, sender, at=at, **fields)


def _relations(related: Item, *, edited: bool) -> dict[str, Any]:
    """What a message answers, and the root of its thread; an edit leaves both as they were."""
    if edited:
        return {"kind": PostKind.POST}
    thread = related.text("event_id") if related.text("rel_type") == "m.thread" else ""
    parent = related.text("m.in_reply_to", "event_id") or thread
    kind = PostKind.REPLY if parent else PostKind.POST
    return {"kind": kind, "parent": parent or None, "thread": thread or None}


def _address(event: Item, external_id: str) -> str | None:
    room = event.text("room_id")
    return f"https://matrix.to/#/{quote(room)}/{quote(external_id)}" if room else None
