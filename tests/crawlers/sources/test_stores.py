"""Reviews of the App Store and of Steam."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from crawlers.reading.stores.labelled import entries_of_xml
from crawlers.sources.app_store import AppStoreSettings, AppStoreSource
from crawlers.sources.steam import SteamSettings, SteamSource
from domain.errors import SourceMalformed
from domain.posts import Gone, Post, Rejected
from tests.crawlers.conftest import recorded

APP = AppStoreSettings(kind="app_store", name="loja-app", app="1234567890", countries=("br",))
GAME = SteamSettings(kind="steam", name="jogo", app="440")
Replay = Callable[..., list[Any]]


def posts(events: list[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def test_reviews_of_an_app_in_json_and_in_xml(now: datetime, replay: Replay) -> None:
    found = posts(replay(AppStoreSource(APP, {}, now), "app_store"))
    assert {key: one.rating and one.rating.value for key, one in found.items()} == {
        "9000000003": 1.0,
        "9000000002": 5.0,
        "9000000001": None,
        "8000000009": 4.0,
    }
    first = found["9000000003"]
    assert (first.title, first.text) == ("Piorou", "Depois da atualização não abre.")
    assert first.labels == {"version": "4.2.0", "country": "br"}
    assert found["8000000009"].text == "Esta página não diz a hora.", "the page told in XML"
    assert found["8000000009"].created_at.isoformat() == "2026-11-10T10:00:00+00:00"


def test_an_edited_review_is_seen_and_old_pages_are_not_read(now: datetime, replay: Replay) -> None:
    source = AppStoreSource(APP, {}, now)
    replay(source, "app_store")
    url = "https://itunes.apple.com/br/rss/customerreviews/page=1/id=1234567890/sortby=mostrecent/json"
    pages = {url: recorded("app_store")[url]}
    body = json.loads(pages[url].body)
    body["feed"]["entry"][1]["content"]["label"] = "Parou de resolver."
    pages[url] = replace(pages[url], body=json.dumps(body).encode())
    again = AppStoreSource(APP, source.cursor(), datetime(2026, 11, 23, tzinfo=now.tzinfo))
    (asked,) = again.requests()
    found = posts(list(asked.then(replace(pages[url], context=asked.context))))
    assert found["9000000002"].text == "Parou de resolver."


@pytest.mark.parametrize("body", [b"", b"<a>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><feed>&a;</feed>"])
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(SourceMalformed):
        entries_of_xml(body, "x")


def test_reviews_of_a_game(now: datetime, replay: Replay) -> None:
    events = replay(SteamSource(GAME, {}, now), "steam")
    found = posts(events)
    first = found["70001"]
    assert first.rating is not None and first.rating.share == 0.0
    assert first.edited_at is not None
    assert first.labels["playtime_minutes"] == "900" and "early_access" not in first.labels
    assert found["70002"].labels["early_access"] == "yes"
    answer = found["70001-answer"]
    assert (answer.parent, answer.text) == ("70001", "Arrumado na versão 1.3.")
    assert "69999" in found, "the next page, by its cursor"
    assert [one.code for one in events if isinstance(one, Rejected)] == ["bad_time"]


def test_a_review_missing_twice_is_gone(now: datetime, replay: Replay) -> None:
    source = AppStoreSource(APP, {}, now)
    replay(source, "app_store")
    url = "https://itunes.apple.com/br/rss/customerreviews/page=1/id=1234567890/sortby=mostrecent/json"
    pages = recorded("app_store")
    body = json.loads(pages[url].body)
    lost = body["feed"]["entry"].pop(1)["id"]["label"]
    pages[url] = replace(pages[url], body=json.dumps(body).encode())
    gone = []
    for _ in range(2):
        source = AppStoreSource(APP, source.cursor(), now)
        gone.append([one for one in replay(source, "app_store", pages) if isinstance(one, Gone)])
    assert gone == [[], [Gone("loja-app", lost)]]


def test_an_edited_review_of_a_game_opens_the_list_again(now: datetime, replay: Replay) -> None:
    source = SteamSource(GAME, {}, now)
    first = posts(replay(source, "steam"))
    again = SteamSource(GAME, source.cursor(), now)
    assert posts(replay(again, "steam")).items() <= first.items()
    assert again.cursor() == source.cursor()
