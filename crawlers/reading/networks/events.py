"""Events of a Matrix room as posts: replies, threads, reactions, edits and redactions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.posts import Gone, Post, PostKind, Rejected

_FALLBACK = re.compile(r"(?:> [^\n]*\n)+\n?")  # older clients repeat what they answer
_WORDS = frozenset({"m.text", "m.notice", "m.emote"})
_MEDIA = frozenset({"m.image", "m.video", "m.audio", "m.file"})


class Events:
    """Makes posts of a room's events, told from its end backwards: an edit before its post.

    What was edited is told in its last words. An edit does not say what its post answers: those
    of posts that were not read are ``strays`` until somebody asks for them (``edited``).
    ``sealed`` counts the events that are encrypted.
    """

    def __init__(self, source: str, room: str, posts: Posts) -> None:
        self._source, self._room, self._posts = source, room, posts
        self._edits: dict[tuple[str, str], Item] = {}  # by post and sender: nobody edits others
        self._read: set[str] = set()
        self.sealed = 0

    @property
    def strays(self) -> list[str]:
        """The posts of which only an edit was read."""
        return sorted({of for of, _ in self._edits if of not in self._read})

    def told(self, events: list[Item]) -> Iterator[Post | Gone | Rejected]:
        """What events say, in their order."""
        for event in events:
            kind, own = event.text("type"), event.text("event_id")
            self._read.add(own)
            if event.item("unsigned", "redacted_because").value:
                yield from self._gone(own)
            elif kind == "m.room.message":
                yield from self._message(event)
            elif kind == "m.reaction" and event.item("content").value:
                yield self._posts.read(event, self._reaction)
            elif kind == "m.room.redaction":
                yield from self._gone(event.text("redacts") or event.text("content", "redacts"))
            elif kind == "m.room.encrypted":
                self.sealed += 1

    def edited(self, event: Item) -> Iterator[Post | Gone | Rejected]:
        """A post that was asked for because of an edit, if its author made that."""
        if (event.text("event_id"), event.text("sender")) in self._edits:
            yield from self.told([event])

    def _message(self, event: Item) -> Iterator[Post | Rejected]:
        content = event.item("content")
        if content.text("m.relates_to", "rel_type") == "m.replace":
            self._keep(content.text("m.relates_to", "event_id"), event)
        elif content.text("msgtype") in _WORDS or _captioned(content):
            self._keep(event.text("event_id"), event.item("unsigned", "m.relations", "m.replace"))
            yield self._posts.read(event, self._post)

    def _keep(self, of: str, edit: Item) -> None:
        """Keeps the last edit that somebody made; one without new words is none."""
        if of and edit.text("content", "m.new_content", "body"):
            by = (of, edit.text("sender"))
            self._edits[by] = max(edit, self._edits.get(by, edit), key=_age)

    def _gone(self, event_id: str) -> Iterator[Gone]:
        if event_id:
            yield Gone(self._source, event_id)

    def _post(self, event: Item) -> Post:
        own, sender, content = event.need("event_id"), event.need("sender"), event.item("content")
        edit, related = self._edits.get((own, sender)), content.item("m.relates_to")
        words = edit.text("content", "m.new_content", "body") if edit else content.text("body")
        if related.text("m.in_reply_to", "event_id"):
            words = _FALLBACK.sub("", words, count=1) if words.startswith("> ") else words
        return self._posts.post(
            external_id=own,
            at=event.count("origin_server_ts"),
            text=words,
            edited_at=self._posts.moment(edit.count("origin_server_ts")) if edit else None,
            author=self._posts.author(sender, sender),
            url=f"https://matrix.to/#/{quote(self._room, safe='')}/{quote(own, safe='')}",
            **_relations(related),
        )

    def _reaction(self, event: Item) -> Post:
        """A reaction, known by its own event: that is what takes it back."""
        related, sender = event.item("content", "m.relates_to"), event.need("sender")
        return self._posts.post(
            external_id=event.need("event_id"),
            kind=PostKind.REACTION,
            at=event.count("origin_server_ts"),
            author=self._posts.author(sender, sender),
            parent=related.need("event_id"),
            labels={"reaction": related.text("key")},
        )


def _age(event: Item) -> tuple[int, str]:
    return event.count("origin_server_ts") or 0, event.text("event_id")


def _captioned(content: Item) -> bool:
    """Whether a picture or file comes with words, not with its name alone."""
    name = content.text("filename")
    return content.text("msgtype") in _MEDIA and name not in ("", content.text("body"))


def _relations(related: Item) -> dict[str, Any]:
    """What a message answers, and the root of its thread.

    In a thread, ``is_falling_back`` says that nothing but the thread is answered.
    """
    thread = related.text("event_id") if related.text("rel_type") == "m.thread" else ""
    answered = "" if related.flag("is_falling_back") else related.text("m.in_reply_to", "event_id")
    parent = answered or thread or related.text("m.in_reply_to", "event_id")
    kind = PostKind.REPLY if parent else PostKind.POST
    return {"kind": kind, "parent": parent or None, "thread": thread or None}
