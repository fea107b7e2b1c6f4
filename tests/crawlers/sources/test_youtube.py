"""YouTube: a video with its views, and every comment below it, the left-out replies too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from crawlers.pages import Request, Response
from crawlers.sources.youtube import YoutubeSettings, YoutubeSource
from domain.errors import SourceForbidden, SourceUnreachable
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


def refusal(reason: str) -> bytes:
    """How the interface says no."""
    error = {"domain": "youtube.commentThread", "reason": reason, "message": "…"}
    return json.dumps({"error": {"code": 403, "errors": [error]}}).encode()


def without_comments(status: int, body: bytes) -> dict[str, Response]:
    pages = recorded("youtube")
    threads = [key for key in pages if "commentThreads" in key]
    return pages | {key: replace(pages[key], status=status, body=body) for key in threads}


def test_a_video_whose_comments_are_switched_off_has_none(now: datetime, replay: Replay) -> None:
    pages = without_comments(403, refusal("commentsDisabled"))
    events = replay(YoutubeSource(SETTINGS, {}, now), "youtube", pages)
    assert set(posts(events)) == {VIDEO}
    events = replay(thread(now), "youtube", pages)
    assert events[-1] == Census("tubo", VIDEO, frozenset({VIDEO}))


@pytest.mark.parametrize(
    ("status", "error"), [(403, SourceForbidden), (500, SourceUnreachable), (0, SourceUnreachable)]
)
def test_what_is_refused_is_told_and_nobody_is_taken_for_gone(
    status: int, error: type[Exception], now: datetime
) -> None:
    for whole in (False, True):
        source = YoutubeSource(SETTINGS, {}, now)
        (first,) = source.thread(VIDEO) if whole else source.requests()
        video = recorded("youtube")[f"https://www.googleapis.com/youtube/v3/videos?id={VIDEO}"]
        found = first.then(Response(first.url, 200, {}, video.body, first.context))
        (asked,) = [one for one in found if isinstance(one, Request)]
        assert asked.otherwise is not None
        body = refusal("quotaExceeded")
        with pytest.raises(error):
            list(asked.otherwise(asked.status(Response(asked.url, status, {}, body))))


def test_replies_are_read_to_their_last_page_at_a_first_visit(
    now: datetime, replay: Replay
) -> None:
    pages, url = recorded("youtube"), "https://www.googleapis.com/youtube/v3/comments?parentId=Ugx1"
    body = json.loads(pages[url].body)
    last = body["items"].pop()
    pages[f"{url}&pageToken=R2"] = replace(pages[url], body=json.dumps({"items": [last]}).encode())
    pages[url] = replace(pages[url], body=json.dumps(body | {"nextPageToken": "R2"}).encode())
    assert "Ugx1.a1" in posts(replay(YoutubeSource(SETTINGS, {}, now), "youtube", pages))


def test_many_videos_are_asked_for_fifty_at_once_and_channels_by_what_is_known(
    now: datetime, replay: Replay
) -> None:
    ids, channel = [f"video{one:06}" for one in range(60)], "UC" + "a" * 22
    given = SETTINGS.model_dump() | {"videos": ids, "channels": ["@loja", channel], "key": "k"}
    asked = list(YoutubeSource(YoutubeSettings.model_validate(given), {}, now).requests())
    assert [one.url.partition("?")[0].rpartition("/")[2] for one in asked] == [
        "videos",
        "videos",
        "channels",
        "channels",
    ]
    assert asked[0].url.count("video0") == 50 and asked[1].url.count("video0") == 10
    assert "forHandle=%40loja" in asked[2].url and f"id={channel}" in asked[3].url


def test_a_channel_that_never_published_brings_nothing(now: datetime, replay: Replay) -> None:
    given = SETTINGS.model_dump() | {"videos": [], "channels": ["@loja"], "key": "k"}
    uploads = {"contentDetails": {"relatedPlaylists": {"uploads": "UUx"}}}
    url = "https://www.googleapis.com/youtube/v3/channels"
    pages = {url: Response(url, 200, {}, json.dumps({"items": [uploads]}).encode())}
    source = YoutubeSource(YoutubeSettings.model_validate(given), {}, now)
    assert replay(source, "youtube", pages) == [], "its list of uploads is a 404"
