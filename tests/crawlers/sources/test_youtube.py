"""YouTube: a video with its views, and every comment below it, the left-out replies too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from crawlers.sources.youtube import YoutubeSettings, YoutubeSource
from domain.posts import Census, Gone, Post, Rejected
from tests.crawlers.conftest import recorded

VIDEO = "dQw4w9WgXcQ"
SETTINGS = YoutubeSettings.model_validate(
    {"kind": "youtube", "name": "tubo", "videos": [VIDEO], "key": "chave"}
)
Replay = Callable[..., list[Any]]


def posts(events: list[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def thread(now: datetime) -> Any:
    source = YoutubeSource(SETTINGS, {}, now)
    return SimpleNamespace(requests=lambda: source.thread(VIDEO))


def test_a_video_and_its_tree(now: datetime, replay: Replay) -> None:
    events = replay(YoutubeSource(SETTINGS, {}, now), "youtube")
    found = posts(events)
    assert {key: (one.parent, one.thread) for key, one in found.items()} == {
        VIDEO: (None, None),
        "Ugx1": (VIDEO, VIDEO),
        "Ugx1.a1": ("Ugx1", VIDEO),
        "Ugx1.a2": ("Ugx1", VIDEO),
        "Ugx1.a3": ("Ugx1", VIDEO),
        "Ugx2": (VIDEO, VIDEO),
        "Ugx2.b1": ("Ugx2", VIDEO),
    }
    assert found[VIDEO].engagement.views == 15230
    assert found["Ugx1"].edited_at is not None and found["Ugx2"].edited_at is None
    assert [one.code for one in events if isinstance(one, Rejected)] == ["bad_time"]
    assert len([one for one in events if isinstance(one, Post)]) == len(found), "each told once"


def test_a_whole_thread_ends_in_a_census(now: datetime, replay: Replay) -> None:
    events = replay(thread(now), "youtube")
    assert [one for one in events if isinstance(one, Census)] == [
        Census("tubo", VIDEO, frozenset(posts(events)))
    ]


def test_a_deleted_comment_is_missing_from_the_census(now: datetime, replay: Replay) -> None:
    pages = recorded("youtube")
    url = "https://www.googleapis.com/youtube/v3/comments?parentId=Ugx1"
    body = json.loads(pages[url].body)
    body["items"].pop()
    pages[url] = replace(pages[url], body=json.dumps(body).encode())
    (census,) = [one for one in replay(thread(now), "youtube", pages) if isinstance(one, Census)]
    assert "Ugx1.a1" not in census.external_ids and "Ugx1.a2" in census.external_ids


def test_a_video_that_is_gone(now: datetime, replay: Replay) -> None:
    pages = {key: replace(page, body=b'{"items": []}') for key, page in recorded("youtube").items()}
    assert Gone("tubo", VIDEO) in replay(thread(now), "youtube", pages)


def test_the_key_is_in_no_address(now: datetime) -> None:
    (request,) = YoutubeSource(SETTINGS, {}, now).requests()
    assert "chave" not in request.url
    assert request.headers == {"X-Goog-Api-Key": "chave"}


def test_a_second_visit_finds_nothing_new(now: datetime, replay: Replay) -> None:
    source = YoutubeSource(SETTINGS, {}, now)
    first = posts(replay(source, "youtube"))
    again = YoutubeSource(SETTINGS, source.cursor(), now)
    assert posts(replay(again, "youtube")).items() <= first.items()
    assert again.cursor() == source.cursor()
