"""Entries of forums' feeds: which topic each belongs to, and whether it opened the topic."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from crawlers.markup import plain
from crawlers.pages import Response
from crawlers.reading.sites.entries import words
from crawlers.reading.sites.feeds import Feeds, is_feed
from domain.posts import Post, PostKind, Rejected

_PHPBB = re.compile(r"viewtopic\.php\?(?:.*&)?t=(\d+)")
_PHPBB_POST = re.compile(r"[?&]p=(\d+)|#p(\d+)$")
_FLARUM = re.compile(r"/d/(\d+)(?:-[^/?#]*)?(?:/(\d+))?")
_FLARUM_FEED = re.compile(r"/(?:atom|rss)(?:/.*)?$")
_PHPBB_FEED = re.compile(r"^.*?/feed(?=/|$)")  # of phpBB 3.2 on: app.php/feed/topic/7
_REPLY = re.compile(r"^(?:.{1,80} [•»|-] )?\s*(?:re|res|aw|sv)\s*:\s*", re.IGNORECASE)
_FORUM = re.compile(r"^.{1,80} [•»] ")
_STATISTICS = re.compile(r"<p>[^<]*:[^<]*<a [^>]*memberlist\.php.*$", re.DOTALL)


def read(feeds: Feeds, entry: Any) -> Post | Rejected:
    """The post of an entry. What opened a topic bears the topic's name, and is its root."""
    link, title = str(entry.get("link") or ""), plain(entry.get("title") or "")[0]
    topic, number = _place(link, title)
    text, quoted = _words(entry)
    fields: dict[str, Any] = {"text": text, "quoted_text": quoted}
    if number in {"", "1"} or (topic.startswith("topic-") and not _REPLY.match(title)):
        fields |= {"external_id": topic, "title": _FORUM.sub("", title)}
        return feeds.post(entry, PostKind.POST, **fields)
    fields |= {"external_id": f"{topic}-{number}", "parent": topic, "thread": topic}
    return feeds.post(entry, PostKind.REPLY, **fields)


def _place(link: str, title: str) -> tuple[str, str]:
    """The topic, and the post's number in it; "" where the link is the topic's own."""
    flarum = _FLARUM.search(link)
    if flarum is not None:
        return f"discussion-{flarum[1]}", flarum[2] or ""
    topic, post = _PHPBB.search(link), _PHPBB_POST.search(link)
    number = next((one for one in (post.groups() if post else ()) if one), "")
    if topic is not None:
        return f"topic-{topic[1]}", number
    named = _FORUM.sub("", _REPLY.sub("", title)).casefold().strip()
    return f"topic-{hashlib.sha256(named.encode()).hexdigest()[:16]}", number or link


def topic_feed(feed: str, topic: str) -> str | None:
    """The feed of one topic of a forum; None where the feed's address does not tell."""
    what, _, number = topic.partition("-")
    if not number.isdecimal():
        return None
    begin = feed.partition("?")[0]
    if what == "discussion":
        return _FLARUM_FEED.sub("", begin) + f"/atom/d/{number}"
    if begin.endswith("/feed.php"):
        return f"{begin}?t={number}"
    routed = _PHPBB_FEED.search(begin)
    return f"{routed[0]}/topic/{number}" if routed else None


def is_forum_feed(response: Response) -> bool:
    """Whether an answer is a feed whose entries lead to topics of a forum."""
    body = response.body
    return is_feed(response) and (b"viewtopic.php" in body or b"phpBB" in body or b"/d/" in body)


def _words(entry: Any) -> tuple[str, str]:
    """Without phpBB's line of statistics below a post."""
    parts = entry.get("content") or []
    if not parts:
        return words(entry)
    return plain(_STATISTICS.sub("", str(parts[0].get("value") or "")))
