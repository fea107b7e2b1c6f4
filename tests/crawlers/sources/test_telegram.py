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


def shown(number: int, inner: str, kind: str = "") -> str:
    date = (
        '<a class="tgme_widget_message_date"><time datetime="2026-11-20T15:00:00+00:00"></time></a>'
    )
    own = f'data-post="avisosloja/{number}"'
    return f'<div class="tgme_widget_message {kind}" {own}>{inner}{date}</div>'


def channel(*inner: str) -> dict[str, Response]:
    body = f'<section class="tgme_channel_history">{"".join(inner)}</section>'
    return {NEWEST: Response(NEWEST, 200, {"content-type": "text/html"}, body.encode())}


def text(words: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text">{words}</div>'


def test_reactions_count_whatever_their_kind(now: datetime, replay: Replay) -> None:
    reactions = """<div class="tgme_widget_message_reactions">
      <span class="tgme_reaction tgme_reaction_paid"><i class="icon"></i>3</span>
      <span class="tgme_reaction"><i class="emoji"><b>👍</b></i>1.2K</span>
      <span class="tgme_reaction"><tg-emoji emoji-id="5"></tg-emoji>40</span></div>"""
    pages = channel(shown(1, text("Oi") + reactions), shown(2, text("Tchau")))
    found = posts(replay(TelegramSource(SETTINGS, {}, now), "telegram", pages))
    assert found["avisosloja/1"].engagement.likes == 1_243
    assert found["avisosloja/2"].engagement.likes is None


def test_what_the_place_itself_tells_is_no_message(now: datetime, replay: Replay) -> None:
    pages = channel(
        shown(1, text("Avisos pinned a photo"), "service_message"), shown(2, text("Oi"))
    )
    events = replay(TelegramSource(SETTINGS, {}, now), "telegram", pages)
    assert set(posts(events)) == {"avisosloja/2"} and len(events) == 1


def test_a_poll_asks_in_its_own_words(now: datetime, replay: Replay) -> None:
    poll = """<div class="tgme_widget_message_poll">
      <div class="tgme_widget_message_poll_question">Qual tarifa &lt; 5?</div>
      <div class="tgme_widget_message_poll_option_text">A nova</div></div>"""
    found = posts(replay(TelegramSource(SETTINGS, {}, now), "telegram", channel(shown(1, poll))))
    assert found["avisosloja/1"].text == "Qual tarifa < 5?\n\nA nova"


def test_a_forward_leads_to_what_it_passes_on(now: datetime, replay: Replay) -> None:
    found = posts(replay(TelegramSource(SETTINGS, {}, now), "telegram"))
    assert found["avisosloja/43"].parent == "noticias/77"


def test_a_missing_message_is_fetched_alone(now: datetime, replay: Replay) -> None:
    source = TelegramSource(SETTINGS, {}, now)
    (request,) = source.missing("avisosloja/7")
    assert request.url == "https://t.me/avisosloja/7?embed=1&mode=tme"
    assert list(source.missing("outra/7")) == []

    def answered(body: str) -> list[Any]:
        return list(request.then(Response(request.url, 200, {}, body.encode(), request.context)))

    (told,) = answered(shown(7, text("Antiga")))
    assert told.text == "Antiga"
    gone = '<div class="tgme_widget_message_error">Post not found</div>'
    assert answered(gone) == [Gone("avisos", "avisosloja/7")]
    assert answered("<html>something else</html>") == []
