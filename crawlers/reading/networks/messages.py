"""The messages on a page of Telegram's channel preview, and a message shown alone."""

from __future__ import annotations

import re
from html import escape
from math import inf, isfinite
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawlers.markup import plain
from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.reading.posts import Build, Posts
from domain.errors import SourceMalformed
from domain.posts import Engagement, Post, PostKind

SITE = "https://t.me"
_MESSAGE = "div.tgme_widget_message[data-post]"
_SHORT = re.compile(r"^(\d+(?:\.\d+)?)([KMB]?)$")
_SCALE = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
_OWN = re.compile(r"^https?://t\.me/(\w+/\d+)")
_TEXT = ".js-message_text, .tgme_widget_message_text:not(.js-message_reply_text)"
_SERVICE = ("service_message", "tgme_widget_message_service")  # "pinned a photo"
_MOST = 200  # a page has about twenty


def messages(html: str, where: str) -> list[Item]:
    """Every message of a page; raises SourceMalformed for what is no channel's page."""
    tree = LexborHTMLParser(html)
    if tree.css_first(".tgme_channel_info, .tgme_channel_history") is None:
        raise SourceMalformed("the channel shows no preview", where=where)
    followers = {"followers": _subscribers(tree)}
    return [Item(_message(node) | followers, where) for node in tree.css(_MESSAGE)[:_MOST]]


def alone(html: str) -> tuple[list[Item], bool]:
    """The message of a page that shows one; whether it says that there is none."""
    tree = LexborHTMLParser(html)
    found = [Item(_message(node)) for node in tree.css(_MESSAGE)[:1]]
    return found, not found and tree.css_first(".tgme_widget_message_error") is not None


def message(posts: Posts, channel: str) -> Build:
    """Makes a post of a message; what is forwarded are other people's words, passed on."""

    def build(item: Item) -> Post:
        source, html = item.text("forwarded_from"), item.text("html")
        words = {"quoted_text": plain(html)[0]} if source else {"html": html}
        followers, views = item.count("followers"), item.count("views")
        return posts.post(
            external_id=item.need("id"),
            kind=PostKind.SHARE if source else PostKind.POST,
            at=item.text("at"),
            author=posts.author(channel, channel, f"{SITE}/{channel}", followers=followers),
            parent=item.text("reply_to") or item.text("forwarded") or None,
            url=f"{SITE}/{item.need('id')}",
            engagement=Engagement(likes=item.count("likes"), views=views),
            labels={"forwarded_from": source, "edited": item.text("edited")},
            **words,
        )

    return build


def number_of(post: str) -> int:
    """The number in ``channel/123``; 0 where there is none."""
    number = post.rpartition("/")[2]
    return int(number) if number.isdecimal() and len(number) < 15 else 0


def older(page: Page) -> dict[str, int] | None:
    """What to ask for after a page: the messages before its first one."""
    numbers = [number_of(item.text("id")) for item in messages(page.html, page.url)]
    return {"before": min(numbers)} if numbers and min(numbers) > 1 else None


def _message(node: LexborNode) -> dict[str, Any]:
    text = node.css_first(_TEXT)
    time = node.css_first("a.tgme_widget_message_date time, time[datetime]")
    meta = node.css_first(".tgme_widget_message_meta")
    return {
        "id": node.attributes.get("data-post") or "",
        "service": any(one in (node.attributes.get("class") or "") for one in _SERVICE),
        "html": ((text.html if text is not None else "") or "") + _poll(node),
        "at": (time.attributes.get("datetime") if time is not None else "") or "",
        "likes": _likes(node),
        "views": _views(_text(node, ".tgme_widget_message_views")),
        "reply_to": _link(node, "a.tgme_widget_message_reply"),
        "forwarded_from": _text(node, ".tgme_widget_message_forwarded_from_name"),
        "forwarded": _link(node, "a.tgme_widget_message_forwarded_from_name"),
        "edited": "yes" if meta is not None and meta.text().startswith("edited") else "",
    }


def _poll(node: LexborNode) -> str:
    """What is asked in a poll, and the answers to choose from."""
    asked = node.css(".tgme_widget_message_poll_question, .tgme_widget_message_poll_option_text")
    return "".join(f"<p>{escape(one.text().strip())}</p>" for one in asked)


def _likes(node: LexborNode) -> int | None:
    """All reactions together, of whatever kind; None where none are shown."""
    counts = [_views(one.text(deep=False).strip()) for one in node.css(".tgme_reaction")]
    return sum(count or 0 for count in counts) if counts else None


def _text(node: LexborNode, selector: str) -> str:
    found = node.css_first(selector)
    return found.text().strip() if found is not None else ""


def _link(node: LexborNode, selector: str) -> str:
    found = node.css_first(selector)
    match = _OWN.match((found.attributes.get("href") if found is not None else "") or "")
    return match[1] if match else ""


def _subscribers(tree: LexborHTMLParser) -> int | None:
    for counter in tree.css(".tgme_channel_info_counter"):
        if _text(counter, ".counter_type").startswith("subscriber"):
            return _views(_text(counter, ".counter_value"))
    return None


def _views(written: str) -> int | None:
    """``1.2K`` is 1200: the place rounds."""
    match = _SHORT.match(written)
    count = float(match[1]) * _SCALE[match[2]] if match else inf
    return round(count) if isfinite(count) else None
