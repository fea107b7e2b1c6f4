"""The messages on a page of Telegram's channel preview."""

from __future__ import annotations

import re
from math import inf, isfinite
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawlers.reading.item import Item
from crawlers.reading.page import Page
from domain.errors import SourceMalformed

_MESSAGE = "div.tgme_widget_message[data-post]"
_SHORT = re.compile(r"^(\d+(?:\.\d+)?)([KMB]?)$")
_SCALE = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
_OWN = re.compile(r"^https?://t\.me/(\w+/\d+)")
_MOST = 200  # a page has about twenty


def messages(html: str, where: str) -> list[Item]:
    """Every message of a page; raises SourceMalformed for what is no channel's page."""
    tree = LexborHTMLParser(html)
    if tree.css_first(".tgme_channel_info, .tgme_channel_history") is None:
        raise SourceMalformed("the channel shows no preview", where=where)
    followers = {"followers": _subscribers(tree)}
    return [Item(_message(node) | followers, where) for node in tree.css(_MESSAGE)[:_MOST]]


def number_of(post: str) -> int:
    """The number in ``channel/123``; 0 where there is none."""
    number = post.rpartition("/")[2]
    return int(number) if number.isdecimal() and len(number) < 15 else 0


def older(page: Page) -> dict[str, int] | None:
    """What to ask for after a page: the messages before its first one."""
    numbers = [number_of(item.text("id")) for item in messages(page.html, page.url)]
    return {"before": min(numbers)} if numbers and min(numbers) > 1 else None


def _message(node: LexborNode) -> dict[str, Any]:
    text = node.css_first(".js-message_text")
    time = node.css_first("a.tgme_widget_message_date time")
    meta = node.css_first(".tgme_widget_message_meta")
    return {
        "id": node.attributes.get("data-post") or "",
        "html": (text.html if text is not None else "") or "",
        "at": (time.attributes.get("datetime") if time is not None else "") or "",
        "views": _views(_text(node, ".tgme_widget_message_views")),
        "reply_to": _link(node, "a.tgme_widget_message_reply"),
        "forwarded_from": _text(node, ".tgme_widget_message_forwarded_from_name"),
        "edited": "yes" if meta is not None and meta.text().startswith("edited") else "",
    }


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
