"""Telegram's channel preview: messages, views, forwards, and what was taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from crawlers.pages import Response
from crawlers.reading.networks.messages import messages
from crawlers.sources.telegram import TelegramSettings, TelegramSource
from domain.errors import SourceMalformed
from domain.posts import Gone, Post, PostKind, Rejected
from tests.crawlers.conftest import recorded

SETTINGS = TelegramSettings(kind="telegram", name="avisos", channel="avisosloja")
NEWEST = "https://t.me/s/avisosloja"
Replay = Callable[..., list[Any]]


def posts(events: list[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def test_messages_with_views_replies_and_forwards(now: datetime, replay: Replay) -> None:
    events = replay(TelegramSource(SETTINGS, {}, now), "telegram")
    found = posts(events)
    assert {key: (one.kind, one.engagement.views) for key, one in found.items()} == {
        "avisosloja/39": (PostKind.POST, 2_100_000),
        "avisosloja/41": (PostKind.POST, 1_200),
        "avisosloja/42": (PostKind.POST, 987),
        "avisosloja/43": (PostKind.SHARE, 15_500),
    }
    assert found["avisosloja/41"].text == "O app volta às 18h.\nPedimos desculpas."
    assert found["avisosloja/42"].parent == "avisosloja/41"
    assert found["avisosloja/42"].text == "Voltou antes da hora.", "not what it answers"
    forwarded = found["avisosloja/43"]
    assert (forwarded.text, forwarded.quoted_text) == ("", "Concorrente sobe a tarifa.")
    assert forwarded.labels["forwarded_from"] == "Notícias"
    assert forwarded.author is not None and forwarded.author.followers == 12_400
    assert [one.code for one in events if isinstance(one, Rejected)] == ["empty", "bad_time"]


def test_a_message_missing_twice_is_gone(now: datetime, replay: Replay) -> None:
    source = TelegramSource(SETTINGS, {}, now)
    replay(source, "telegram")
    pages = recorded("telegram")
    own = b'data-post="avisosloja/42"'
    hidden = pages[NEWEST].body.replace(own, b'data-post=""')
    pages[NEWEST] = replace(pages[NEWEST], body=hidden.replace(b' data-post=""', b""))
    gone = []
    for _ in range(3):
        source = TelegramSource(SETTINGS, source.cursor(), now)
        gone.append([one for one in replay(source, "telegram", pages) if isinstance(one, Gone)])
    assert gone == [[], [Gone("avisos", "avisosloja/42")], []]


def test_an_edit_is_seen_and_nothing_else_is_new(now: datetime, replay: Replay) -> None:
    source = TelegramSource(SETTINGS, {}, now)
    first = posts(replay(source, "telegram"))
    pages = recorded("telegram")
    body = pages[NEWEST].body.replace(b"Voltou antes", b"Voltou bem antes")
    pages[NEWEST] = replace(pages[NEWEST], body=body)
    second = posts(replay(TelegramSource(SETTINGS, source.cursor(), now), "telegram", pages))
    assert second.pop("avisosloja/42").text == "Voltou bem antes da hora."
    assert second.items() <= first.items()


def test_a_channel_without_a_preview_is_told() -> None:
    page = Response(NEWEST, 200, {}, b"<html><body>Join</body></html>")
    with pytest.raises(SourceMalformed, match="shows no preview"):
        messages(page.body.decode(), page.url)
